/* SPDX-License-Identifier: Apache-2.0
 *
 * Payloads as text: one line each, found by argument-dependent lookup, whatever the stream's format.
 */
#include "driver/driver_print_tlm.h"
#include "model/core/print_tlm.h"
#include "model/interconnect/interconnect_print_tlm.h"
#include "model/pcie/tlp_print_tlm.h"
#include "model/pcie_endpoint/endpoint_print_tlm.h"
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
    memory_request r{0x40000010, 0x103, 2, MEMORY_WRITE, 0, 0, 0, {0xab, 0x01, 0xff}};
    IS(r, "write address=0x40000010 size=2 id=0x103 data=ab01");
    r.attributes = MEMORY_HAS_STREAM | MEMORY_HAS_SUBSTREAM | MEMORY_PRIVILEGED | MEMORY_INSTRUCTION | MEMORY_SECURE;
    r.stream_id = 0x20;
    r.substream_id = 7;
    r.write = MEMORY_READ;
    IS(r, "read address=0x40000010 size=2 id=0x103 stream_id=0x20 substream_id=0x7 secure privileged instruction");
    memory_request swap{0x8, 1, 8, MEMORY_SWAP, 0, 0, 0, {1, 2, 3, 4, 5, 6, 7, 8, 9}};
    IS(swap, "swap address=0x8 size=8 id=0x1 desired=0102030405060708 expected=0900000000000000");
    r.write = 9;
    r.attributes = 0;
    IS(r, "operation=9 address=0x40000010 size=2 id=0x103");
    IS((memory_response{5, MEMORY_OK, 3, 0, {1, 2, 3}}), "ok id=0x5 data=010203");
    IS((memory_response{5, MEMORY_ABORT, 0, 0, {}}), "abort id=0x5");
    IS((memory_response{5, MEMORY_ABORT_LATE, 0, 0, {}}), "abort_late id=0x5");
    IS((memory_response{5, 7, 200, 0, {}}), "status=7 id=0x5");
}
END_TEST

START_TEST(tlps)
{
    tlp t{};
    t.head.requester_id = 0x20;
    t.head.address = 0x4000;
    t.head.size = 8;
    t.head.tag = 3;
    t.head.pasid = 11;
    t.head.at = TLP_AT_TRANSLATION_REQUEST;
    t.head.flags = TLP_HAS_PASID | TLP_NO_WRITE;
    IS(t, "MRd requester=0x20 translation_request tag=3 address=0x4000 size=8 pasid=11 no_write");
    t.head.type = TLP_MEMORY_WRITE;
    t.head.at = TLP_AT_TRANSLATED;
    t.head.size = 2;
    t.head.flags = TLP_PRIVILEGED | TLP_EXECUTE | TLP_RELAXED;
    t.data[0] = 0xaa;
    IS(t, "MWr requester=0x20 translated tag=3 address=0x4000 size=2 privileged execute relaxed data=aa00");
    t.head.type = TLP_CONFIG_READ;
    t.head.destination_id = 0x100;
    t.head.flags = 0;
    IS(t, "CfgRd requester=0x20 destination=0x100 tag=3 address=0x4000 size=2");
    t.head.type = TLP_COMPLETION;
    t.head.status = TLP_UR;
    IS(t, "Cpl requester=0x20 completer=0x100 tag=3 status=UR");
    t.head.type = TLP_COMPLETION_DATA;
    t.head.status = TLP_SC;
    IS(t, "CplD requester=0x20 completer=0x100 tag=3 status=SC data=aa00");
    t.head.type = 77;
    t.head.size = 1000;
    ck_assert_ptr_nonnull(strstr(somebody_elses::text(t).c_str(), "type=77 requester=0x20"));
}
END_TEST

START_TEST(messages)
{
    tlp t{};
    t.head.type = TLP_MESSAGE;
    t.head.requester_id = 0x20;
    t.head.destination_id = 0x100;
    t.head.message = MESSAGE_PAGE_REQUEST;
    t.head.prg_index = 9;
    t.head.address = 0x5000;
    t.head.pasid = 1;
    t.head.flags = TLP_HAS_PASID | TLP_READ | TLP_LAST;
    IS(t, "Msg requester=0x20 page_request prg_index=9 address=0x5000 access=RL pasid=1");
    t.head.flags = TLP_HAS_PASID | TLP_LAST;
    IS(t, "Msg requester=0x20 stop_marker prg_index=9 address=0x5000 access=L pasid=1");
    t.head.message = MESSAGE_PRG_RESPONSE;
    t.head.response_code = PRG_FAILURE;
    t.head.flags = 0;
    IS(t, "Msg requester=0x20 prg_response destination=0x100 prg_index=9 code=failure");
    t.head.message = MESSAGE_INVALIDATE_COMPLETION;
    t.head.itag_vector = 0x10;
    t.head.completion_count = 2;
    IS(t, "Msg requester=0x20 invalidate_completion destination=0x100 itag_vector=0x10 cc=2");
    t.head.type = TLP_MESSAGE_DATA;
    t.head.message = MESSAGE_INVALIDATE_REQUEST;
    t.head.tag = 4;
    t.head.size = 1;
    IS(t, "MsgD requester=0x20 invalidate_request destination=0x100 itag=4 address=0x5000 data=00");
    t.head.message = 0x7f;
    IS(t, "MsgD requester=0x20 message=0x7f data=00");
}
END_TEST

START_TEST(pri)
{
    page_request r{0x5000, 0x20, 1, 9, 1, ACCESS_READ | ACCESS_LAST, 0, {}};
    IS(r, "page_request stream_id=0x20 pasid=1 prg_index=9 address=0x5000 access=RL");
    IS((page_request{0x5000, 0x20, 1, 9, 0, 0, 1, {}}),
       "page_request stream_id=0x20 prg_index=9 address=0x5000 access=- secure");
    IS((prg_response{0x20, 1, 9, 1, PRG_SUCCESS, CAUSE_AUTOMATIC, {}}),
       "prg_response stream_id=0x20 pasid=1 prg_index=9 code=success cause=automatic");
    IS((pri_queue_lookup{0x20, 0}), "lookup stream_id=0x20");
    IS((pri_queue_ppar{1, 0, {}}), "lookup_answer reachable=1 ppar=0");
    const char *const what[] = {"control PRIQ_BASE=0x3",     "control PRIQ_PROD=0x3",     "control PRIQ_CONS=0x3",
                                "control PRIQ_IRQ_CFG0=0x3", "control PRIQ_IRQ_CFG1=0x3", "control PRIQ_IRQ_CFG2=0x3",
                                "control enable=0x3",        "control abort_active=0x3",  "control what_8=0x3"};
    for (uint8_t i = 0; i <= PRI_QUEUE_ABORT_ACTIVE + 1; i++)
        IS((pri_queue_control{3, i, {}}), what[i]);
    IS((pri_queue_status{0x80000003, 2, 1, 2, {}}), "status prod=0x80000003 cons=0x2 enable_ack=0x1 changed=0x2");
    IS((pri_queue_interrupt{3}), "interrupt prod=0x3");
    IS((pri_queue_abort{1, 0, CAUSE_WRITE_ABORT, 0}), "abort record=1 msi=0 cause=write_abort");
    IS((pri_queue_decision{r, 2, 1, CAUSE_ACCEPTED, 1, {}}),
       "decision stream_id=0x20 pasid=1 prg_index=9 address=0x5000 access=RL slot=2 lap=1 cause=accepted "
       "overflow_starts");
    IS((pri_queue_commit{r, 2, 0, 250, {}}),
       "commit stream_id=0x20 pasid=1 prg_index=9 address=0x5000 access=RL slot=2 lap=0 cause=250");
}
END_TEST

START_TEST(others)
{
    IS((smmu_interrupt{SMMU_WIRED_GERROR | SMMU_WIRED_SYNC | SMMU_WIRED_SEV}), "interrupt gerror sync sev");
    IS((smmu_interrupt{SMMU_WIRED_PRIQ | SMMU_WIRED_EVENTQ}), "interrupt priq eventq");
    IS((::interrupt{0x31}), "msi data=0x31");
    IS((endpoint_stimulus{0x4000, 3, 1, 64, 0, ENDPOINT_DMA, 1, 1, 0, 0, 0}),
       "dma job=3 pasid=1 address=0x4000 size=64 write");
    IS((endpoint_stimulus{0x4000, 3, 1, 64, 0, ENDPOINT_DMA, 0, 0, 0, 1, 0}),
       "dma job=3 address=0x4000 size=64 read rogue");
    IS((endpoint_stimulus{0x5000, 0, 1, 0, 9, ENDPOINT_PAGE_REQUEST, 1, 0, 5, 0, 0}),
       "page_request pasid=1 prg_index=9 address=0x5000 access=RL");
    IS((driver_stimulus{DRIVER_BIND, 0, 3, 1, 0, 0, 0, 0, 0, 7}), "bind function=0 pasid=3 space=1 call=7");
    IS((driver_stimulus{DRIVER_UNBIND, 0, 3, 0, 2, 1, 0, 0, 0, 7}),
       "unbind function=0 pasid=3 policy=1 then_space=1 call=7");
    IS((driver_stimulus{DRIVER_HOLD, 0, 0, 0, 0, 0, DRIVER_TASK_CALLER, EVENT_SMMU_SYNC, 100, 2}),
       "hold task=4 point=smmu.sync cycles=100 call=2");
    IS((driver_stimulus{DRIVER_RELEASE, 0, 0, 0, 0, 0, 1, 60000, 100, 2}), "release task=1 point=60000 call=2");
    IS((driver_stimulus{9, 0, 0, 0, 0, 0, 0, 0, 0, 0}), "what=9");
}
END_TEST

START_TEST(events)
{
    struct event e {
    };
    e.cycle = 17;
    e.instance = 6;
    e.type = EVENT_SMMU_TRANSLATE;
    const uint64_t value[] = {0x6000001, 0x20, PASID_NONE, 0x7000, 0, 3, CAUSE_BYPASS, 1, 4, PASID_NONE};
    for (unsigned i = 0; i < 10; i++)
        event_set(&e, i, value[i]);
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
