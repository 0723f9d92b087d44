/* SPDX-License-Identifier: Apache-2.0
 *
 * The page (page.h): the template with the style, the scripts and the data in their places.
 */
#include "tb/view/page.h"

#include <assert.h>
#include <string.h>

#include "tb/view/page_data.h"
#include "tb/view/page_files.h"

static void data(FILE *to, const struct judged *const run[], unsigned runs)
{
    for (unsigned i = 0; i < runs; i++) {
        fprintf(to, "<script type=\"application/json\" id=\"run-%u\">\n", i);
        page_data_write(to, run[i]);
        fputs("</script>\n", to);
    }
}

/* Up to a place, which stands once in the template; returns what is behind it. */
static const char *copy_to(FILE *to, const char *from, const char *place)
{
    const char *at = strstr(from, place);
    assert(at);
    fwrite(from, 1, (size_t)(at - from), to);
    return at + strlen(place);
}

void page_write(FILE *to, const struct judged *const run[], unsigned runs)
{
    assert(runs >= 1 && runs <= PAGE_RUNS_MAX);
    const char *rest = copy_to(to, page_html, "<!-- prisim:style -->");
    fputs(page_css, to);
    rest = copy_to(to, rest, "<!-- prisim:data -->");
    data(to, run, runs);
    rest = copy_to(to, rest, "<!-- prisim:script -->");
    fputs(page_script, to);
    fputs(rest, to);
}
