/* SPDX-License-Identifier: Apache-2.0
 *
 * The PRI queue's messages as lines of text.
 */
#ifndef PRISIM_PRI_QUEUE_PRINT_TLM_H
#define PRISIM_PRI_QUEUE_PRINT_TLM_H

#include "model/pcie/tlp_print_tlm.h"
#include "model/pri_queue/pri_queue.h"

namespace prisim
{

inline std::string printed_page_request(const struct prisim_page_request &r)
{
    return printed("stream_id=%#" PRIx32, r.stream_id) + printed_pasid(r.has_pasid, r.pasid) +
           printed(" prg_index=%u address=%#" PRIx64 " access=", r.prg_index, r.address) + printed_access(r.access) +
           (r.secure ? " secure" : "");
}

inline std::string printed_cause(unsigned cause)
{
    return std::string(" cause=") +
           (cause < PRISIM_CAUSES ? prisim_cause_name(static_cast<enum prisim_cause>(cause)) : std::to_string(cause));
}

} // namespace prisim

/* "page_request stream_id=0x20 pasid=1 prg_index=9 address=0x5000 access=RL" */
inline std::ostream &operator<<(std::ostream &out, const struct prisim_page_request &r)
{
    return out << "page_request " + prisim::printed_page_request(r);
}

inline std::ostream &operator<<(std::ostream &out, const struct prisim_prg_response &r)
{
    return out << prisim::printed("prg_response stream_id=%#" PRIx32, r.stream_id) +
                      prisim::printed_pasid(r.has_pasid, r.pasid) +
                      prisim::printed(" prg_index=%u code=", r.prg_index) + prisim::printed_response_code(r.code) +
                      prisim::printed_cause(r.cause);
}

inline std::ostream &operator<<(std::ostream &out, const struct prisim_pri_queue_lookup &l)
{
    return out << prisim::printed("lookup stream_id=%#" PRIx32, l.stream_id);
}

inline std::ostream &operator<<(std::ostream &out, const struct prisim_pri_queue_ppar &p)
{
    return out << prisim::printed("lookup_answer reachable=%u ppar=%u", p.reachable, p.ppar);
}

/* "control PRIQ_CONS=0x3" */
inline std::ostream &operator<<(std::ostream &out, const struct prisim_pri_queue_control &c)
{
    static const char *const what[] = {"PRIQ_BASE",     "PRIQ_PROD",     "PRIQ_CONS", "PRIQ_IRQ_CFG0",
                                       "PRIQ_IRQ_CFG1", "PRIQ_IRQ_CFG2", "enable",    "abort_active"};
    std::string name = c.what < sizeof what / sizeof what[0] ? what[c.what] : prisim::printed("what_%u", c.what);
    return out << "control " + name + prisim::printed("=%#" PRIx64, c.value);
}

inline std::ostream &operator<<(std::ostream &out, const struct prisim_pri_queue_status &s)
{
    return out << prisim::printed("status prod=%#" PRIx32 " cons=%#" PRIx32 " enable_ack=%#x changed=%#x", s.prod,
                                  s.cons, s.enable_ack, s.changed);
}

inline std::ostream &operator<<(std::ostream &out, const struct prisim_pri_queue_interrupt &i)
{
    return out << prisim::printed("interrupt prod=%#" PRIx32, i.prod);
}

inline std::ostream &operator<<(std::ostream &out, const struct prisim_pri_queue_abort &a)
{
    return out << prisim::printed("abort record=%u msi=%u", a.record, a.msi) + prisim::printed_cause(a.cause);
}

inline std::ostream &operator<<(std::ostream &out, const struct prisim_pri_queue_decision &d)
{
    return out << "decision " + prisim::printed_page_request(d.request) +
                      prisim::printed(" slot=%" PRIu32 " lap=%" PRIu32, d.slot, d.lap) +
                      prisim::printed_cause(d.cause) + (d.overflow_starts ? " overflow_starts" : "");
}

inline std::ostream &operator<<(std::ostream &out, const struct prisim_pri_queue_commit &c)
{
    return out << "commit " + prisim::printed_page_request(c.request) +
                      prisim::printed(" slot=%" PRIu32 " lap=%" PRIu32, c.slot, c.lap) + prisim::printed_cause(c.cause);
}

#endif
