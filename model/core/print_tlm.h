/* SPDX-License-Identifier: Apache-2.0
 *
 * What operator<< of payloads is made of: text that leaves the stream's own format alone. Each folder's *_print_tlm.h
 * has the operators of its payloads, in the global namespace as the payloads are; here are those of memory ports, and
 * of events as a log has them.
 */
#ifndef PRISIM_CORE_PRINT_TLM_H
#define PRISIM_CORE_PRINT_TLM_H

#include <cinttypes>
#include <cstdarg>
#include <cstdio>
#include <ostream>
#include <string>

#include "model/core/events.h"
#include "model/core/memory_port.h"

namespace prisim
{

/* printf into a string; a piece of a line, at most 255 characters. */
__attribute__((format(printf, 1, 2))) inline std::string printed(const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return text;
}

/* " data=0102": bytes in the order of their addresses. */
inline std::string printed_data(const char *name, const uint8_t *data, unsigned size)
{
    std::string text = std::string(" ") + name + "=";
    for (unsigned i = 0; i < size; i++)
        text += printed("%02x", data[i]);
    return text;
}

/* " pasid=3", or nothing. */
inline std::string printed_pasid(bool has_pasid, uint32_t pasid)
{
    return has_pasid ? printed(" pasid=%" PRIu32, pasid) : "";
}

/* R=1 W=2 L=4 X=8 P=16, "-" if none. */
inline std::string printed_access(uint64_t access)
{
    char letters[PRISIM_ACCESS_TEXT];
    const std::string text = prisim_access_letters(access, letters);
    return text.empty() ? "-" : text;
}

inline std::string printed_field(const struct prisim_event_field &field, uint64_t value)
{
    switch (field.format) {
    case PRISIM_FIELD_HEX:
        return printed("%#" PRIx64, value);
    case PRISIM_FIELD_PASID:
        return value == PRISIM_PASID_NONE ? "none" : printed("%" PRIu64, value);
    case PRISIM_FIELD_BOOL:
        return value ? "true" : "false";
    case PRISIM_FIELD_CAUSE:
        return prisim_cause_name(static_cast<enum prisim_cause>(value));
    case PRISIM_FIELD_EVENT:
        return prisim_event_name(static_cast<enum prisim_event_type>(value));
    case PRISIM_FIELD_ACCESS:
        return printed_access(value);
    case PRISIM_FIELD_SPACE:
        return value == 0 ? "none" : printed("%" PRIu64, value - 1);
    case PRISIM_FIELD_DECIMAL:
    case PRISIM_FIELD_INSTANCE:
        break;
    }
    return printed("%" PRIu64, value);
}

} // namespace prisim

/* "write address=0x1000 size=2 id=0x3 stream_id=0x20 substream_id=0x1 privileged data=0102" */
inline std::ostream &operator<<(std::ostream &out, const struct prisim_memory_request &r)
{
    static const char *const operation[] = {"read", "write", "swap"};
    std::string text = r.write <= PRISIM_MEMORY_SWAP ? operation[r.write] : prisim::printed("operation=%u", r.write);
    text += prisim::printed(" address=%#" PRIx64 " size=%u id=%#" PRIx32, r.address, r.size, r.id);
    if (r.attributes & PRISIM_MEMORY_HAS_STREAM)
        text += prisim::printed(" stream_id=%#" PRIx32, r.stream_id);
    if (r.attributes & PRISIM_MEMORY_HAS_SUBSTREAM)
        text += prisim::printed(" substream_id=%#" PRIx32, r.substream_id);
    if (r.attributes & PRISIM_MEMORY_SECURE)
        text += " secure";
    if (r.attributes & PRISIM_MEMORY_PRIVILEGED)
        text += " privileged";
    if (r.attributes & PRISIM_MEMORY_INSTRUCTION)
        text += " instruction";
    if (r.write == PRISIM_MEMORY_WRITE && r.size <= PRISIM_MEMORY_LINE_BYTES)
        text += prisim::printed_data("data", r.data, r.size);
    if (r.write == PRISIM_MEMORY_SWAP)
        text += prisim::printed_data("desired", r.data, PRISIM_MEMORY_SWAP_BYTES) +
                prisim::printed_data("expected", r.data + PRISIM_MEMORY_SWAP_BYTES, PRISIM_MEMORY_SWAP_BYTES);
    return out << text;
}

/* "ok id=0x3 data=0102" */
inline std::ostream &operator<<(std::ostream &out, const struct prisim_memory_response &r)
{
    static const char *const status[] = {"ok", "abort", "abort_late"};
    std::string text = r.status <= PRISIM_MEMORY_ABORT_LATE ? status[r.status] : prisim::printed("status=%u", r.status);
    text += prisim::printed(" id=%#" PRIx32, r.id);
    if (r.size > 0 && r.size <= PRISIM_MEMORY_LINE_BYTES)
        text += prisim::printed_data("data", r.data, r.size);
    return out << text;
}

/* "cycle 17 instance 6 smmu.register offset=0x20 value=0xf write=true" */
inline std::ostream &operator<<(std::ostream &out, const struct prisim_event &event)
{
    std::string text = prisim::printed("cycle %" PRIu64 " instance %u ", event.cycle, event.instance);
    if (event.type >= PRISIM_EVENT_TYPES)
        return out << text << "type=" << std::to_string(event.type);
    const auto type = static_cast<enum prisim_event_type>(event.type);
    text += prisim_event_name(type);
    for (unsigned i = 0; i < prisim_event_field_count(type); i++) {
        const struct prisim_event_field &field = prisim_event_fields(type)[i];
        text += std::string(" ") + field.name + "=" + prisim::printed_field(field, prisim_event_value(&event, i));
    }
    return out << text;
}

#endif
