/* SPDX-License-Identifier: Apache-2.0
 *
 * What an endpoint is asked to do, and what a physical function and a virtual one say to one another, as lines of text.
 */
#ifndef PRISIM_ENDPOINT_PRINT_TLM_H
#define PRISIM_ENDPOINT_PRINT_TLM_H

#include "model/core/print_tlm.h"
#include "model/pcie_endpoint/pcie_endpoint.h"

namespace prisim
{

/* " count=8 pattern=strided outstanding=2 stride=0x1000" of many accesses; nothing of one. */
inline std::string printed_accesses(const struct prisim_endpoint_stimulus &s)
{
    static const char *const patterns[] = {"sequential", "strided", "random", "dependent"};
    if (s.count <= 1)
        return "";
    std::string text = printed(" count=%" PRIu32 " pattern=", s.count) +
                       (s.pattern <= PRISIM_ENDPOINT_DEPENDENT ? patterns[s.pattern] : printed("%u", s.pattern)) +
                       printed(" outstanding=%u", s.outstanding);
    if (s.pattern == PRISIM_ENDPOINT_STRIDED)
        text += printed(" stride=%#" PRIx64, s.stride);
    if (s.pattern == PRISIM_ENDPOINT_RANDOM || s.pattern == PRISIM_ENDPOINT_DEPENDENT)
        text += printed(" span=%#" PRIx64, s.span);
    return text;
}

} // namespace prisim

/* "dma job=3 pasid=1 address=0x4000 size=64 write", "page_request pasid=1 prg_index=9 address=0x5000 access=RL" */
inline std::ostream &operator<<(std::ostream &out, const struct prisim_endpoint_stimulus &s)
{
    std::string pasid = prisim::printed_pasid(s.has_pasid, s.pasid);
    if (s.what == PRISIM_ENDPOINT_PAGE_REQUEST)
        return out << "page_request" + pasid +
                          prisim::printed(" prg_index=%u address=%#" PRIx64 " access=", s.prg_index, s.address) +
                          prisim::printed_access(s.access);
    if (s.what == PRISIM_ENDPOINT_INTERRUPT || s.what == PRISIM_ENDPOINT_REMOVE)
        return out << (s.what == PRISIM_ENDPOINT_REMOVE ? "remove" : "interrupt");
    return out << prisim::printed("dma job=%" PRIu32, s.job) + pasid +
                      prisim::printed(" address=%#" PRIx64 " size=%" PRIu32 " %s", s.address, s.size,
                                      s.write ? "write" : "read") +
                      (s.rogue ? " rogue" : "") + (s.execute ? " execute" : "") + (s.privileged ? " privileged" : "") +
                      prisim::printed_accesses(s);
}

/* "pf enable allocation=30 pasid_control=0x1 stu=0 halted dropped" */
inline std::ostream &operator<<(std::ostream &out, const struct prisim_endpoint_pf_wires &w)
{
    return out << std::string(w.enable ? "pf enable" : "pf") +
                      prisim::printed(" allocation=%" PRIu32 " pasid_control=%#x stu=%u", w.allocation, w.pasid_control,
                                      w.stu) +
                      (w.halted ? " halted" : "") + (w.dropped ? " dropped" : "");
}

/* "vf page_requests=-1 heard=2 failed unexpected" */
inline std::ostream &operator<<(std::ostream &out, const struct prisim_endpoint_vf_wires &w)
{
    return out << prisim::printed("vf page_requests=%" PRId32 " heard=%u", w.page_requests, w.heard) +
                      (w.failed ? " failed" : "") + (w.unexpected ? " unexpected" : "");
}

#endif
