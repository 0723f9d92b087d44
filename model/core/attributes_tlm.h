/* SPDX-License-Identifier: Apache-2.0
 *
 * Whose a memory transaction is: an ignorable extension that every transaction of a prisim socket carries, so that a
 * bus or a memory can tell streams apart; and that a prisim target reads, if somebody else's transaction has it. It
 * decides nothing here.
 */
#ifndef PRISIM_CORE_ATTRIBUTES_TLM_H
#define PRISIM_CORE_ATTRIBUTES_TLM_H

#include <tlm>

#include "model/core/memory_port.h"

namespace prisim
{

struct memory_attributes : tlm::tlm_extension<memory_attributes> {
    uint32_t stream_id = 0;    /* under has_stream, else 0 */
    uint32_t substream_id = 0; /* under has_substream, else 0; 20 bits */
    bool has_stream = false;   /* a device's access; not so of what an SMMU, a PRI queue or a driver does for itself */
    bool has_substream = false;
    bool secure = false;
    bool privileged = false;
    bool instruction = false; /* an instruction fetch */

    tlm::tlm_extension_base *clone() const override
    {
        return new memory_attributes(*this);
    }

    void copy_from(const tlm::tlm_extension_base &other) override
    {
        *this = static_cast<const memory_attributes &>(other);
    }
};

/* Says on the transaction whose the request is. The extension is added once, and goes with the transaction's memory. */
inline memory_attributes *attach_attributes(tlm::tlm_generic_payload &trans, const prisim_memory_request &request)
{
    auto *to = trans.get_extension<memory_attributes>();
    if (!to) {
        to = new memory_attributes;
        trans.set_extension(to);
    }
    to->stream_id = request.stream_id;
    to->substream_id = request.substream_id;
    to->has_stream = request.attributes & PRISIM_MEMORY_HAS_STREAM;
    to->has_substream = request.attributes & PRISIM_MEMORY_HAS_SUBSTREAM;
    to->secure = request.attributes & PRISIM_MEMORY_SECURE;
    to->privileged = request.attributes & PRISIM_MEMORY_PRIVILEGED;
    to->instruction = request.attributes & PRISIM_MEMORY_INSTRUCTION;
    return to;
}

/* The other way: a transaction without the extension is nobody's. */
inline void read_attributes(const tlm::tlm_generic_payload &trans, prisim_memory_request &request)
{
    prisim_memory_of_no_stream(&request);
    const auto *from = trans.get_extension<memory_attributes>();
    if (!from)
        return;
    request.stream_id = from->has_stream ? from->stream_id : 0;
    request.substream_id = from->has_substream ? from->substream_id : 0;
    request.attributes = static_cast<uint16_t>(
        (from->has_stream ? PRISIM_MEMORY_HAS_STREAM : 0) | (from->has_substream ? PRISIM_MEMORY_HAS_SUBSTREAM : 0) |
        (from->secure ? PRISIM_MEMORY_SECURE : 0) | (from->privileged ? PRISIM_MEMORY_PRIVILEGED : 0) |
        (from->instruction ? PRISIM_MEMORY_INSTRUCTION : 0));
}

} // namespace prisim

#endif
