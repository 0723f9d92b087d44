/* SPDX-License-Identifier: Apache-2.0
 *
 * A platform with two SMMUs, by somebody who integrates prisim into a system of his own. The SMMUs are prisim's: one
 * with its PRI queue inside (smmu_tlm), one with a queue of this platform's own beside it. All else is the platform's:
 *
 *   cpu --------+        +-- registers of smmu0 ---- smmu0 (1 ns) ---- root0
 *   smmu0 x2 ---+- bus --+-- registers of smmu1 ---- smmu1 (3 ns) ---- root1
 *   smmu1 x2 ---+        +-- slow (a blocking memory)   |
 *                        +-- fast (a pipelined one)     queue1 (foreign)
 *
 *   c++ platform.cpp $(pkg-config --cflags --libs prisim-systemc) && ./a.out
 */
#include <systemc>

#include <cstdarg>
#include <cstdio>
#include <iostream>

#include "bus.h"
#include "foreign_pri_queue.h"
#include "memory.h"
#include "model/core/listener_tlm.h"
#include "model/core/print_tlm.h"
#include "model/smmu/smmu_tlm.h"
#include "model/smmu/smmu_wires_tlm.h"
#include "root_port.h"
#include "software.h"

using sc_core::SC_NS;
using sc_core::sc_time;

namespace
{

/* The map of addresses, and who is who. Each SMMU has its tables and queues in a memory of its own. */
constexpr uint64_t REGISTERS0 = 0x10000000, REGISTERS1 = 0x10020000, SLOW = 0x40000000, FAST = 0x80000000,
                   MEMORY_BYTES = 0x100000;
constexpr uint64_t AREA0 = FAST, AREA1 = SLOW, PAGES = 0x80000; /* in either memory */
constexpr uint32_t STREAM0 = 0x20, STREAM1 = 0x21, PASID = 1;

/* "  1234 ns  text" */
__attribute__((format(printf, 1, 2))) void tell(const char *format, ...)
{
    std::printf("%6.0f ns  ", sc_core::sc_time_stamp() / sc_time(1, SC_NS));
    va_list arguments;
    va_start(arguments, format);
    std::vprintf(format, arguments);
    va_end(arguments);
    std::putchar('\n');
}

/* Both SMMUs' configuration: the platform's memories know no atomic swap, and its queue no MSIs. */
prisim_smmu_config configuration()
{
    prisim_smmu_config config;
    prisim_smmu_config_default(&config);
    config.httu = 0;
    config.msi = 0;
    return config;
}

/* The hardware. Members are made in this order, and unmade in the other: the listener outlives whom it hears. */
class hardware : public sc_core::sc_module
{
  public:
    sc_core::sc_clock clk0{"clk0", 1, SC_NS}, clk1{"clk1", 3, SC_NS};
    sc_core::sc_signal<bool> rst0_n{"rst0_n"}, rst1_n{"rst1_n"}, priq0{"priq0"}, priq1{"priq1"};

    prisim::event_listener listener{"listener", [](const prisim_event &e) { std::cout << e << '\n'; }};
    prisim::smmu_tlm smmu0{"smmu0", configuration(), listener.context(sc_time(1, SC_NS), 0),
                           listener.context(sc_time(1, SC_NS), 1)};
    prisim::smmu_core_tlm smmu1{"smmu1", configuration()};
    foreign_pri_queue queue1{"queue1", smmu1.config().pps != 0};

    bus interconnect{"interconnect", sc_time(1, SC_NS)};
    blocking_memory slow{"slow", MEMORY_BYTES, sc_time(80, SC_NS)};
    pipelined_memory fast{"fast", MEMORY_BYTES, sc_time(80, SC_NS), sc_time(1, SC_NS)};
    cpu processor{"processor"};
    root_port root0{"root0", STREAM0, PASID}, root1{"root1", STREAM1, PASID};
    prisim::smmu_wires wires0{"wires0", sc_time(10, SC_NS)}, wires1{"wires1", sc_time(10, SC_NS)};

    explicit hardware(const sc_core::sc_module_name &name) : sc_module(name)
    {
        smmu0.clk.bind(clk0);
        smmu0.rst_n.bind(rst0_n);
        smmu1.clk.bind(clk1);
        smmu1.rst_n.bind(rst1_n);
        queue1.rst_n.bind(rst1_n);
        smmu1.bind_pri_queue(queue1);
        bind_smmu(smmu0.core, root0, wires0, priq0);
        bind_smmu(smmu1, root1, wires1, priq1);
        processor.socket.bind(interconnect.in);
        interconnect.map(REGISTERS0, PRISIM_SMMU_FRAME_BYTES, smmu0.core.registers.socket);
        interconnect.map(REGISTERS1, PRISIM_SMMU_FRAME_BYTES, smmu1.registers.socket);
        interconnect.map(SLOW, MEMORY_BYTES, slow.socket);
        interconnect.map(FAST, MEMORY_BYTES, fast.socket);
    }

  private:
    void bind_smmu(prisim::smmu_core_tlm &smmu, root_port &root, prisim::smmu_wires &wires,
                   sc_core::sc_signal<bool> &priq)
    {
        root.up.bind(smmu.up.socket);
        smmu.down.socket.bind(root.down);
        smmu.memory.socket.bind(interconnect.in);
        smmu.dma.socket.bind(interconnect.in);
        smmu.interrupt.socket.bind(wires.socket);
        wires.priq.bind(priq);
    }
};

/* What happens: one thread is the CPU's program and pulls the devices' strings; another is a device that never stops.
 */
class stimulus : public sc_core::sc_module
{
  public:
    bool good = true;

    SC_HAS_PROCESS(stimulus);
    stimulus(const sc_core::sc_module_name &name, hardware &on)
        : sc_module(name), hw_(on), driver0_(on.processor, REGISTERS0, AREA0, STREAM0, PASID),
          driver1_(on.processor, REGISTERS1, AREA1, STREAM1, PASID)
    {
        SC_THREAD(program);
        SC_THREAD(goes_on);
    }

  private:
    void expect(bool what)
    {
        good = good && what;
    }

    void program()
    {
        start();
        translations();
        page_request_by_interrupt();
        overflow_of_the_foreign_queue();
        cost_of_a_blocking_memory();
        reset_in_mid_traffic();
        expect(hw_.processor.good);
        sc_core::sc_stop();
    }

    void start()
    {
        wait(10, SC_NS);
        hw_.rst0_n.write(true);
        hw_.rst1_n.write(true);
        wait(10, SC_NS);
        for (uint64_t i = 0; i < 16; i++) {
            driver0_.map(i << 12, FAST + PAGES + (i << 12));
            driver1_.map(i << 12, SLOW + PAGES + (i << 12));
        }
        driver0_.bring_up();
        driver1_.bring_up();
        tell("both SMMUs are on");
    }

    void translations()
    {
        hw_.root0.ask_translation(1, 0x4000);
        hw_.root1.ask_translation(1, 0x4000);
        const uint64_t page0 = root_port::page_of(hw_.root0.completion(1));
        const uint64_t page1 = root_port::page_of(hw_.root1.completion(1));
        tell("0x4000 is %#llx at smmu0 and %#llx at smmu1", static_cast<unsigned long long>(page0),
             static_cast<unsigned long long>(page1));
        expect(page0 == FAST + PAGES + 0x4000 && page1 == SLOW + PAGES + 0x4000);
    }

    /* As long as this runs, smmu0's events are printed. */
    void page_request_by_interrupt()
    {
        hear(true);
        hw_.root0.ask_page(9, 0x5000);
        wait(hw_.priq0.posedge_event());
        expect(driver0_.pending());
        const smmu_driver::page_record record = driver0_.take();
        driver0_.taken();
        driver0_.respond(record.prg_index);
        const prisim_tlp response = hw_.root0.message();
        hear(false);
        tell("smmu0: page request %u, by interrupt; the device has its response", record.prg_index);
        expect(record.prg_index == 9 && record.address == 0x5000 && response.head.prg_index == 9 &&
               response.head.response_code == PRISIM_PRG_SUCCESS);
    }

    void hear(bool on)
    {
        for (enum prisim_event_type type :
             {PRISIM_EVENT_SMMU_PAGE_REQUEST, PRISIM_EVENT_PRI_QUEUE_ACCEPT, PRISIM_EVENT_PRI_QUEUE_WRITE,
              PRISIM_EVENT_PRI_QUEUE_PROD, PRISIM_EVENT_PRI_QUEUE_CONS, PRISIM_EVENT_SMMU_PRG_RESPONSE})
            hw_.listener.record(type, on);
    }

    /* Two records fit; the third request is answered by the queue itself. After that the queue goes on. */
    void overflow_of_the_foreign_queue()
    {
        for (uint16_t index = 1; index <= 3; index++)
            hw_.root1.ask_page(index, 0x5000);
        const prisim_tlp automatic = hw_.root1.message();
        expect(hw_.priq1.read() || driver1_.pending());
        tell("smmu1: the foreign queue is full and answers request %u itself", automatic.head.prg_index);
        expect(automatic.head.prg_index == 3 && automatic.head.response_code == PRISIM_PRG_SUCCESS &&
               (automatic.head.flags & PRISIM_TLP_HAS_PASID) && driver1_.overflowed());
        answer_all(2);
        hw_.root1.ask_page(4, 0x6000);
        wait(hw_.priq1.posedge_event());
        answer_all(1);
        expect(!driver1_.overflowed());
        tell("smmu1: after that the foreign queue takes requests again");
    }

    void answer_all(unsigned expected)
    {
        for (; driver1_.pending(); expected--) {
            const uint32_t index = driver1_.take().prg_index;
            driver1_.taken();
            driver1_.respond(index);
            expect(hw_.root1.message().head.prg_index == index);
        }
        expect(expected == 0);
    }

    /* A page of either memory, read through smmu0 by twenty reads that do not wait for each other. */
    void cost_of_a_blocking_memory()
    {
        driver0_.map(0x10000, SLOW + PAGES);
        const double slow = twenty_reads(0x10000), fast = twenty_reads(0x1000);
        tell("smmu0: 20 reads of 80 ns take %.0f ns from a blocking memory and %.0f ns from a pipelined one", slow,
             fast);
        expect(slow > 20 * 80 && fast < 3 * 80);
    }

    double twenty_reads(uint64_t address)
    {
        hw_.root0.ask_read(0, address, 64); /* so that the page is in the TLB */
        hw_.root0.completion(0);
        const sc_time begin = sc_core::sc_time_stamp();
        for (uint16_t tag = 0; tag < 20; tag++)
            hw_.root0.ask_read(tag, address + tag * 64, 64);
        for (uint16_t tag = 0; tag < 20; tag++)
            expect(hw_.root0.completion(tag).head.type == PRISIM_TLP_COMPLETION_DATA);
        return (sc_core::sc_time_stamp() - begin) / sc_time(1, SC_NS);
    }

    /* smmu0 is reset while it reads tables for eight requests, and comes up with other tables before the memory has
     * answered. The old reads' data goes to nobody; the eight requests of before have no answer, and those of after
     * have their own. */
    void reset_in_mid_traffic()
    {
        go_on_ = true;
        going_on_.notify();
        hw_.fast.set_latency(sc_time(400, SC_NS));
        for (uint16_t i = 8; i < 16; i++)
            hw_.root0.ask_translation(OLD + i, i << 12);
        wait(50, SC_NS);
        const unsigned reads = hw_.fast.in_flight();
        hw_.rst0_n.write(false);
        wait(3, SC_NS);
        hw_.rst0_n.write(true);
        hw_.fast.set_latency(sc_time(80, SC_NS));
        for (uint64_t i = 8; i < 16; i++)
            driver0_.map(i << 12, moved(i));
        driver0_.bring_up();
        tell("smmu0: reset with %u reads in flight; on again while %u are", reads, hw_.fast.in_flight());
        expect(reads > 0 && hw_.fast.in_flight() == reads);
        new_requests();
        go_on_ = false;
        tell("smmu1: has answered all the time");
        expect(undisturbed_ > 16);
    }

    static uint64_t moved(uint64_t i)
    {
        return FAST + PAGES + (i << 13);
    }

    void new_requests()
    {
        unsigned right = 0, old = 0;
        for (uint16_t i = 8; i < 16; i++)
            hw_.root0.ask_translation(NEW + i, i << 12);
        for (uint16_t i = 8; i < 16; i++)
            right += root_port::page_of(hw_.root0.completion(NEW + i)) == moved(i);
        wait(500, SC_NS);
        for (uint16_t i = 8; i < 16; i++)
            old += hw_.root0.completed(OLD + i);
        tell("smmu0: %u of 8 new requests have their answers, and %u of the old ones", right, old);
        expect(right == 8 && old == 0 && hw_.fast.in_flight() == 0);
    }

    void goes_on()
    {
        for (uint16_t tag = 0;; tag = (tag + 1) % 4) {
            while (!go_on_)
                wait(going_on_);
            hw_.root1.ask_translation(tag, tag << 12);
            expect(root_port::page_of(hw_.root1.completion(tag)) == SLOW + PAGES + (tag << 12));
            undisturbed_++;
        }
    }

    static constexpr uint16_t OLD = 100, NEW = 200; /* tags */
    hardware &hw_;
    smmu_driver driver0_, driver1_;
    bool go_on_ = false;       /* the device behind smmu1 asks */
    unsigned undisturbed_ = 0; /* answers to it */
    sc_core::sc_event going_on_;
};

} // namespace

int sc_main(int, char **)
{
    hardware built("platform");
    stimulus told("story", built);
    built.listener.record_all(false);
    sc_core::sc_start();
    std::puts(told.good ? "all was right" : "something was wrong");
    return told.good ? 0 : 1;
}
