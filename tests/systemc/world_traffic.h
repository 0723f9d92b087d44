/* SPDX-License-Identifier: Apache-2.0
 *
 * What is asked of the SMMU in a random world, and the judge of what it answers: translations, DMA, page requests,
 * commands, registers. Each reset begins a life; no answer crosses from one to the next.
 */
#ifndef PRISIM_WORLD_TRAFFIC_H
#define PRISIM_WORLD_TRAFFIC_H

#include <map>

#include "model/smmu/smmu.h"
#include "tests/systemc/world_cpu.h"
#include "tests/systemc/world_stream.h"
#include "tests/systemc/world_tables.h"

namespace prisim_test
{

class world_traffic
{
  public:
    world_traffic(environment &around, world_tables &tables, world_cpu &cpu, world_sender &sender);

    /* A reset: what is open is of the life before. */
    void end_life();
    void bring_up();
    bool up() const
    {
        return up_;
    }
    void act();
    void look(); /* at the queues */
    bool settled() const;
    std::string waits_for() const;
    void last_look();    /* when all is settled: the registers that tell of errors */
    void check_memory(); /* when nothing moves any more */

    void went_up(const prisim_tlp &what, const sc_core::sc_time &time);
    void came_down(const prisim_tlp &what);

  private:
    /* Of a tag or a PRG index. `maybe`: it may have gone with the reset or not. */
    enum class state { unused, asked, answered, gone, maybe };
    struct question {
        state is = state::unused;
        prisim_tlp what{};
        size_t page = 0;
        sc_core::sc_time time;
        bool lenient = false; /* it went while the SMMU was not up */
        bool responded = false;
    };
    struct written {
        uint64_t address;
        std::vector<unsigned char> bytes;
        bool sent, certain;
    };

    void write_register(uint32_t offset, uint64_t value, unsigned size = 4, bool barrier = false);
    void read_register(uint32_t offset, std::function<void(uint64_t)> done, bool ordered = false, unsigned size = 4);
    void wait_for_ack(unsigned tries);
    prisim_tlp from_device(uint8_t type, const world_page &page, uint64_t offset);
    size_t some_page(std::initializer_list<page_kind> kinds);
    void ask(prisim_tlp what, size_t page);
    void ask_translation();
    void ask_read();
    void send_write();
    void ask_page();
    void some_register();
    void some_command();
    bool command(uint64_t dw0, uint64_t dw1);
    unsigned commands_open() const
    {
        return (cmdq_prod_ - cmdq_cons_) & 31;
    }
    void page_records(uint32_t prod);
    bool page_record();
    void judge_completion(question &of, const prisim_tlp &answer);
    void judge_translation(const world_page &page, const prisim_tlp &answer);
    void judge_read(const world_page &page, const question &of, const prisim_tlp &answer);
    void judge_response(const prisim_tlp &answer);

    environment &around_;
    world_tables &tables_;
    world_cpu &cpu_;
    world_sender &sender_;
    bool up_ = false, scratch_known_ = false, looks_pages_ = false, looks_commands_ = false;
    uint32_t scratch_ = 0, cmdq_prod_ = 0, cmdq_cons_ = 0, priq_cons_ = 0;
    uint16_t next_tag_ = 1, next_prg_ = 1;
    unsigned next_slot_[world_contexts] = {};
    std::map<uint32_t, uint64_t> constants_;
    std::vector<question> tags_, prgs_;
    std::vector<uint16_t> page_order_; /* PRG indexes that should come in the queue */
    std::vector<written> writes_;
    std::map<uint32_t, size_t> write_of_id_;
};

} // namespace prisim_test

#endif
