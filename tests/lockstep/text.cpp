/* SPDX-License-Identifier: Apache-2.0
 *
 * Texts of the lockstep harness, and the comparison of two queues' outputs.
 */
#include "tests/lockstep/text.h"

#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace lockstep
{

namespace
{

__attribute__((format(printf, 1, 2))) std::string format(const char *how, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, how);
    std::vsnprintf(line, sizeof line, how, arguments);
    va_end(arguments);
    return line;
}

const char *cause_text(unsigned cause)
{
    return cause < PRISIM_CAUSES ? prisim_cause_name(static_cast<enum prisim_cause>(cause)) : "?";
}

std::string text_of(const prisim_page_request &request)
{
    char access[] = "-----";
    const char *letters = "RWLXP";
    for (unsigned i = 0; i < 5; i++)
        if (request.access >> i & 1)
            access[i] = letters[i];
    std::string pasid = request.has_pasid ? format("%x", request.pasid) : format("none(%x)", request.pasid);
    return format("sid %x pasid %s prgi %x %s%s%s at %llx", request.stream_id, pasid.c_str(), request.prg_index, access,
                  request.secure ? " secure" : "", prisim_page_request_is_stop_marker(&request) ? " stop_marker" : "",
                  static_cast<unsigned long long>(request.address));
}

std::string text_of(const prisim_pri_queue_control &control)
{
    static const char *const names[] = {"BASE",     "PROD",     "CONS",   "IRQ_CFG0",
                                        "IRQ_CFG1", "IRQ_CFG2", "ENABLE", "ABORT_ACTIVE"};
    return format("%s %llx", names[control.what & 7], static_cast<unsigned long long>(control.value));
}

std::string text_of_memory(const prisim_memory_request &request)
{
    std::string text = format("id %u address %llx size %u write %u data ", request.id,
                              static_cast<unsigned long long>(request.address), request.size, request.write);
    for (unsigned i = 0; i < request.size && i < 16; i++)
        text += format("%02x", request.data[i]);
    return text;
}

std::string text_of_status(const prisim_pri_queue_status &status)
{
    return format("prod %x cons %x enable_ack %x changed %x", status.prod, status.cons, status.enable_ack,
                  status.changed);
}

const void *payload(const outputs &out, unsigned tx, size_t &size)
{
    switch (static_cast<prisim_pri_queue_tx>(tx)) {
    case PRISIM_PRI_QUEUE_TX_RESPONSE:
        size = sizeof out.response;
        return &out.response;
    case PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST:
        size = offsetof(prisim_memory_request, data) + (out.memory.size < 16 ? out.memory.size : 16);
        return &out.memory;
    case PRISIM_PRI_QUEUE_TX_LOOKUP:
        size = sizeof out.lookup;
        return &out.lookup;
    case PRISIM_PRI_QUEUE_TX_STATUS:
        size = sizeof out.status;
        return &out.status;
    case PRISIM_PRI_QUEUE_TX_INTERRUPT:
        size = sizeof out.interrupt;
        return &out.interrupt;
    case PRISIM_PRI_QUEUE_TX_ABORT:
        size = sizeof out.abort;
        return &out.abort;
    case PRISIM_PRI_QUEUE_TX_DECISION:
        size = sizeof out.decision;
        return &out.decision;
    case PRISIM_PRI_QUEUE_TX_COMMIT:
        size = sizeof out.commit;
        return &out.commit;
    case PRISIM_PRI_QUEUE_TX_PORTS:
        break;
    }
    size = 0;
    return nullptr;
}

bool equal_decision(const prisim_pri_queue_decision &a, const prisim_pri_queue_decision &b)
{
    if (a.cause == PRISIM_CAUSE_ACCEPTED)
        return !std::memcmp(&a, &b, sizeof a);
    return !std::memcmp(&a.request, &b.request, sizeof a.request) && a.cause == b.cause &&
           a.overflow_starts == b.overflow_starts;
}

bool equal_response(const prisim_prg_response &a, const prisim_prg_response &b)
{
    return a.stream_id == b.stream_id && a.prg_index == b.prg_index && a.code == b.code && a.cause == b.cause &&
           a.has_pasid == b.has_pasid && (!a.has_pasid || a.pasid == b.pasid);
}

bool equal_payload(const outputs &a, const outputs &b, unsigned tx)
{
    if (tx == PRISIM_PRI_QUEUE_TX_RESPONSE)
        return equal_response(a.response, b.response);
    if (tx == PRISIM_PRI_QUEUE_TX_DECISION)
        return equal_decision(a.decision, b.decision);
    size_t size = 0;
    const void *left = payload(a, tx, size);
    return !std::memcmp(left, payload(b, tx, size), size);
}

} // namespace

const char *tx_name(unsigned tx)
{
    static const char *const names[] = {"RESPONSE",  "MEMORY_REQUEST", "LOOKUP",   "STATUS",
                                        "INTERRUPT", "ABORT",          "DECISION", "COMMIT"};
    return tx < PRISIM_PRI_QUEUE_TX_PORTS ? names[tx] : "?";
}

std::string text_of(const outputs &out, unsigned tx)
{
    if (!has(out.valid, tx))
        return "nothing";
    switch (static_cast<prisim_pri_queue_tx>(tx)) {
    case PRISIM_PRI_QUEUE_TX_RESPONSE:
        return format("sid %x prgi %x has_pasid %u pasid %x code %x %s", out.response.stream_id, out.response.prg_index,
                      out.response.has_pasid, out.response.pasid, out.response.code, cause_text(out.response.cause));
    case PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST:
        return text_of_memory(out.memory);
    case PRISIM_PRI_QUEUE_TX_LOOKUP:
        return format("sid %x", out.lookup.stream_id);
    case PRISIM_PRI_QUEUE_TX_STATUS:
        return text_of_status(out.status);
    case PRISIM_PRI_QUEUE_TX_INTERRUPT:
        return format("prod %x", out.interrupt.prod);
    case PRISIM_PRI_QUEUE_TX_ABORT:
        return format("record %u msi %u %s", out.abort.record, out.abort.msi, cause_text(out.abort.cause));
    case PRISIM_PRI_QUEUE_TX_DECISION:
        return format("%s slot %x lap %u overflow_starts %u: ", cause_text(out.decision.cause), out.decision.slot,
                      out.decision.lap, out.decision.overflow_starts) +
               text_of(out.decision.request);
    case PRISIM_PRI_QUEUE_TX_COMMIT:
        return format("%s slot %x lap %u: ", cause_text(out.commit.cause), out.commit.slot, out.commit.lap) +
               text_of(out.commit.request);
    case PRISIM_PRI_QUEUE_TX_PORTS:
        break;
    }
    return "?";
}

std::string text_of_edge(const inputs &in, bool request_taken, const outputs &out, uint32_t put)
{
    std::string text;
    if (request_taken)
        text += "  > REQUEST " + text_of(in.request) + "\n";
    if (has(in.rx_valid, PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE))
        text += format("  > MEMORY_RESPONSE id %u status %u\n", in.memory.id, in.memory.status);
    if (has(in.rx_valid, PRISIM_PRI_QUEUE_RX_LOOKUP))
        text += format("  > LOOKUP reachable %u ppar %u\n", in.lookup.reachable, in.lookup.ppar);
    if (has(in.rx_valid, PRISIM_PRI_QUEUE_RX_CONTROL))
        text += "  > CONTROL " + text_of(in.control) + "\n";
    for (unsigned tx = 0; tx < PRISIM_PRI_QUEUE_TX_PORTS; tx++)
        if (has(put, tx))
            text += std::string("  < ") + tx_name(tx) + " " + text_of(out, tx) + "\n";
    return text;
}

std::string text_of(const prisim_pri_queue_config &config)
{
    return format("size_log2_max %u pps %u pasid_supported %u msi_supported %u auto_fail_last_only %u "
                  "stop_marker_needs_ssv %u accept_interval %u write_latency %u records_in_flight %u",
                  config.size_log2_max, config.pps, config.pasid_supported, config.msi_supported,
                  config.auto_fail_last_only, config.stop_marker_needs_ssv, config.accept_interval,
                  config.write_latency, config.records_in_flight);
}

bool equal(const outputs &a, const outputs &b)
{
    if (a.valid != b.valid || a.request_ready != b.request_ready || (b.idle && !a.idle))
        return false;
    for (uint32_t rest = a.valid; rest; rest &= rest - 1)
        if (!equal_payload(a, b, static_cast<unsigned>(__builtin_ctz(rest))))
            return false;
    return true;
}

std::string difference(const outputs &left, const char *a, const outputs &right, const char *b)
{
    std::string text;
    if (left.request_ready != right.request_ready)
        text += format("  REQUEST ready: %s %u, %s %u\n", a, left.request_ready, b, right.request_ready);
    if (right.idle && !left.idle)
        text += format("  idle: %s %u, %s %u\n", a, left.idle, b, right.idle);
    for (unsigned tx = 0; tx < PRISIM_PRI_QUEUE_TX_PORTS; tx++) {
        bool same = has(left.valid, tx) == has(right.valid, tx);
        if (same && (!has(left.valid, tx) || equal_payload(left, right, tx)))
            continue;
        text += std::string("  ") + tx_name(tx) + "\n    " + a + ": " + text_of(left, tx) + "\n    " + b + ": " +
                text_of(right, tx) + "\n";
    }
    return text;
}

} // namespace lockstep
