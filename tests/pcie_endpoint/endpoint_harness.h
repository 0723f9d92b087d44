/* SPDX-License-Identifier: Apache-2.0
 *
 * The endpoint in the harness, with the test as host, SMMU and link. Offers are taken at the next edges in order; `up`
 * hands out what the endpoint sent, one TLP after the other.
 */
#ifndef PRISIM_TESTS_PCIE_ENDPOINT_ENDPOINT_HARNESS_H
#define PRISIM_TESTS_PCIE_ENDPOINT_ENDPOINT_HARNESS_H

#include <check.h>
#include <stdlib.h>

#include "model/core/bits.h"
#include "model/pcie_endpoint/pcie_endpoint.h"
#include "tests/harness/harness.h"

enum { HARNESS_ID = 0x100, HARNESS_SMMU = 0x8, HARNESS_HOST = 0x0, HARNESS_INSTANCE = 7 };
enum { NO_PASID = -1 };
enum { R = 1, W = 2, U = 4 };

struct endpoint_harness {
    struct prisim_endpoint_config config;
    struct prisim_endpoint *state;
    struct harness *base;
    unsigned seen; /* TLPs of the endpoint that `endpoint_harness_up` gave out */
};

/* Default configuration with short latencies: ATC 2, register 3, invalidate 5, back-off 4; requester id HARNESS_ID. */
void endpoint_harness_config(struct prisim_endpoint_config *config);
/* Opens it; endpoint_harness_enable also sets COMMAND, PASID, PRI with the allocation, and ATS. */
struct endpoint_harness *endpoint_harness_open(const struct prisim_endpoint_config *config);
struct endpoint_harness *endpoint_harness_enabled(const struct prisim_endpoint_config *config, uint32_t allocation);
void endpoint_harness_enable(struct endpoint_harness *h, uint32_t allocation);
void endpoint_harness_close(struct endpoint_harness *h);

void endpoint_harness_down(struct endpoint_harness *h, const struct prisim_tlp *tlp);
/* The next TLP that goes up within `limit` edges, or NULL. */
const struct prisim_tlp *endpoint_harness_up(struct endpoint_harness *h, prisim_cycle_t limit);
prisim_cycle_t endpoint_harness_up_at(const struct endpoint_harness *h); /* the edge of the one given out last */

void endpoint_harness_config_write(struct endpoint_harness *h, uint32_t offset, uint32_t value);
uint32_t endpoint_harness_config_read(struct endpoint_harness *h, uint32_t offset);
/* 1, 2 or 4 bytes; of `value` the rest lies behind the payload. */
void endpoint_harness_config_write_bytes(struct endpoint_harness *h, uint32_t offset, uint16_t bytes, uint32_t value);
uint32_t endpoint_harness_config_read_bytes(struct endpoint_harness *h, uint32_t offset, uint16_t bytes);
void endpoint_harness_pasid(struct endpoint_harness *h, uint32_t pasid, uint32_t command);
uint32_t endpoint_harness_pasid_state(struct endpoint_harness *h, uint32_t pasid);

void endpoint_harness_dma(struct endpoint_harness *h, uint32_t job, int pasid, uint64_t address, uint32_t size,
                          bool write);
void endpoint_harness_translated(struct endpoint_harness *h, const struct prisim_tlp *request, uint64_t output,
                                 unsigned size_log2, unsigned bits);
void endpoint_harness_complete(struct endpoint_harness *h, const struct prisim_tlp *request,
                               enum prisim_tlp_status status);
void endpoint_harness_respond(struct endpoint_harness *h, unsigned prg_index, unsigned code, int pasid);
/* The TLP has its ITag as id. */
void endpoint_harness_invalidate(struct endpoint_harness *h, unsigned itag, int pasid, uint64_t address,
                                 unsigned size_log2, bool global);

/* The next TLP up must be of this kind. */
const struct prisim_tlp *endpoint_harness_up_translate(struct endpoint_harness *h, int pasid, uint64_t page);
const struct prisim_tlp *endpoint_harness_up_page_request(struct endpoint_harness *h, int pasid, uint64_t page);
const struct prisim_tlp *endpoint_harness_up_dma(struct endpoint_harness *h, uint64_t output, unsigned size);
void endpoint_harness_quiet(struct endpoint_harness *h, prisim_cycle_t edges); /* nothing goes up */

/* Job `job`'s only endpoint.job_done, or NULL; and that it ended with the cause. */
const struct prisim_event *endpoint_harness_done(struct endpoint_harness *h, uint32_t job);
void endpoint_harness_ended(struct endpoint_harness *h, uint32_t job, enum prisim_cause cause);

/* A TLP down, or what was offered last there, is taken at this edge. */
prisim_cycle_t endpoint_harness_down_at(const struct endpoint_harness *h);
uint32_t endpoint_harness_pri_status(struct endpoint_harness *h); /* but for PRPR */
/* Asks for a translation that gives nothing: its page is missing. */
void endpoint_harness_missing(struct endpoint_harness *h, uint32_t job, int pasid, uint64_t address, uint32_t size);
/* The next TLP up must be a page request with Last or without; returns its index. */
unsigned endpoint_harness_up_member(struct endpoint_harness *h, int pasid, uint64_t page, bool last);
/* The next TLP up must be the Stop Marker of the PASID. */
void endpoint_harness_up_marker(struct endpoint_harness *h, uint32_t pasid);

/* Runs a job of one page into its fault: the page request is out; returns its index. */
unsigned endpoint_harness_fault(struct endpoint_harness *h, uint32_t job, int pasid, uint64_t page);

/* Blocks the link and fills the FIFO upwards with raw page requests (PASID 9, page 0x7000, jobs from 100 on) until one
 * is lost; returns how many were made, that one among them. */
unsigned endpoint_harness_fill_up(struct endpoint_harness *h);
/* The same with so many. */
void endpoint_harness_fill(struct endpoint_harness *h, unsigned count);

#endif
