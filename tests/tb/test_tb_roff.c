/* SPDX-License-Identifier: Apache-2.0
 *
 * Text on a manual page: nothing of it is a request or an escape.
 */
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>

#include "tb/program/roff.h"
#include "tests/harness/suite.h"

static void ck_text(const char *text, const char *wanted)
{
    char *page = NULL;
    size_t size;
    FILE *to = open_memstream(&page, &size);
    roff_text(to, text);
    fclose(to);
    ck_assert_str_eq(page, wanted);
    free(page);
}

START_TEST(text)
{
    ck_text("plain", "plain\n");
    ck_text(".br", "\\&.br\n");
    ck_text("'br", "\\&'br\n");
    ck_text("a.b 'c'", "a.b 'c'\n");
    ck_text("--log a\\b", "\\-\\-log a\\eb\n");
}
END_TEST

TEST_SUITE("tb_roff", text)
