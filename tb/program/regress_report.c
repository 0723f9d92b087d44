/* SPDX-License-Identifier: Apache-2.0
 *
 * What a regression says to machines: TAP as it goes, JUnit XML at the end.
 */
#include <errno.h>
#include <string.h>

#include "tb/program/regress.h"
#include "tb/report/whole_file.h"

static const char *status_words(const struct regress_result *result)
{
    if (result->interrupted)
        return "the run's process died";
    switch (result->status) {
    case EXIT_AS_EXPECTED:
        return "as expected";
    case EXIT_NOT_AS_EXPECTED:
        return "not as expected";
    case EXIT_UNUSABLE:
        return "unusable input";
    case EXIT_INCOMPLETE:
        return "incomplete";
    }
    return "a fault of prisim's own";
}

void regress_tap_comment(FILE *to, const char *text)
{
    while (text && *text) {
        size_t length = strcspn(text, "\n");
        fprintf(to, "# %.*s\n", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

void regress_tap_result(FILE *to, unsigned number, const struct regress_result *result)
{
    bool good = result->status == EXIT_AS_EXPECTED;
    fprintf(to, "%sok %u - %s (%s)\n", good ? "" : "not ", number, result->file, engine_text(result->engine));
    if (!good)
        fprintf(to, "# %s; to repeat it: prisim run %s --engine %s\n", status_words(result), result->file,
                engine_text(result->engine));
    regress_tap_comment(to, result->said);
    fflush(to);
}

/* XML 1.0 has no other control characters than these three. */
static void print_xml(FILE *to, const char *text)
{
    for (; text && *text; text++) {
        if (*text == '<')
            fputs("&lt;", to);
        else if (*text == '>')
            fputs("&gt;", to);
        else if (*text == '&')
            fputs("&amp;", to);
        else if (*text == '"')
            fputs("&quot;", to);
        else if ((unsigned char)*text >= ' ' || *text == '\n' || *text == '\t')
            fputc(*text, to);
        else
            fputc('?', to);
    }
}

bool regress_junit_write(const char *path, const struct regress_result *results, size_t count)
{
    struct whole_file file;
    if (!whole_file_open(&file, path))
        return false;
    size_t failures = 0, errors = 0;
    double seconds = 0;
    for (size_t i = 0; i < count; i++) {
        bool error = results[i].status == EXIT_OWN_FAULT || results[i].status == EXIT_UNUSABLE;
        errors += error;
        failures += !error && results[i].status != EXIT_AS_EXPECTED;
        seconds += results[i].seconds;
    }
    FILE *to = file.stream;
    fprintf(to,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<testsuites tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" time=\"%.3f\">\n"
            "  <testsuite name=\"prisim regress\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" time=\"%.3f\">\n",
            count, failures, errors, seconds, count, failures, errors, seconds);
    for (size_t i = 0; i < count; i++) {
        const struct regress_result *result = &results[i];
        fputs("    <testcase classname=\"", to);
        print_xml(to, result->file);
        fprintf(to, "\" name=\"%s\" time=\"%.3f\"", engine_text(result->engine), result->seconds);
        if (result->status == EXIT_AS_EXPECTED) {
            fputs("/>\n", to);
            continue;
        }
        bool error = result->status == EXIT_OWN_FAULT || result->status == EXIT_UNUSABLE;
        fprintf(to, ">\n      <%s message=\"%s\">", error ? "error" : "failure", status_words(result));
        print_xml(to, result->said);
        fprintf(to, "</%s>\n    </testcase>\n", error ? "error" : "failure");
    }
    fputs("  </testsuite>\n</testsuites>\n", to);
    return whole_file_close(&file, true);
}
