/* SPDX-License-Identifier: Apache-2.0
 *
 * The endpoint on a rig, with the test as host, SMMU and link. Offers are taken at the next edges in order; `up` hands
 * out what the endpoint sent, one TLP after the other.
 */
#ifndef PRISIM_TESTS_ENDPOINT_BENCH_H
#define PRISIM_TESTS_ENDPOINT_BENCH_H

#include <check.h>
#include <stdlib.h>

#include "model/core/bits.h"
#include "model/pcie_endpoint/pcie_endpoint.h"
#include "tests/harness/harness.h"

enum { BENCH_ID = 0x100, BENCH_SMMU = 0x8, BENCH_HOST = 0x0, BENCH_INSTANCE = 7 };
enum { NO_PASID = -1 };
enum { R = 1, W = 2, U = 4 };

struct bench {
    struct endpoint_config config;
    struct endpoint *state;
    struct rig *rig;
    unsigned seen; /* TLPs of the endpoint that `bench_up` gave out */
};

/* Default configuration with short latencies: ATC 2, register 3, invalidate 5, back-off 4; requester id BENCH_ID. */
void bench_config(struct endpoint_config *config);
/* Opens it; bench_enable also sets COMMAND, PASID, PRI with the allocation, and ATS. */
struct bench *bench_open(const struct endpoint_config *config);
struct bench *bench_enabled(const struct endpoint_config *config, uint32_t allocation);
void bench_enable(struct bench *b, uint32_t allocation);
void bench_close(struct bench *b);

void bench_down(struct bench *b, const struct tlp *tlp);
/* The next TLP that goes up within `limit` edges, or NULL. */
const struct tlp *bench_up(struct bench *b, cycle_t limit);
cycle_t bench_up_at(const struct bench *b); /* the edge of the one given out last */

void bench_config_write(struct bench *b, uint32_t offset, uint32_t value);
uint32_t bench_config_read(struct bench *b, uint32_t offset);
void bench_pasid(struct bench *b, uint32_t pasid, uint32_t command);
uint32_t bench_pasid_state(struct bench *b, uint32_t pasid);

void bench_dma(struct bench *b, uint32_t job, int pasid, uint64_t address, uint32_t size, bool write);
void bench_translated(struct bench *b, const struct tlp *request, uint64_t output, unsigned size_log2, unsigned bits);
void bench_complete(struct bench *b, const struct tlp *request, enum tlp_status status);
void bench_respond(struct bench *b, unsigned prg_index, unsigned code, int pasid);
/* The TLP has its ITag as id. */
void bench_invalidate(struct bench *b, unsigned itag, int pasid, uint64_t address, unsigned size_log2, bool global);

/* The next TLP up must be of this kind. */
const struct tlp *bench_up_translate(struct bench *b, int pasid, uint64_t page);
const struct tlp *bench_up_page_request(struct bench *b, int pasid, uint64_t page);
const struct tlp *bench_up_dma(struct bench *b, uint64_t output, unsigned size);
void bench_quiet(struct bench *b, cycle_t edges); /* nothing goes up */

/* Job `job`'s only endpoint.job_done, or NULL; and that it ended with the cause. */
const struct event *bench_done(struct bench *b, uint32_t job);
void bench_ended(struct bench *b, uint32_t job, enum cause cause);

/* Runs a job of one page into its fault: the page request is out; returns its index. */
unsigned bench_fault(struct bench *b, uint32_t job, int pasid, uint64_t page);

/* Blocks the link and fills the FIFO upwards with raw page requests (PASID 9, page 0x7000, jobs from 100 on) until one
 * is lost; returns how many were made, that one among them. */
unsigned bench_fill_up(struct bench *b);

int bench_main(const char *name, const TTest *const *tests, unsigned count);
#define BENCH_MAIN(name, ...)                                                                                          \
    int main(void)                                                                                                     \
    {                                                                                                                  \
        const TTest *const tests[] = {__VA_ARGS__};                                                                    \
        return bench_main(name, tests, sizeof tests / sizeof tests[0]);                                                \
    }

#endif
