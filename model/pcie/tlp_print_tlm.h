/* SPDX-License-Identifier: Apache-2.0
 *
 * A TLP as a line of text, in the names of the specification.
 */
#ifndef PRISIM_PCIE_TLP_PRINT_TLM_H
#define PRISIM_PCIE_TLP_PRINT_TLM_H

#include "model/core/print_tlm.h"
#include "model/pcie/tlp.h"

namespace prisim
{

inline std::string printed_status(unsigned status)
{
    switch (status) {
    case PRISIM_TLP_SC:
        return "SC";
    case PRISIM_TLP_UR:
        return "UR";
    case PRISIM_TLP_CRS:
        return "CRS";
    case PRISIM_TLP_CA:
        return "CA";
    }
    return printed("%u", status);
}

inline std::string printed_response_code(unsigned code)
{
    switch (code) {
    case PRISIM_PRG_SUCCESS:
        return "success";
    case PRISIM_PRG_INVALID:
        return "invalid";
    case PRISIM_PRG_FAILURE:
        return "failure";
    }
    return printed("%u", code);
}

/* What a message says beside who sent it. */
inline std::string printed_message(const struct prisim_tlp &tlp)
{
    const struct prisim_tlp_header &head = tlp.head;
    switch (head.message) {
    case PRISIM_MESSAGE_INVALIDATE_REQUEST:
        return printed(" invalidate_request destination=%#x itag=%u address=%#" PRIx64, head.destination_id, head.tag,
                       head.address);
    case PRISIM_MESSAGE_INVALIDATE_COMPLETION:
        return printed(" invalidate_completion destination=%#x itag_vector=%#" PRIx32 " cc=%u", head.destination_id,
                       head.itag_vector, head.completion_count);
    case PRISIM_MESSAGE_PAGE_REQUEST:
        return printed(" %s prg_index=%u address=%#" PRIx64 " access=",
                       prisim_tlp_is_stop_marker(&head) ? "stop_marker" : "page_request", head.prg_index,
                       head.address) +
               printed_access(head.flags >> 4 & 7);
    case PRISIM_MESSAGE_PRG_RESPONSE:
        return printed(" prg_response destination=%#x prg_index=%u code=", head.destination_id, head.prg_index) +
               printed_response_code(head.response_code);
    }
    return printed(" message=%#x", head.message);
}

inline std::string printed_request(const struct prisim_tlp_header &head)
{
    static const char *const at[] = {"untranslated", "translation_request", "translated"};
    std::string text;
    if (head.type == PRISIM_TLP_MEMORY_READ || head.type == PRISIM_TLP_MEMORY_WRITE)
        text = head.at <= PRISIM_TLP_AT_TRANSLATED ? std::string(" ") + at[head.at] : printed(" at=%u", head.at);
    else
        text = printed(" destination=%#x", head.destination_id);
    return text + printed(" tag=%u address=%#" PRIx64 " size=%u", head.tag, head.address, head.size);
}

} // namespace prisim

/* "MRd requester=0x20 translation_request tag=3 address=0x4000 size=8 pasid=1" */
inline std::ostream &operator<<(std::ostream &out, const struct prisim_tlp &tlp)
{
    static const char *const type[] = {"MRd", "MWr", "CfgRd", "CfgWr", "Cpl", "CplD", "Msg", "MsgD"};
    const struct prisim_tlp_header &head = tlp.head;
    std::string text = head.type < PRISIM_TLP_TYPES ? type[head.type] : prisim::printed("type=%u", head.type);
    text += prisim::printed(" requester=%#x", head.requester_id);
    if (head.type == PRISIM_TLP_MESSAGE || head.type == PRISIM_TLP_MESSAGE_DATA)
        text += prisim::printed_message(tlp);
    else if (prisim_tlp_is_completion(&head))
        text += prisim::printed(" completer=%#x tag=%u status=", head.destination_id, head.tag) +
                prisim::printed_status(head.status);
    else
        text += prisim::printed_request(head);
    text += prisim::printed_pasid(head.flags & PRISIM_TLP_HAS_PASID, head.pasid);
    text += head.flags & PRISIM_TLP_PRIVILEGED ? " privileged" : "";
    text += head.flags & PRISIM_TLP_EXECUTE ? " execute" : "";
    text += head.flags & PRISIM_TLP_NO_WRITE ? " no_write" : "";
    text += head.flags & PRISIM_TLP_RELAXED ? " relaxed" : "";
    text += head.flags & PRISIM_TLP_IDO ? " ido" : "";
    text += head.flags & PRISIM_TLP_POISONED ? " poisoned" : "";
    if (prisim_tlp_has_data(&head) && head.size <= PRISIM_TLP_DATA_MAX)
        text += prisim::printed_data("data", tlp.data, head.size);
    return out << text;
}

#endif
