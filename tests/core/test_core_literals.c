/* SPDX-License-Identifier: Apache-2.0
 *
 * memory_port.h: values that go over pins (rtl/pri_queue_pkg.sv has some once more) and between blocks of anybody's;
 * version.h: its form.
 */
#include "model/core/memory_port.h"
#include "model/core/version.h"
#include "tests/harness/suite.h"
#include "tests/sheet/sheet.h"

START_TEST(memory_port)
{
    static const struct literal rows[] = {
        OURS_IS(PRISIM_MEMORY_LINE_BYTES, 64),   OURS_IS(PRISIM_MEMORY_OK, 0),
        OURS_IS(PRISIM_MEMORY_ABORT, 1),         OURS_IS(PRISIM_MEMORY_ABORT_LATE, 2),
        OURS_IS(PRISIM_MEMORY_READ, 0),          OURS_IS(PRISIM_MEMORY_WRITE, 1),
        OURS_IS(PRISIM_MEMORY_SWAP, 2),          OURS_IS(PRISIM_MEMORY_HAS_STREAM, 1),
        OURS_IS(PRISIM_MEMORY_HAS_SUBSTREAM, 2), OURS_IS(PRISIM_MEMORY_PRIVILEGED, 4),
        OURS_IS(PRISIM_MEMORY_INSTRUCTION, 8),   OURS_IS(PRISIM_MEMORY_SECURE, 16),
        OURS_IS(PRISIM_MEMORY_SWAP_BYTES, 8),
    };
    literals_hold(rows);
}
END_TEST

/* What it says exactly is seen where it is installed (tests/install). */
START_TEST(the_version_is_three_numbers)
{
    unsigned major, minor, patch;
    char more;
    ck_assert_int_eq(sscanf(prisim_version(), "%u.%u.%u%c", &major, &minor, &patch, &more), 3);
}
END_TEST

TEST_SUITE("core_literals", memory_port, the_version_is_three_numbers)
