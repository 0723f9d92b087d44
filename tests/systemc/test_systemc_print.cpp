/* SPDX-License-Identifier: Apache-2.0
 *
 * Payloads as text: one line each, found by argument-dependent lookup, whatever the stream's format.
 */
#include "driver/driver_print_tlm.h"
#include "model/core/print_tlm.h"
#include "model/interconnect/interconnect_print_tlm.h"
#include "model/pcie/tlp_print_tlm.h"
#include "model/pcie_endpoint/endpoint_print_tlm.h"
#include "model/pcie_fabric/pcie_fabric_print_tlm.h"
#include "model/pri_queue/pri_queue_print_tlm.h"
#include "model/smmu/smmu_print_tlm.h"

#include <iomanip>
#include <sstream>
#include <systemc>

#include "tests/harness/suite.h"

extern "C" __attribute__((visibility("default"))) int sc_main(int, char **)
{
    return 0;
}

namespace somebody_elses
{

/* ADL: from a namespace that has an operator<< of its own, which hides those of the global one. */
struct other {
};
std::ostream &operator<<(std::ostream &out, const other &);

template <class Payload> std::string text(const Payload &payload)
{
    std::ostringstream out;
    out << std::hex << std::setfill('*') << payload;
    return out.str();
}

} // namespace somebody_elses

namespace
{

#define IS(payload, due) is(somebody_elses::text(payload), due)

void is(const std::string &text, const char *due)
{
    ck_assert_str_eq(text.c_str(), due);
}

START_TEST(memory)
{
    prisim_memory_request r{0x40000010, 0x103, 2, PRISIM_MEMORY_WRITE, 0, 0, 0, {0xab, 0x01, 0xff}};
    IS(r, "write address=0x40000010 size=2 id=0x103 data=ab01");
    r.attributes = PRISIM_MEMORY_HAS_STREAM | PRISIM_MEMORY_HAS_SUBSTREAM | PRISIM_MEMORY_PRIVILEGED |
                   PRISIM_MEMORY_INSTRUCTION | PRISIM_MEMORY_SECURE;
    r.stream_id = 0x20;
    r.substream_id = 7;
    r.write = PRISIM_MEMORY_READ;
    IS(r, "read address=0x40000010 size=2 id=0x103 stream_id=0x20 substream_id=0x7 secure privileged instruction");
    prisim_memory_request swap{0x8, 1, 8, PRISIM_MEMORY_SWAP, 0, 0, 0, {1, 2, 3, 4, 5, 6, 7, 8, 9}};
    IS(swap, "swap address=0x8 size=8 id=0x1 desired=0102030405060708 expected=0900000000000000");
    r.write = 9;
    r.attributes = 0;
    IS(r, "operation=9 address=0x40000010 size=2 id=0x103");
    IS((prisim_memory_response{5, PRISIM_MEMORY_OK, 3, 0, {1, 2, 3}}), "ok id=0x5 data=010203");
    IS((prisim_memory_response{5, PRISIM_MEMORY_ABORT, 0, 0, {}}), "abort id=0x5");
    IS((prisim_memory_response{5, PRISIM_MEMORY_ABORT_LATE, 0, 0, {}}), "abort_late id=0x5");
    IS((prisim_memory_response{5, 7, 200, 0, {}}), "status=7 id=0x5");
}
END_TEST

START_TEST(tlps)
{
    prisim_tlp t{};
    t.head.requester_id = 0x20;
    t.head.address = 0x4000;
    t.head.size = 8;
    t.head.tag = 3;
    t.head.pasid = 11;
    t.head.at = PRISIM_TLP_AT_TRANSLATION_REQUEST;
    t.head.flags = PRISIM_TLP_HAS_PASID | PRISIM_TLP_NO_WRITE;
    IS(t, "MRd requester=0x20 translation_request tag=3 address=0x4000 size=8 pasid=11 no_write");
    t.head.type = PRISIM_TLP_MEMORY_WRITE;
    t.head.at = PRISIM_TLP_AT_TRANSLATED;
    t.head.size = 2;
    t.head.flags = PRISIM_TLP_PRIVILEGED | PRISIM_TLP_EXECUTE | PRISIM_TLP_RELAXED | PRISIM_TLP_IDO;
    t.data[0] = 0xaa;
    IS(t, "MWr requester=0x20 translated tag=3 address=0x4000 size=2 privileged execute relaxed ido data=aa00");
    t.head.type = PRISIM_TLP_CONFIG_READ;
    t.head.destination_id = 0x100;
    t.head.flags = 0;
    IS(t, "CfgRd requester=0x20 destination=0x100 tag=3 address=0x4000 size=2");
    t.head.type = PRISIM_TLP_COMPLETION;
    t.head.status = PRISIM_TLP_UR;
    IS(t, "Cpl requester=0x20 completer=0x100 tag=3 status=UR");
    t.head.type = PRISIM_TLP_COMPLETION_DATA;
    t.head.status = PRISIM_TLP_SC;
    IS(t, "CplD requester=0x20 completer=0x100 tag=3 status=SC data=aa00");
    t.head.flags = PRISIM_TLP_POISONED;
    IS(t, "CplD requester=0x20 completer=0x100 tag=3 status=SC poisoned data=aa00");
    t.head.flags = 0;
    t.head.type = 77;
    t.head.size = 1000;
    ck_assert_ptr_nonnull(strstr(somebody_elses::text(t).c_str(), "type=77 requester=0x20"));
}
END_TEST

START_TEST(messages)
{
    prisim_tlp t{};
    t.head.type = PRISIM_TLP_MESSAGE;
    t.head.requester_id = 0x20;
    t.head.destination_id = 0x100;
    t.head.message = PRISIM_MESSAGE_PAGE_REQUEST;
    t.head.prg_index = 9;
    t.head.address = 0x5000;
    t.head.pasid = 1;
    t.head.flags = PRISIM_TLP_HAS_PASID | PRISIM_TLP_READ | PRISIM_TLP_LAST;
    IS(t, "Msg requester=0x20 page_request prg_index=9 address=0x5000 access=RL pasid=1");
    t.head.flags = PRISIM_TLP_HAS_PASID | PRISIM_TLP_LAST;
    IS(t, "Msg requester=0x20 stop_marker prg_index=9 address=0x5000 access=L pasid=1");
    t.head.message = PRISIM_MESSAGE_PRG_RESPONSE;
    t.head.response_code = PRISIM_PRG_FAILURE;
    t.head.flags = 0;
    IS(t, "Msg requester=0x20 prg_response destination=0x100 prg_index=9 code=failure");
    t.head.message = PRISIM_MESSAGE_INVALIDATE_COMPLETION;
    t.head.itag_vector = 0x10;
    t.head.completion_count = 2;
    IS(t, "Msg requester=0x20 invalidate_completion destination=0x100 itag_vector=0x10 cc=2");
    t.head.type = PRISIM_TLP_MESSAGE_DATA;
    t.head.message = PRISIM_MESSAGE_INVALIDATE_REQUEST;
    t.head.tag = 4;
    t.head.size = 1;
    IS(t, "MsgD requester=0x20 invalidate_request destination=0x100 itag=4 address=0x5000 data=00");
    t.head.message = 0x7f;
    IS(t, "MsgD requester=0x20 message=0x7f data=00");
}
END_TEST

START_TEST(pri)
{
    prisim_page_request r{0x5000, 0x20, 1, 9, 1, PRISIM_ACCESS_READ | PRISIM_ACCESS_LAST, 0, {}};
    IS(r, "page_request stream_id=0x20 pasid=1 prg_index=9 address=0x5000 access=RL");
    IS((prisim_page_request{0x5000, 0x20, 1, 9, 0, 0, 1, {}}),
       "page_request stream_id=0x20 prg_index=9 address=0x5000 access=- secure");
    IS((prisim_prg_response{0x20, 1, 9, 1, PRISIM_PRG_SUCCESS, PRISIM_CAUSE_AUTOMATIC, {}}),
       "prg_response stream_id=0x20 pasid=1 prg_index=9 code=success cause=automatic");
    IS((prisim_pri_queue_lookup{0x20, 0}), "lookup stream_id=0x20");
    IS((prisim_pri_queue_ppar{1, 0, {}}), "lookup_answer reachable=1 ppar=0");
    const char *const what[] = {"control PRIQ_BASE=0x3",     "control PRIQ_PROD=0x3",     "control PRIQ_CONS=0x3",
                                "control PRIQ_IRQ_CFG0=0x3", "control PRIQ_IRQ_CFG1=0x3", "control PRIQ_IRQ_CFG2=0x3",
                                "control enable=0x3",        "control abort_active=0x3",  "control what_8=0x3"};
    for (uint8_t i = 0; i <= PRISIM_PRI_QUEUE_ABORT_ACTIVE + 1; i++)
        IS((prisim_pri_queue_control{3, i, {}}), what[i]);
    IS((prisim_pri_queue_status{0x80000003, 2, 1, 2, {}}),
       "status prod=0x80000003 cons=0x2 enable_ack=0x1 changed=0x2");
    IS((prisim_pri_queue_interrupt{3}), "interrupt prod=0x3");
    IS((prisim_pri_queue_abort{1, 0, PRISIM_CAUSE_WRITE_ABORT, 0}), "abort record=1 msi=0 cause=write_abort");
    IS((prisim_pri_queue_decision{r, 2, 1, PRISIM_CAUSE_ACCEPTED, 1, {}}),
       "decision stream_id=0x20 pasid=1 prg_index=9 address=0x5000 access=RL slot=2 lap=1 cause=accepted "
       "overflow_starts");
    IS((prisim_pri_queue_commit{r, 2, 0, 250, {}}),
       "commit stream_id=0x20 pasid=1 prg_index=9 address=0x5000 access=RL slot=2 lap=0 cause=250");
}
END_TEST

START_TEST(others)
{
    IS((prisim_smmu_interrupt{PRISIM_SMMU_WIRED_GERROR | PRISIM_SMMU_WIRED_SYNC | PRISIM_SMMU_WIRED_SEV}),
       "interrupt gerror sync sev");
    IS((prisim_smmu_interrupt{PRISIM_SMMU_WIRED_PRIQ | PRISIM_SMMU_WIRED_EVENTQ}), "interrupt priq eventq");
    IS((::prisim_interrupt{0x31}), "msi data=0x31");
    struct prisim_endpoint_stimulus what = {};
    what.address = 0x4000;
    what.job = 3;
    what.pasid = 1;
    what.size = 64;
    what.has_pasid = what.write = 1;
    IS(what, "dma job=3 pasid=1 address=0x4000 size=64 write");
    what.privileged = 1;
    what.count = 1;
    what.pattern = PRISIM_ENDPOINT_STRIDED;
    IS(what, "dma job=3 pasid=1 address=0x4000 size=64 write privileged");
    what.write = 0;
    what.execute = 1;
    what.count = 8;
    what.outstanding = 2;
    what.stride = 0x1000;
    what.span = 0x8000;
    IS(what, "dma job=3 pasid=1 address=0x4000 size=64 read execute privileged count=8 pattern=strided outstanding=2 "
             "stride=0x1000");
    what.pattern = PRISIM_ENDPOINT_SEQUENTIAL;
    IS(what, "dma job=3 pasid=1 address=0x4000 size=64 read execute privileged count=8 pattern=sequential "
             "outstanding=2");
    what.execute = what.privileged = 0;
    what.pattern = PRISIM_ENDPOINT_RANDOM;
    IS(what, "dma job=3 pasid=1 address=0x4000 size=64 read count=8 pattern=random outstanding=2 span=0x8000");
    what.pattern = PRISIM_ENDPOINT_DEPENDENT;
    IS(what, "dma job=3 pasid=1 address=0x4000 size=64 read count=8 pattern=dependent outstanding=2 span=0x8000");
    what.pattern = 9;
    IS(what, "dma job=3 pasid=1 address=0x4000 size=64 read count=8 pattern=9 outstanding=2");
    what = {};
    what.address = 0x4000;
    what.job = 3;
    what.size = 64;
    what.rogue = 1;
    IS(what, "dma job=3 address=0x4000 size=64 read rogue");
    what = {};
    what.what = PRISIM_ENDPOINT_REMOVE;
    IS(what, "remove");
    what.what = PRISIM_ENDPOINT_INTERRUPT;
    IS(what, "interrupt");
    what = {};
    what.what = PRISIM_ENDPOINT_PAGE_REQUEST;
    what.address = 0x5000;
    what.pasid = what.has_pasid = 1;
    what.prg_index = 9;
    what.access = 5;
    IS(what, "page_request pasid=1 prg_index=9 address=0x5000 access=RL");
    IS((prisim_endpoint_pf_wires{30, 3, 2, 1, 0, 0, {}}), "pf enable allocation=30 pasid_control=0x3 stu=2");
    IS((prisim_endpoint_pf_wires{30, 0, 0, 0, 1, 1, {}}), "pf allocation=30 pasid_control=0 stu=0 halted dropped");
    IS((prisim_endpoint_vf_wires{-1, 2, 0, 0, 0}), "vf page_requests=-1 heard=2");
    IS((prisim_endpoint_vf_wires{3, 0, 1, 1, 0}), "vf page_requests=3 heard=0 failed unexpected");
    IS((prisim_driver_stimulus{PRISIM_DRIVER_BIND, 0, 3, 1, 0, {0}, {{0, 0}}, {0}, 7}),
       "bind function=0 pasid=3 space=1 call=7");
    IS((prisim_driver_stimulus{PRISIM_DRIVER_UNBIND, 0, 3, 0, 2, {1}, {{0, 0}}, {0}, 7}),
       "unbind function=0 pasid=3 policy=1 then_space=1 call=7");
    IS((prisim_driver_stimulus{
           PRISIM_DRIVER_HOLD, 0, 0, 0, 0, {0}, {{PRISIM_DRIVER_TASK_CALLER, PRISIM_EVENT_SMMU_SYNC}}, {100}, 2}),
       "hold task=4 point=smmu.sync cycles=100 call=2");
    IS((prisim_driver_stimulus{PRISIM_DRIVER_RELEASE, 0, 0, 0, 0, {0}, {{1, 60000}}, {100}, 2}),
       "release task=1 point=60000 call=2");
    IS((prisim_driver_stimulus{PRISIM_DRIVER_FLR, 1, 0, 0, 0, {0}, {{0, 0}}, {0}, 7}), "flr function=1 call=7");
    IS((prisim_driver_stimulus{PRISIM_DRIVER_REMOVE, 1, 0, 0, 0, {0}, {{0, 0}}, {0}, 7}), "remove function=1 call=7");
    IS((prisim_driver_stimulus{PRISIM_DRIVER_ISOLATE, 1, 0, 0, 0, {2}, {{0, 0}}, {0}, 7}),
       "isolate function=1 how=2 call=7");
    IS((prisim_fabric_stimulus{PRISIM_FABRIC_FAULT_LINK_DOWN, 3}), "link_down link=3");
    IS((prisim_fabric_stimulus{PRISIM_FABRIC_FAULT_LINK_UP, 0}), "link_up link=0");
    IS((prisim_driver_stimulus{PRISIM_DRIVER_MM_EXIT, 0, 0, 1, 0, {0}, {{0, 0}}, {0}, 7}), "mm_exit space=1 call=7");
    prisim_driver_stimulus unmap{PRISIM_DRIVER_UNMAP, 0, 0, 1, 0, {3}, {{0, 0}}, {2}, 7};
    unmap.address = 0x4000;
    IS(unmap, "unmap space=1 address=0x4000 pages=2 order=3 call=7");
    IS((prisim_driver_stimulus{PRISIM_DRIVER_SIGNAL, 1, 3, 0, 0, {0}, {{0, 0}}, {0}, 2}),
       "signal function=1 pasid=3 call=2");
    IS((prisim_driver_stimulus{PRISIM_DRIVER_KEXEC, 1, 3, 0, 0, {0}, {{0, 0}}, {0}, 2}), "kexec");
    IS((prisim_driver_stimulus{13, 0, 0, 0, 0, {0}, {{0, 0}}, {0}, 0}), "sweep function=0 call=0");
    IS((prisim_driver_stimulus{14, 0, 0, 0, 0, {0}, {{0, 0}}, {0}, 0}), "what=14");
}
END_TEST

START_TEST(events)
{
    struct prisim_event e {
    };
    e.cycle = 17;
    e.instance = 6;
    e.type = PRISIM_EVENT_SMMU_TRANSLATE;
    const uint64_t value[] = {0x6000001, 0x20, PRISIM_PASID_NONE, 0x7000, 0, 3, PRISIM_CAUSE_BYPASS,
                              1,         4,    PRISIM_PASID_NONE};
    for (unsigned i = 0; i < 10; i++)
        prisim_event_set(&e, i, value[i]);
    IS(e, "cycle 17 instance 6 smmu.translate tlp=0x6000001 stream_id=0x20 pasid=none address=0x7000 output=0 "
          "access=RW cause=bypass ats=true asid=4 cd_since=none");
    e.type = 60000;
    IS(e, "cycle 17 instance 6 type=60000");
}
END_TEST

} // namespace

Suite *test_suite(void)
{
    Suite *suite = suite_create("systemc_print");
    TCase *tcase = tcase_create("print");
    tcase_add_test(tcase, memory);
    tcase_add_test(tcase, tlps);
    tcase_add_test(tcase, messages);
    tcase_add_test(tcase, pri);
    tcase_add_test(tcase, others);
    tcase_add_test(tcase, events);
    suite_add_tcase(suite, tcase);
    return suite;
}
