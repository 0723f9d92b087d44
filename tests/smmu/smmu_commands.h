/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of the command queue share: commands put in bulk, register reads that take effect at a given edge,
 * errors and their acknowledgement.
 */
#ifndef PRISIM_TESTS_SMMU_COMMANDS_H
#define PRISIM_TESTS_SMMU_COMMANDS_H

#include "tests/smmu/smmu_harness.h"

static inline uint64_t command_sid(unsigned opcode, int pasid)
{
    uint64_t dw = opcode | prisim_bits_put(HARNESS_SID, PRISIM_CMD_SID);
    return pasid >= 0 ? dw | prisim_bits_put(1, PRISIM_CMD_SSV) | prisim_bits_put((uint64_t)pasid, PRISIM_CMD_SSID)
                      : dw;
}

/* Puts a command where PROD will be; PROD is not written. */
static inline void command_put(struct smmu_harness *h, uint64_t dw0, uint64_t dw1)
{
    uint64_t at = HARNESS_CMDQ + (h->cmdq_prod & ((1 << HARNESS_CMDQ_LOG2) - 1)) * PRISIM_COMMAND_BYTES;
    smmu_harness_store(h, at, dw0);
    smmu_harness_store(h, at + 8, dw1);
    h->cmdq_prod = (h->cmdq_prod + 1) & ((2 << HARNESS_CMDQ_LOG2) - 1);
}

/* Rings PROD; returns the edge at which it is written. */
static inline prisim_cycle_t command_ring(struct smmu_harness *h)
{
    smmu_harness_write(h, PRISIM_SMMU_CMDQ_PROD, h->cmdq_prod);
    return harness_got_at(h->base, PRISIM_SMMU_TX_REGISTER_RESPONSE,
                          h->base->tx[PRISIM_SMMU_TX_REGISTER_RESPONSE].count - 1);
}

/* Runs until edge `at` has been done. */
static inline void command_run_to(struct smmu_harness *h, prisim_cycle_t at)
{
    ck_assert_uint_le(h->base->now, at + 1);
    smmu_harness_run(h, at + 1 - h->base->now);
}

/* What a register reads at that edge, which lies ahead by its latency at least. */
static inline uint32_t command_read_at(struct smmu_harness *h, uint32_t offset, prisim_cycle_t at)
{
    struct prisim_memory_request request = {.address = offset, .id = 9, .size = 4};
    unsigned count = h->base->tx[PRISIM_SMMU_TX_REGISTER_RESPONSE].count;
    command_run_to(h, at - h->config.register_latency - 1);
    harness_offer(h->base, PRISIM_SMMU_RX_REGISTER, &request);
    command_run_to(h, at);
    ck_assert_uint_eq(harness_got_at(h->base, PRISIM_SMMU_TX_REGISTER_RESPONSE, count), at);
    return prisim_load_le32(
        ((const struct prisim_memory_response *)harness_got(h->base, PRISIM_SMMU_TX_REGISTER_RESPONSE, count))->data);
}

static inline uint32_t command_cons(struct smmu_harness *h)
{
    return smmu_harness_read(h, PRISIM_SMMU_CMDQ_CONS);
}

static inline uint32_t command_active(struct smmu_harness *h)
{
    return smmu_harness_read(h, PRISIM_SMMU_GERROR) ^ smmu_harness_read(h, PRISIM_SMMU_GERRORN);
}

/* Acknowledges; returns the edge at which it is written. */
static inline prisim_cycle_t command_acknowledge(struct smmu_harness *h)
{
    smmu_harness_write(h, PRISIM_SMMU_GERRORN, smmu_harness_read(h, PRISIM_SMMU_GERROR));
    return harness_got_at(h->base, PRISIM_SMMU_TX_REGISTER_RESPONSE,
                          h->base->tx[PRISIM_SMMU_TX_REGISTER_RESPONSE].count - 1);
}

/* The queue stands at command `index` with that error, and the event says why. */
static inline void command_expect_error(struct smmu_harness *h, uint32_t index, enum prisim_command_error error,
                                        enum prisim_cause cause)
{
    ck_assert_uint_eq(command_active(h) & PRISIM_GERROR_CMDQ, PRISIM_GERROR_CMDQ);
    ck_assert_uint_eq(command_cons(h), index | (uint32_t)error << PRISIM_CMDQ_CONS_ERR_SHIFT);
    unsigned count = harness_events(h->base, PRISIM_EVENT_SMMU_COMMAND_ERROR);
    ck_assert_uint_gt(count, 0);
    const struct prisim_event *event = harness_event(h->base, PRISIM_EVENT_SMMU_COMMAND_ERROR, count - 1);
    ck_assert_uint_eq(event->smmu_command_error.index, index);
    ck_assert_uint_eq(event->smmu_command_error.cause, cause);
}

/* Reads of memory so far that hit [base, base + size). */
static inline unsigned command_fetches(const struct smmu_harness *h, uint64_t base, uint64_t size)
{
    unsigned count = 0;
    for (unsigned i = 0; i < h->base->tx[PRISIM_SMMU_TX_MEMORY_REQUEST].count; i++) {
        const struct prisim_memory_request *request = harness_got(h->base, PRISIM_SMMU_TX_MEMORY_REQUEST, i);
        count += !request->write && request->address - base < size;
    }
    return count;
}

static inline void command_complete(struct smmu_harness *h, unsigned itag, unsigned count, uint16_t from,
                                    uint8_t status)
{
    struct prisim_tlp tlp = smmu_harness_memory_tlp(PRISIM_TLP_MESSAGE, PRISIM_TLP_AT_UNTRANSLATED, 0, 0);
    tlp.head.message = PRISIM_MESSAGE_INVALIDATE_COMPLETION;
    tlp.head.requester_id = from;
    tlp.head.itag_vector = UINT32_C(1) << itag;
    tlp.head.completion_count = (uint8_t)count;
    tlp.head.status = status;
    smmu_harness_up(h, &tlp);
}

#endif
