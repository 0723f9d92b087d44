/* SPDX-License-Identifier: Apache-2.0
 *
 * A physical function and its virtual functions in one scheduler, joined by their wires; function 0 is the PF. The test
 * is host, SMMU and link: what it sends down is put one TLP an edge and taken at the next; every Translation Request is
 * answered "no access", so that each access of a job is a page request.
 */
#ifndef PRISIM_TESTS_PCIE_ENDPOINT_ENDPOINT_FAMILY_H
#define PRISIM_TESTS_PCIE_ENDPOINT_ENDPOINT_FAMILY_H

#include "model/core/scheduler.h"
#include "tests/pcie_endpoint/endpoint_harness.h"

enum { FAMILY_MAX = 4, FAMILY_QUEUE = 4096, FAMILY_EVENTS = 32768 };

struct family_function {
    struct prisim_endpoint_config config;
    struct prisim_tlp down[FAMILY_QUEUE];
    struct prisim_endpoint_stimulus stimulus[FAMILY_QUEUE];
    unsigned downs, put;     /* put: of the TLPs */
    unsigned stimuli, given; /* given: of the stimuli */
    unsigned reads, answers; /* of configuration space */
    uint32_t answer[FAMILY_QUEUE];
    prisim_cycle_t answered[FAMILY_QUEUE];
};

struct family {
    struct prisim_scheduler *scheduler;
    unsigned functions;
    prisim_cycle_t now; /* edges done */
    struct family_function function[FAMILY_MAX];
    unsigned events;
    struct prisim_event event[FAMILY_EVENTS];
};

/* As endpoint_harness_config; `set`, unless NULL, changes that of every function. */
struct family *family_open(unsigned vfs, void (*set)(struct prisim_endpoint_config *config));
void family_close(struct family *f);
void family_run(struct family *f, prisim_cycle_t edges);
struct prisim_endpoint *family_state(struct family *f, unsigned function);

/* Offered to the function from now on; taken at the edge f->now + 1 if nothing is before it. */
void family_down(struct family *f, unsigned function, const struct prisim_tlp *tlp);
void family_config_write(struct family *f, unsigned function, uint32_t offset, uint16_t bytes, uint32_t value);
void family_config_read(struct family *f, unsigned function, uint32_t offset, uint16_t bytes);
void family_respond(struct family *f, unsigned function, unsigned prg_index, unsigned code);
/* The register of a PASID. */
void family_pasid(struct family *f, unsigned function, uint32_t pasid, uint32_t command);
/* A job of one access without a PASID. */
void family_dma(struct family *f, unsigned function, uint32_t job);

/* All of them are there, and the wires are quiet: memory, bus master and ATS of all, PRI of the PF. */
void family_enable(struct family *f, uint32_t allocation);
/* Reads it and waits. */
uint32_t family_read(struct family *f, unsigned function, uint32_t offset, uint16_t bytes);
/* A job, and its page request: the index. */
unsigned family_fault(struct family *f, unsigned function, uint32_t job);

/* The n-th event of the function with that type, or NULL; how many. */
const struct prisim_event *family_event(const struct family *f, unsigned function, enum prisim_event_type type,
                                        unsigned n);
unsigned family_events(const struct family *f, unsigned function, enum prisim_event_type type);
/* The end of its job, or NULL. */
const struct prisim_event *family_done(const struct family *f, unsigned function, uint32_t job);

#endif
