/* SPDX-License-Identifier: Apache-2.0
 *
 * One log for both engines, whatever path a phase takes: an SMMU with its queue and a memory, driven by a block that
 * draws register accesses and TLPs, on the scheduler; and the same blocks as SystemC modules, with relays between their
 * sockets that turn returns into calls, put phases off by less than half a period, and leave END_REQ out. No relay
 * moves a phase over an edge, so the events must be the same, record by record.
 */
#include <cstdlib>
#include <sstream>

#include "model/core/bits.h"
#include "model/core/listener_tlm.h"
#include "model/core/print_tlm.h"
#include "model/core/scheduler.h"
#include "model/interconnect/interconnect_tlm.h"
#include "model/smmu/smmu_records.h"
#include "model/smmu/smmu_tlm.h"
#include "tests/systemc/tlm_harness.h"
#include "tests/systemc/world_parts.h"

using namespace prisim_test;

extern "C" __attribute__((visibility("default"))) int sc_main(int, char **)
{
    return 0;
}

namespace
{

constexpr uint64_t ram = 0x40000000, strtab = ram, cdtab = ram + 0x1000, cmdq = ram + 0x2000, eventq = ram + 0x3000,
                   priq = ram + 0x4000, tables = ram + 0x8000, page = ram + 0x20000, va = 0x4000;
constexpr unsigned sid = 1, pasid = 1;
constexpr prisim_cycle_t last_edge = 3000;

/* ---- what drives: the same block in both engines */

enum { PLAYER_REGISTER, PLAYER_UP, PLAYER_TX };
enum { PLAYER_RESPONSE, PLAYER_DOWN, PLAYER_INTERRUPT };

struct player {
    struct random_stream dice;
    uint32_t done, asked, answered; /* of the bring-up, accesses sent, responses */
    uint32_t tag, taken;
    uint64_t digest; /* of all that came */
};

const struct {
    uint32_t offset;
    uint64_t value;
    unsigned size;
} bring_up[] = {
    {PRISIM_SMMU_STRTAB_BASE, strtab, 8},
    {PRISIM_SMMU_STRTAB_BASE_CFG, 5, 4},
    {PRISIM_SMMU_CMDQ_BASE, cmdq | 4, 8},
    {PRISIM_SMMU_EVENTQ_BASE, eventq | 4, 8},
    {PRISIM_SMMU_PRIQ_BASE, priq | 4, 8},
    {PRISIM_SMMU_IRQ_CTRL, 7, 4},
    {PRISIM_SMMU_CR0, PRISIM_CR0_SMMUEN | PRISIM_CR0_PRIQEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_CMDQEN, 4},
};
constexpr uint32_t bring_up_writes = sizeof bring_up / sizeof bring_up[0];

void player_init(struct player *p, uint64_t seed)
{
    *p = {};
    p->dice = random_open(seed, 0, 77);
}

void note(struct player *p, prisim_cycle_t now, const void *bytes, size_t size)
{
    p->digest = (p->digest ^ now) * UINT64_C(0x100000001b3);
    for (size_t i = 0; i < size; i++)
        p->digest = (p->digest ^ static_cast<const uint8_t *>(bytes)[i]) * UINT64_C(0x100000001b3);
}

void ask_register(struct player *p, struct prisim_ports *ports)
{
    struct prisim_memory_request request = {};
    request.id = p->asked++;
    request.size = 4;
    if (p->done < bring_up_writes) {
        request.write = PRISIM_MEMORY_WRITE;
        request.address = bring_up[p->done].offset;
        request.size = static_cast<uint8_t>(bring_up[p->done].size);
        prisim_store_le64(request.data, bring_up[p->done++].value);
    } else {
        static const uint32_t read[] = {PRISIM_SMMU_CR0ACK, PRISIM_SMMU_PRIQ_PROD, PRISIM_SMMU_EVENTQ_PROD,
                                        PRISIM_SMMU_GERROR, PRISIM_SMMU_CMDQ_CONS};
        request.address = read[random_below(&p->dice, 5)];
    }
    *static_cast<struct prisim_memory_request *>(prisim_ports_put(ports, PLAYER_REGISTER)) = request;
}

void send_up(struct player *p, struct prisim_ports *ports)
{
    struct prisim_tlp tlp = {};
    tlp.head.requester_id = sid;
    tlp.head.pasid = pasid;
    tlp.head.flags = PRISIM_TLP_HAS_PASID;
    tlp.head.tag = static_cast<uint16_t>(p->tag++ & 0xff);
    tlp.head.address = va + 0x1000 * random_below(&p->dice, 3);
    tlp.head.size = 8;
    switch (random_below(&p->dice, 4)) {
    case 0:
        tlp.head.type = PRISIM_TLP_MEMORY_READ;
        tlp.head.at = PRISIM_TLP_AT_TRANSLATION_REQUEST;
        break;
    case 1:
        tlp.head.type = PRISIM_TLP_MEMORY_READ;
        break;
    case 2:
        tlp.head.type = PRISIM_TLP_MEMORY_WRITE;
        prisim_store_le64(tlp.data, p->tag);
        break;
    default:
        tlp.head.type = PRISIM_TLP_MESSAGE;
        tlp.head.message = PRISIM_MESSAGE_PAGE_REQUEST;
        tlp.head.prg_index = static_cast<uint16_t>(p->tag & 0x1ff);
        tlp.head.flags |= PRISIM_TLP_READ | PRISIM_TLP_LAST;
        tlp.head.size = 0;
    }
    *static_cast<struct prisim_tlp *>(prisim_ports_put(ports, PLAYER_UP)) = tlp;
}

prisim_cycle_t player_step(struct player *p, prisim_cycle_t now, struct prisim_ports *ports)
{
    if (prisim_ports_has_arrived(ports, PLAYER_RESPONSE)) {
        const auto *response = static_cast<const struct prisim_memory_response *>(ports->rx[PLAYER_RESPONSE]);
        note(p, now, response->data, response->size);
        p->answered++;
    }
    if (prisim_ports_has_arrived(ports, PLAYER_DOWN)) {
        const auto *tlp = static_cast<const struct prisim_tlp *>(ports->rx[PLAYER_DOWN]);
        note(p, now, &tlp->head.tag, sizeof tlp->head.tag);
        note(p, now, tlp->data, tlp->head.type == PRISIM_TLP_COMPLETION_DATA ? 8 : 0);
        p->taken++;
    }
    if (prisim_ports_has_arrived(ports, PLAYER_INTERRUPT))
        note(p, now, ports->rx[PLAYER_INTERRUPT], sizeof(struct prisim_smmu_interrupt));
    bool going = now < last_edge - 600;
    if (going && prisim_ports_can_put(ports, PLAYER_REGISTER) && p->asked - p->answered < 3 &&
        random_below(&p->dice, 5) == 0)
        ask_register(p, ports);
    if (going && now > 200 && prisim_ports_can_put(ports, PLAYER_UP) && random_below(&p->dice, 6) == 0)
        send_up(p, ports);
    prisim_ports_set_ready(ports, PLAYER_RESPONSE, random_below(&p->dice, 3) > 0 || !going);
    prisim_ports_set_ready(ports, PLAYER_DOWN, random_below(&p->dice, 4) > 0 || !going);
    prisim_ports_set_ready(ports, PLAYER_INTERRUPT, true);
    return now < last_edge ? now + 1 : PRISIM_CYCLE_NEVER;
}

/* ---- what is built, both times */

struct setting {
    struct prisim_smmu_config smmu;
    struct prisim_pri_queue_config queue;
    struct prisim_interconnect_config memory;

    explicit setting(uint64_t seed)
    {
        struct random_stream dice = random_open(seed, 0, 78);
        prisim_smmu_config_default(&smmu);
        prisim_pri_queue_config_default(&queue);
        prisim_interconnect_config_default(&memory);
        prisim_smmu_pri_queue_derive(&smmu, &queue);
        memory.ram_base = ram;
        memory.ram_size = 1 << 20;
        memory.latency = 1 + static_cast<uint32_t>(random_below(&dice, 40));
        if (random_below(&dice, 2))
            smmu.tlb_entries = smmu.micro_tlb_entries = 0;
    }
};

void write_tables(const std::function<void(uint64_t, uint64_t)> &store)
{
    store(strtab + sid * PRISIM_STE_BYTES, prisim_bits_put(1, PRISIM_STE0_V) |
                                               prisim_bits_put(PRISIM_STE_CONFIG_S1, PRISIM_STE0_CONFIG) | cdtab |
                                               prisim_bits_put(2, PRISIM_STE0_S1CDMAX));
    store(strtab + sid * PRISIM_STE_BYTES + 8, prisim_bits_put(PRISIM_EATS_FULL, PRISIM_STE1_EATS));
    store(cdtab + pasid * PRISIM_CD_BYTES,
          prisim_bits_put(1, PRISIM_CD0_V) | prisim_bits_put(1, PRISIM_CD0_AA64) |
              prisim_bits_put(16, PRISIM_CD0_T0SZ) | prisim_bits_put(1, PRISIM_CD0_EPD1) |
              prisim_bits_put(5, PRISIM_CD0_IPS) | prisim_bits_put(1, PRISIM_CD0_R) | prisim_bits_put(1, PRISIM_CD0_A));
    store(cdtab + pasid * PRISIM_CD_BYTES + 8, tables);
    for (unsigned level = 0; level < 3; level++)
        store(tables + level * 4096 + (va >> (39 - 9 * level) & 511) * 8, (tables + (level + 1) * 4096) | 3);
    for (unsigned i = 0; i < 2; i++) /* the third page is not there */
        store(tables + 3 * 4096 + ((va >> 12) + i) * 8,
              (page + 4096 * i) | 3 | prisim_bits_put(PRISIM_AP_RW, PRISIM_DESC_AP) |
                  prisim_bits_put(1, PRISIM_DESC_AF) | prisim_bits_put(1, PRISIM_DESC_NG));
}

struct log {
    std::vector<struct prisim_event> events;
    struct player player;

    static void hear(void *context, const struct prisim_event *events, unsigned count)
    {
        auto *self = static_cast<log *>(context);
        self->events.insert(self->events.end(), events, events + count);
    }
};

/* ---- on the scheduler */

prisim_cycle_t play(const void *, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    return player_step(static_cast<struct player *>(state), now, ports);
}
prisim_cycle_t smmu_edge(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    return prisim_smmu_step(static_cast<const prisim_smmu_config *>(config), static_cast<struct prisim_smmu *>(state),
                            now, ports);
}
prisim_cycle_t queue_edge(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    return prisim_pri_queue_step(static_cast<const prisim_pri_queue_config *>(config),
                                 static_cast<struct prisim_pri_queue *>(state), now, ports);
}
prisim_cycle_t memory_edge(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports)
{
    return prisim_interconnect_step(static_cast<const prisim_interconnect_config *>(config),
                                    static_cast<struct prisim_interconnect *>(state), now, ports);
}

void native(const setting &s, uint64_t seed, log &to)
{
    struct prisim_scheduler *c = prisim_scheduler_open();
    unsigned outside = prisim_scheduler_add(c, play, nullptr, sizeof(struct player));
    unsigned smmu = prisim_scheduler_add(c, smmu_edge, &s.smmu, prisim_smmu_state_size(&s.smmu));
    unsigned queue = prisim_scheduler_add(c, queue_edge, &s.queue, prisim_pri_queue_state_size(&s.queue));
    unsigned memory = prisim_scheduler_add(c, memory_edge, &s.memory, prisim_interconnect_state_size(&s.memory));
    const struct {
        unsigned from, tx, to, rx;
        size_t size;
    } wires[] = {
        {outside, PLAYER_REGISTER, smmu, PRISIM_SMMU_RX_REGISTER, sizeof(prisim_memory_request)},
        {smmu, PRISIM_SMMU_TX_REGISTER_RESPONSE, outside, PLAYER_RESPONSE, sizeof(prisim_memory_response)},
        {outside, PLAYER_UP, smmu, PRISIM_SMMU_RX_UP, sizeof(prisim_tlp)},
        {smmu, PRISIM_SMMU_TX_DOWN, outside, PLAYER_DOWN, sizeof(prisim_tlp)},
        {smmu, PRISIM_SMMU_TX_INTERRUPT, outside, PLAYER_INTERRUPT, sizeof(prisim_smmu_interrupt)},
        {smmu, PRISIM_SMMU_TX_MEMORY_REQUEST, memory, PRISIM_INTERCONNECT_SMMU, sizeof(prisim_memory_request)},
        {memory, PRISIM_INTERCONNECT_SMMU, smmu, PRISIM_SMMU_RX_MEMORY_RESPONSE, sizeof(prisim_memory_response)},
        {smmu, PRISIM_SMMU_TX_DMA_REQUEST, memory, PRISIM_INTERCONNECT_CLIENT, sizeof(prisim_memory_request)},
        {memory, PRISIM_INTERCONNECT_CLIENT, smmu, PRISIM_SMMU_RX_DMA_RESPONSE, sizeof(prisim_memory_response)},
        {smmu, PRISIM_SMMU_TX_PRI_REQUEST, queue, PRISIM_PRI_QUEUE_RX_REQUEST, sizeof(prisim_page_request)},
        {smmu, PRISIM_SMMU_TX_PRI_MEMORY_RESPONSE, queue, PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE,
         sizeof(prisim_memory_response)},
        {smmu, PRISIM_SMMU_TX_PRI_LOOKUP, queue, PRISIM_PRI_QUEUE_RX_LOOKUP, sizeof(prisim_pri_queue_ppar)},
        {smmu, PRISIM_SMMU_TX_PRI_CONTROL, queue, PRISIM_PRI_QUEUE_RX_CONTROL, sizeof(prisim_pri_queue_control)},
        {queue, PRISIM_PRI_QUEUE_TX_RESPONSE, smmu, PRISIM_SMMU_RX_PRI_RESPONSE, sizeof(prisim_prg_response)},
        {queue, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST, smmu, PRISIM_SMMU_RX_PRI_MEMORY_REQUEST,
         sizeof(prisim_memory_request)},
        {queue, PRISIM_PRI_QUEUE_TX_LOOKUP, smmu, PRISIM_SMMU_RX_PRI_LOOKUP, sizeof(prisim_pri_queue_lookup)},
        {queue, PRISIM_PRI_QUEUE_TX_STATUS, smmu, PRISIM_SMMU_RX_PRI_STATUS, sizeof(prisim_pri_queue_status)},
        {queue, PRISIM_PRI_QUEUE_TX_INTERRUPT, smmu, PRISIM_SMMU_RX_PRI_INTERRUPT, sizeof(prisim_pri_queue_interrupt)},
        {queue, PRISIM_PRI_QUEUE_TX_ABORT, smmu, PRISIM_SMMU_RX_PRI_ABORT, sizeof(prisim_pri_queue_abort)},
    };
    for (const auto &w : wires)
        prisim_scheduler_connect(c, w.from, w.tx, w.to, w.rx, w.size);
    ck_assert(prisim_scheduler_build(c));
    player_init(static_cast<struct player *>(prisim_scheduler_state(c, outside)), seed);
    prisim_smmu_init(&s.smmu, static_cast<struct prisim_smmu *>(prisim_scheduler_state(c, smmu)));
    prisim_pri_queue_init(&s.queue, static_cast<struct prisim_pri_queue *>(prisim_scheduler_state(c, queue)));
    auto *memory_state = static_cast<struct prisim_interconnect *>(prisim_scheduler_state(c, memory));
    prisim_interconnect_init(&s.memory, memory_state);
    write_tables([&](uint64_t address, uint64_t word) {
        uint8_t bytes[8];
        prisim_store_le64(bytes, word);
        prisim_interconnect_debug(&s.memory, memory_state, true, address, bytes, 8);
    });
    prisim_scheduler_set_listener(c, log::hear, &to);
    prisim_probe_init(prisim_scheduler_probe(c), true);
    prisim_scheduler_run(c, last_edge);
    to.player = *static_cast<struct player *>(prisim_scheduler_state(c, outside));
    prisim_scheduler_close(c);
}

/* ---- in SystemC */

class player_module : public prisim::clocked_module
{
  public:
    prisim::memory_initiator registers{"registers", *this, PLAYER_REGISTER, PLAYER_RESPONSE};
    prisim::stream_tx<prisim_tlp> up{"up", *this, PLAYER_UP};
    prisim::stream_rx<prisim_tlp> down{"down", *this, PLAYER_DOWN};
    prisim::stream_rx<prisim_smmu_interrupt> interrupt{"interrupt", *this, PLAYER_INTERRUPT};
    struct player state {
    };

    player_module(const sc_core::sc_module_name &name, const prisim::module_context &context, uint64_t seed)
        : clocked_module(name, context), seed_(seed)
    {
    }

  protected:
    prisim_cycle_t step(prisim_cycle_t now, struct prisim_ports *ports) override
    {
        return player_step(&state, now, ports);
    }
    void reset() override
    {
        player_init(&state, seed_);
    }

  private:
    uint64_t seed_;
};

/* Between two sockets: what comes back by return goes back by a call, now or less than half a period later, or as it
 * came; END_REQ before BEGIN_RESP may be left out by who relays a response. */
template <class Types>
class relay : public sc_core::sc_module, public tlm::tlm_fw_transport_if<Types>, public tlm::tlm_bw_transport_if<Types>
{
  public:
    tlm::tlm_target_socket<32, Types> in{"in"};
    tlm::tlm_initiator_socket<32, Types> out{"out"};

    relay(const sc_core::sc_module_name &name, uint64_t seed) : sc_module(name), dice_(seed, 79)
    {
        in.bind(*this);
        out.bind(*this);
        by_call_ = dice_.chance();
        later_ = dice_.chance();
    }

    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override
    {
        if (phase == tlm::BEGIN_REQ && dice_.percent(later_)) {
            trans.acquire();
            agenda_.after(part(), [this, &trans] {
                tlm::tlm_phase begin = tlm::BEGIN_REQ;
                sc_core::sc_time none;
                if (out->nb_transport_fw(trans, begin, none) == tlm::TLM_UPDATED)
                    in->nb_transport_bw(trans, begin, none);
                trans.release();
            });
            return tlm::TLM_ACCEPTED;
        }
        tlm::tlm_sync_enum status = out->nb_transport_fw(trans, phase, delay);
        if (status != tlm::TLM_UPDATED || phase != tlm::END_REQ || !dice_.percent(by_call_))
            return status;
        trans.acquire();
        agenda_.after(part(), [this, &trans] {
            tlm::tlm_phase end = tlm::END_REQ;
            sc_core::sc_time none;
            in->nb_transport_bw(trans, end, none);
            trans.release();
        });
        phase = tlm::BEGIN_REQ;
        return tlm::TLM_ACCEPTED;
    }

    tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override
    {
        if (dice_.percent(later_)) {
            trans.acquire();
            tlm::tlm_phase said = phase;
            agenda_.after(part(), [this, &trans, said] { pass_back(trans, said); });
            return tlm::TLM_ACCEPTED;
        }
        return in->nb_transport_bw(trans, phase, delay);
    }

    void b_transport(tlm::tlm_generic_payload &, sc_core::sc_time &) override
    {
    }
    bool get_direct_mem_ptr(tlm::tlm_generic_payload &, tlm::tlm_dmi &) override
    {
        return false;
    }
    unsigned transport_dbg(tlm::tlm_generic_payload &) override
    {
        return 0;
    }
    void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override
    {
    }

  private:
    void pass_back(tlm::tlm_generic_payload &trans, tlm::tlm_phase phase)
    {
        sc_core::sc_time none;
        if (in->nb_transport_bw(trans, phase, none) != tlm::TLM_ACCEPTED && phase == tlm::END_RESP) {
            none = sc_core::SC_ZERO_TIME;
            out->nb_transport_fw(trans, phase, none);
        }
        trans.release();
    }

    sc_core::sc_time part()
    {
        return sc_core::sc_time(dice_.below(200), sc_core::SC_PS); /* of 1000; two of them are less than a half */
    }

    agenda agenda_{"agenda"};
    dice dice_;
    uint32_t by_call_, later_;
};

void systemc(const setting &s, uint64_t seed, bool clocked, log &to)
{
    prisim::event_listener listener("listener",
                                    [&to](const struct prisim_event &event) { to.events.push_back(event); });
    auto context = [&](uint16_t instance) { return listener.context(ns(1), instance); };
    player_module outside("outside", context(0), seed);
    prisim::smmu_tlm smmu("smmu", s.smmu, s.queue, context(1), context(2));
    prisim::interconnect_tlm memory("memory", s.memory, context(3));
    using tlps = prisim::stream_types<prisim_tlp>;
    relay<base> registers("registers", seed), tables_relay("tables", seed + 1), clients("clients", seed + 2);
    relay<tlps> up("up", seed + 3), down("down", seed + 4);
    outside.registers.socket.bind(registers.in);
    registers.out.bind(smmu.core.registers.socket);
    outside.up.socket.bind(up.in);
    up.out.bind(smmu.core.up.socket);
    smmu.core.down.socket.bind(down.in);
    down.out.bind(outside.down.socket);
    smmu.core.interrupt.socket.bind(outside.interrupt.socket);
    smmu.core.memory.socket.bind(tables_relay.in);
    tables_relay.out.bind(memory.smmu.socket);
    smmu.core.dma.socket.bind(clients.in);
    clients.out.bind(memory.client.socket);
    sc_core::sc_clock clk("clk", 1, sc_core::SC_NS, 0.5, 0, sc_core::SC_NS, true);
    if (clocked) {
        outside.clk.bind(clk);
        smmu.clk.bind(clk);
        memory.clk.bind(clk);
    }
    sc_core::sc_start(sc_core::SC_ZERO_TIME); /* elaborated: the memory is there */
    write_tables([&](uint64_t address, uint64_t word) {
        uint8_t bytes[8];
        prisim_store_le64(bytes, word);
        ck_assert_uint_eq(memory.debug(true, address, bytes, 8), 8);
    });
    run_ns(static_cast<double>(last_edge) + 0.5);
    to.player = outside.state;
    ck_assert(smmu.core.idle() && smmu.pri_queue.idle());
}

std::string text(const struct prisim_event &event)
{
    std::ostringstream out;
    out << event;
    return out.str();
}

/* The first record that differs, if one does. */
void compare(const log &due, const log &got)
{
    for (size_t i = 0; i < due.events.size() && i < got.events.size(); i++)
        same(text(got.events[i]), text(due.events[i]));
    ck_assert_uint_eq(due.events.size(), got.events.size());
    ck_assert_uint_eq(due.player.digest, got.player.digest);
    ck_assert_uint_eq(due.player.taken, got.player.taken);
}

/* Seeds by ten: SystemC has one kernel in a process, and each is a fork. */
START_TEST(one_log)
{
    const uint64_t seed = static_cast<uint64_t>(_i);
    setting s(seed);
    log due, got;
    native(s, seed, due);
    ck_assert_uint_gt(due.events.size(), 500);
    ck_assert_uint_gt(due.player.taken, 20);
    systemc(s, seed, _i % 2, got);
    compare(due, got);
}
END_TEST

} // namespace

Suite *test_suite()
{
    Suite *suite = suite_create("systemc_one_log");
    TCase *tests = tcase_create("one_log");
    tcase_add_loop_test(tests, one_log, 0, 60);
    suite_add_tcase(suite, tests);
    return suite;
}
