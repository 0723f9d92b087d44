/* SPDX-License-Identifier: Apache-2.0
 *
 * Manual pages (roff.h): what would be a request or an escape is made text.
 */
#include "tb/program/roff.h"

#include <ctype.h>

#include "tb/version.h"

void roff_words(FILE *to, const char *text)
{
    for (const char *c = text; *c; c++) {
        if (c == text && (*c == '.' || *c == '\''))
            fputs("\\&", to);
        switch (*c) {
        case '\\':
            fputs("\\e", to);
            break;
        case '-':
            fputs("\\-", to);
            break;
        default:
            fputc(*c, to);
        }
    }
}

void roff_text(FILE *to, const char *text)
{
    roff_words(to, text);
    fputc('\n', to);
}

void roff_section(FILE *to, const char *heading)
{
    fprintf(to, ".SH %s\n", heading);
}

void roff_open(FILE *to, const char *name, unsigned section, const char *about)
{
    fputs(".\\\" SPDX-License-Identifier: Apache-2.0\n.TH ", to);
    for (const char *c = name; *c; c++)
        fputc(toupper((unsigned char)*c), to);
    fprintf(to, " %u \"\" \"prisim " PRISIM_VERSION "\" \"prisim\"\n.SH NAME\n", section);
    roff_words(to, name);
    fputs(" \\- ", to);
    roff_text(to, about);
}

void roff_tag(FILE *to, const char *bold, const char *italic)
{
    fputs(".TP\n\\fB", to);
    roff_words(to, bold);
    fputs("\\fR", to);
    if (italic) {
        fputs("\\fI", to);
        roff_words(to, italic);
        fputs("\\fR", to);
    }
    fputc('\n', to);
}
