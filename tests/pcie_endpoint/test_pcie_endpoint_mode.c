/* SPDX-License-Identifier: Apache-2.0
 *
 * Execute and privileged requests (PCIE-PASIDCAP, PCIE-PREFIX-3, PCIE-PREFIX-4,
 * PCIE-ATSREQ-10, PCIE-ATSCPL-12).
 */
#include "tests/harness/suite.h"
#include "tests/pcie_endpoint/endpoint_harness.h"

enum { PASID_CTRL = 0x124, EXE = 8, ENABLED = 1, EXECUTE = 2, PRIVILEGED = 4 };

static struct endpoint_harness *open_with(unsigned supported, unsigned enabled)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    ck_assert_uint_eq(config.pasid_execute, 0);
    ck_assert_uint_eq(config.pasid_privileged, 0);
    config.pasid_execute = (supported & EXECUTE) != 0;
    config.pasid_privileged = (supported & PRIVILEGED) != 0;
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    endpoint_harness_config_write(h, PASID_CTRL, (ENABLED | enabled) << 16);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    return h;
}

static void submit(struct endpoint_harness *h, uint32_t job, int pasid, bool write, unsigned mode)
{
    struct prisim_endpoint_stimulus what = {.address = 0x4000,
                                            .job = job,
                                            .pasid = pasid == NO_PASID ? 0 : (uint32_t)pasid,
                                            .size = 4,
                                            .has_pasid = pasid != NO_PASID,
                                            .write = write,
                                            .execute = (mode & EXECUTE) != 0,
                                            .privileged = (mode & PRIVILEGED) != 0};
    harness_offer(h->base, PRISIM_ENDPOINT_RX_STIMULUS, &what);
}

/* PCIE-PASIDCAP-1, PCIE-PASIDCAP-2: bits 1 and 2 of the capability say what is supported; only that can be enabled. */
/* covers: PCIE-PASIDCAP-1, PCIE-PASIDCAP-2 */
START_TEST(only_what_is_supported_is_enabled)
{
    for (unsigned supported = 0; supported < 8; supported += 2)
        for (unsigned enabled = 0; enabled < 8; enabled += 2) {
            struct endpoint_harness *h = open_with(supported, enabled);
            ck_assert_uint_eq(endpoint_harness_config_read(h, PASID_CTRL),
                              (uint32_t)(16 << 8 | supported | (ENABLED | (enabled & supported)) << 16));
            endpoint_harness_config_write(h, PASID_CTRL, 0xffffffff);
            ck_assert_uint_eq(endpoint_harness_config_read(h, PASID_CTRL) >> 16, ENABLED | supported);
            endpoint_harness_config_write(h, PASID_CTRL, 0);
            ck_assert_uint_eq(endpoint_harness_config_read(h, PASID_CTRL) >> 16, 0);
            endpoint_harness_close(h);
        }
}
END_TEST

/* ER and PMR stand beside a PASID only, and with their enable bits only; ER not with a write. On the Translation
 * Request and on the Page Request alike, as bits 2 and 1 of the flags. */
/* covers: PCIE-ATSREQ-10, PCIE-PREFIX-3, PCIE-PREFIX-4, PCIE-PASIDCAP, PCIE-NOPASID */
START_TEST(requests_say_what_is_enabled)
{
    for (unsigned enabled = 0; enabled < 8; enabled += 2)
        for (unsigned mode = 0; mode < 8; mode += 2)
            for (unsigned write = 0; write < 2; write++)
                for (int pasid = NO_PASID; pasid <= 1; pasid += 2) {
                    struct endpoint_harness *h = open_with(EXECUTE | PRIVILEGED, enabled);
                    submit(h, 1, pasid, write, mode);
                    const struct prisim_tlp *up = endpoint_harness_up_translate(h, pasid, 0x4000);
                    const unsigned said = pasid == NO_PASID ? 0 : mode & enabled;
                    const unsigned expected = (said & EXECUTE && !write ? 1u << 2 : 0) | (said & PRIVILEGED ? 2 : 0);
                    ck_assert_uint_eq(up->head.flags & 6, expected);
                    endpoint_harness_translated(h, up, 0, 12, 0);
                    up = endpoint_harness_up_page_request(h, pasid, 0x4000);
                    ck_assert_uint_eq(up->head.flags, expected | 1u << 4 | 1u << 6 | (write ? 1u << 5 : 0) |
                                                          (pasid == NO_PASID ? 0 : 1));
                    endpoint_harness_close(h);
                }
}
END_TEST

/* PCIE-ATSCPL-12: what is to be executed needs Exe; R alone is a page that is missing. A read and a write do not. */
/* covers: PCIE-ATSCPL-12 */
START_TEST(execute_needs_its_right)
{
    for (unsigned bits = 0; bits < 16; bits++) {
        if (bits & U)
            continue;
        for (unsigned write = 0; write < 2; write++)
            for (unsigned mode = 0; mode <= EXECUTE; mode += EXECUTE) {
                struct endpoint_harness *h = open_with(EXECUTE, EXECUTE);
                submit(h, 1, 1, write, mode);
                endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x4000), 0x90000, 12, bits);
                const bool granted = write ? bits & W : mode ? (bits & (R | EXE)) == (R | EXE) : bits & R;
                if (granted)
                    endpoint_harness_up_dma(h, 0x90000, 4);
                else
                    endpoint_harness_up_page_request(h, 1, 0x4000);
                endpoint_harness_close(h);
            }
    }
}
END_TEST

/* The ATC keeps the right: an entry without Exe serves reads, not what is to be executed; one with it serves both. */
START_TEST(cache_keeps_the_right)
{
    struct endpoint_harness *h = open_with(EXECUTE, EXECUTE);
    submit(h, 1, 1, false, 0);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x4000), 0x90000, 12, R | W);
    endpoint_harness_up_dma(h, 0x90000, 4);
    submit(h, 2, 1, false, EXECUTE);
    const struct prisim_tlp *up = endpoint_harness_up_translate(h, 1, 0x4000);
    ck_assert_uint_eq(up->head.flags & 6, 1u << 2);
    endpoint_harness_translated(h, up, 0x90000, 12, R | EXE);
    endpoint_harness_up_dma(h, 0x90000, 4);
    submit(h, 3, 1, false, EXECUTE);
    endpoint_harness_up_dma(h, 0x90000, 4);
    submit(h, 4, 1, false, 0);
    endpoint_harness_up_dma(h, 0x90000, 4);
    endpoint_harness_close(h);
}
END_TEST

/* PCIE-TRANSLATED: a request with a translated address has no PASID, hence neither; one that is untranslated (U) has
 * its PASID and says both, PCIE-PREFIX-3 and PCIE-PREFIX-4. */
/* covers: PCIE-TRANSLATED-2, PCIE-PREFIX-3, PCIE-PREFIX-4, PCIE-PREFIX */
START_TEST(untranslated_requests_say_it)
{
    for (unsigned bits = R | W | EXE; bits <= (R | W | EXE | U); bits += U)
        for (unsigned write = 0; write < 2; write++) {
            struct endpoint_harness *h = open_with(EXECUTE | PRIVILEGED, EXECUTE | PRIVILEGED);
            submit(h, 1, 1, write, EXECUTE | PRIVILEGED);
            endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x4000), 0x90000, 12, bits);
            const struct prisim_tlp *up = endpoint_harness_up(h, 50);
            ck_assert_ptr_nonnull(up);
            ck_assert_uint_eq(up->head.address, bits & U ? 0x4000 : 0x90000);
            ck_assert_uint_eq(up->head.flags, bits & U ? 1u | 1u << 1 | (write ? 0 : 1u << 2) : 0);
            endpoint_harness_close(h);
        }
}
END_TEST

/* PCIE-MARKERCODE-3: a Stop Marker has neither. */
/* covers: PCIE-MARKERCODE-3 */
START_TEST(marker_says_nothing)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.pasid_execute = config.pasid_privileged = 1;
    config.stop = PRISIM_ENDPOINT_STOP_MARKER;
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    endpoint_harness_config_write(h, PASID_CTRL, 7u << 16);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    submit(h, 1, 1, false, EXECUTE | PRIVILEGED);
    endpoint_harness_translated(h, endpoint_harness_up_translate(h, 1, 0x4000), 0, 12, 0);
    endpoint_harness_up_page_request(h, 1, 0x4000);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_STOP);
    const struct prisim_tlp *up = endpoint_harness_up(h, 20);
    ck_assert_uint_eq(up->head.flags, PRISIM_TLP_HAS_PASID | PRISIM_TLP_LAST);
    endpoint_harness_close(h);
}
END_TEST

/* Each access of a DMA of many, and a job that waited in line, say it too. */
START_TEST(every_access_says_it)
{
    struct prisim_endpoint_config config;
    endpoint_harness_config(&config);
    config.pasid_execute = config.pasid_privileged = 1;
    config.jobs = 1;
    struct endpoint_harness *h = endpoint_harness_enabled(&config, 8);
    endpoint_harness_config_write(h, PASID_CTRL, 7u << 16);
    endpoint_harness_pasid(h, 1, PRISIM_ENDPOINT_PASID_RUN);
    struct prisim_endpoint_stimulus what = {.address = 0x10000,
                                            .count = 2,
                                            .job = 10,
                                            .pasid = 1,
                                            .size = 4096,
                                            .has_pasid = 1,
                                            .execute = 1,
                                            .privileged = 1};
    harness_offer(h->base, PRISIM_ENDPOINT_RX_STIMULUS, &what);
    submit(h, 2, 1, false, EXECUTE | PRIVILEGED);
    static const uint64_t pages[] = {0x10000, 0x4000, 0x11000};
    for (unsigned i = 0; i < 3; i++) {
        const struct prisim_tlp *up = endpoint_harness_up_translate(h, 1, pages[i]);
        ck_assert_uint_eq(up->head.flags & 6, 6);
        endpoint_harness_complete(h, up, PRISIM_TLP_CA);
    }
    endpoint_harness_close(h);
}
END_TEST

TEST_SUITE("endpoint mode", only_what_is_supported_is_enabled, requests_say_what_is_enabled, execute_needs_its_right,
           cache_keeps_the_right, untranslated_requests_say_it, marker_says_nothing, every_access_says_it)
