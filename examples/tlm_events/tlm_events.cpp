/* SPDX-License-Identifier: Apache-2.0
 *
 * What happens inside, in a program of one's own: the events of an SMMU's SystemC module printed by name, its
 * interrupts on wires, its configuration from strings, and whose each memory access is. The software gives the SMMU a
 * command that does not exist; a device writes to memory past it.
 *
 *   c++ tlm_events.cpp $(pkg-config --cflags --libs prisim-systemc) && ./a.out
 */
#include <systemc>
#include <tlm>
#include <tlm_utils/multi_passthrough_target_socket.h>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <iostream>

#include "driver/configure_tlm.h"
#include "model/core/attributes_tlm.h"
#include "model/core/listener_tlm.h"
#include "model/pcie/tlp_print_tlm.h"
#include "model/smmu/smmu_registers.h"
#include "model/smmu/smmu_tlm.h"
#include "model/smmu/smmu_wires_tlm.h"

namespace
{

void at_now()
{
    std::printf("%6.0f ns  ", sc_core::sc_time_stamp() / sc_core::sc_time(1, sc_core::SC_NS));
}

/* An event by its name, with its fields by theirs; causes by name. `std::cout << event` does much the same. */
void print(const struct prisim_event &event)
{
    const auto type = static_cast<enum prisim_event_type>(event.type);
    at_now();
    std::printf("%s", prisim_event_name(type));
    for (unsigned i = 0; i < prisim_event_field_count(type); i++) {
        const struct prisim_event_field &field = prisim_event_fields(type)[i];
        const uint64_t value = prisim_event_value(&event, i);
        if (field.format == PRISIM_FIELD_CAUSE)
            std::printf(" %s=%s", field.name, prisim_cause_name(static_cast<enum prisim_cause>(value)));
        else if (field.format == PRISIM_FIELD_PASID && value == PRISIM_PASID_NONE)
            std::printf(" %s=none", field.name);
        else
            std::printf(" %s=%#" PRIx64, field.name, value);
    }
    std::putchar('\n');
}

/* A memory of zeros, that says which stream an access is of. */
class memory : public sc_core::sc_module
{
  public:
    tlm_utils::multi_passthrough_target_socket<memory> socket{"socket"};

    explicit memory(const sc_core::sc_module_name &name) : sc_module(name)
    {
        socket.register_b_transport(this, &memory::b_transport);
        socket.register_nb_transport_fw(this, &memory::nb_transport_fw);
    }

  private:
    void b_transport(int, tlm::tlm_generic_payload &trans, sc_core::sc_time &)
    {
        const auto *whose = trans.get_extension<prisim::memory_attributes>();
        at_now();
        std::printf("memory: %s %#" PRIx64, trans.is_read() ? "read" : "write", uint64_t(trans.get_address()));
        if (whose && whose->has_stream)
            std::printf(" of stream %#x", whose->stream_id);
        std::putchar('\n');
        if (trans.is_read())
            std::memset(trans.get_data_ptr(), 0, trans.get_data_length());
        trans.set_response_status(tlm::TLM_OK_RESPONSE);
    }

    /* Done at once. */
    tlm::tlm_sync_enum nb_transport_fw(int id, tlm::tlm_generic_payload &trans, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay)
    {
        if (phase == tlm::BEGIN_REQ)
            b_transport(id, trans, delay);
        return tlm::TLM_COMPLETED;
    }
};

class outside : public sc_core::sc_module
{
  public:
    tlm_utils::simple_initiator_socket<outside> cpu{"cpu"};
    tlm_utils::simple_initiator_socket<outside, 32, prisim::stream_types<prisim_tlp>> up{"up"};
    tlm_utils::simple_target_socket<outside, 32, prisim::stream_types<prisim_tlp>> down{"down"};
    sc_core::sc_in<bool> gerror{"gerror"};
    bool good = false;

    SC_HAS_PROCESS(outside);
    explicit outside(const sc_core::sc_module_name &name) : sc_module(name)
    {
        down.register_nb_transport_fw(this, &outside::came_down);
        SC_THREAD(stimulus);
    }

  private:
    tlm::tlm_sync_enum came_down(tlm::tlm_generic_payload &, tlm::tlm_phase &, sc_core::sc_time &)
    {
        return tlm::TLM_COMPLETED;
    }

    static void fill(tlm::tlm_generic_payload &trans, tlm::tlm_command command, uint32_t offset, uint64_t &value,
                     unsigned size)
    {
        trans.set_command(command);
        trans.set_address(offset);
        trans.set_data_ptr(reinterpret_cast<unsigned char *>(&value));
        trans.set_data_length(size);
        trans.set_streaming_width(size);
    }

    void write(uint32_t offset, uint64_t value, unsigned size = 4)
    {
        tlm::tlm_generic_payload trans;
        sc_core::sc_time delay;
        fill(trans, tlm::TLM_WRITE_COMMAND, offset, value, size);
        cpu->b_transport(trans, delay);
    }

    /* A look from outside: no time, no event. */
    uint64_t look(uint32_t offset)
    {
        tlm::tlm_generic_payload trans;
        uint64_t value = 0;
        fill(trans, tlm::TLM_READ_COMMAND, offset, value, 4);
        cpu->transport_dbg(trans);
        return value;
    }

    void send(const prisim_tlp &what)
    {
        prisim::stream_extension<prisim_tlp> extension;
        tlm::tlm_generic_payload trans;
        sc_core::sc_time delay;
        extension.payload = what;
        trans.set_extension(&extension);
        up->b_transport(trans, delay);
        trans.clear_extension(&extension);
    }

    void stimulus()
    {
        prisim_tlp dma{};
        dma.head.type = PRISIM_TLP_MEMORY_WRITE;
        dma.head.requester_id = 0x20;
        dma.head.address = 0x40000100;
        dma.head.size = 4;
        at_now();
        std::cout << dma << std::endl;
        send(dma);
        wait(100, sc_core::SC_NS);

        write(PRISIM_SMMU_CMDQ_BASE, 0x40001000 | 4, 8);
        write(PRISIM_SMMU_IRQ_CTRL, PRISIM_IRQ_CTRL_GERROR);
        write(PRISIM_SMMU_CR0, PRISIM_CR0_CMDQEN);
        while (look(PRISIM_SMMU_CR0ACK) != PRISIM_CR0_CMDQEN || look(PRISIM_SMMU_IRQ_CTRLACK) != PRISIM_IRQ_CTRL_GERROR)
            wait(1, sc_core::SC_NS);
        write(PRISIM_SMMU_CMDQ_PROD, 1);
        wait(gerror.posedge_event());
        at_now();
        std::printf("the wire gerror rises\n");
        wait(gerror.negedge_event());
        good = look(PRISIM_SMMU_GERROR) == PRISIM_GERROR_CMDQ;
        sc_core::sc_stop();
    }
};

} // namespace

int sc_main(int, char **)
{
    const sc_core::sc_time period(1, sc_core::SC_NS);
    prisim_smmu_config config;
    prisim_pri_queue_config queue;
    prisim_smmu_config_default(&config);
    prisim_pri_queue_config_default(&queue);
    prisim::configure(config, {"tlb_entries=64", "msi=0"});
    prisim::configure(queue, {"msi_supported=0"});
    queue.size_log2_max = config.priq_log2_max;

    prisim::event_listener listener("listener", print);
    prisim::smmu_tlm smmu("smmu", config, queue, listener.context(period, 0), listener.context(period, 1));
    prisim::smmu_wires wires("wires", 10 * period);
    sc_core::sc_signal<bool> gerror("gerror");
    memory ram("ram");
    outside around("outside");
    around.cpu.bind(smmu.core.registers.socket);
    around.up.bind(smmu.core.up.socket);
    smmu.core.down.socket.bind(around.down);
    smmu.core.memory.socket.bind(ram.socket);
    smmu.core.dma.socket.bind(ram.socket);
    smmu.core.interrupt.socket.bind(wires.socket);
    wires.gerror.bind(gerror); /* the other wires stay open */
    around.gerror.bind(gerror);

    sc_core::sc_start();
    return around.good ? 0 : 1;
}
