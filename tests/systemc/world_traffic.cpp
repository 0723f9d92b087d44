/* SPDX-License-Identifier: Apache-2.0
 *
 * Traffic of a random world and its judge (world_traffic.h).
 */
#include "tests/systemc/world_traffic.h"

#include <algorithm>
#include <cstring>

#include "model/core/bits.h"
#include "model/smmu/smmu_records.h"
#include "model/smmu/smmu_registers.h"

namespace prisim_test
{

namespace
{
constexpr uint32_t all_on = PRISIM_CR0_SMMUEN | PRISIM_CR0_PRIQEN | PRISIM_CR0_EVENTQEN | PRISIM_CR0_CMDQEN;
constexpr unsigned slot_bytes = 64, slots = 4096 / slot_bytes, pages_at_once = 6;
} // namespace

world_traffic::world_traffic(environment &around, world_tables &tables, world_cpu &cpu, world_sender &sender)
    : around_(around), tables_(tables), cpu_(cpu), sender_(sender), tags_(PRISIM_TLP_TAGS), prgs_(PRISIM_PRG_INDEXES)
{
}

void world_traffic::end_life()
{
    up_ = scratch_known_ = looks_pages_ = looks_commands_ = false;
    for (std::vector<question> *all : {&tags_, &prgs_})
        for (question &q : *all)
            if (q.is == state::asked)
                q.is = q.time <= around_.reset_at ? state::gone : state::maybe;
    for (written &w : writes_)
        if (w.sent && std::memcmp(tables_.at(w.address), w.bytes.data(), w.bytes.size()) != 0)
            w.certain = false;
    page_order_.clear();
    tables_.forget();
}

void world_traffic::write_register(uint32_t offset, uint64_t value, unsigned size, bool barrier)
{
    cpu_.put({offset, size, true, value, barrier, up_, nullptr});
}

void world_traffic::read_register(uint32_t offset, std::function<void(uint64_t)> done, bool ordered, unsigned size)
{
    cpu_.put({offset, size, false, 0, false, ordered, std::move(done)});
}

void world_traffic::bring_up()
{
    cmdq_prod_ = cmdq_cons_ = priq_cons_ = 0;
    write_register(PRISIM_SMMU_CR2, PRISIM_CR2_RECINVSID | PRISIM_CR2_PTM | PRISIM_CR2_REC_CFG_ATS);
    write_register(PRISIM_SMMU_STRTAB_BASE, world_strtab, 8);
    write_register(PRISIM_SMMU_STRTAB_BASE_CFG, 6);
    write_register(PRISIM_SMMU_CMDQ_BASE, world_cmdq | world_queue_log2, 8);
    write_register(PRISIM_SMMU_EVENTQ_BASE, world_eventq | world_queue_log2, 8);
    write_register(PRISIM_SMMU_PRIQ_BASE, world_priq | world_queue_log2, 8);
    for (uint32_t offset : {PRISIM_SMMU_CMDQ_PROD, PRISIM_SMMU_CMDQ_CONS, PRISIM_SMMU_EVENTQ_PROD,
                            PRISIM_SMMU_EVENTQ_CONS, PRISIM_SMMU_PRIQ_PROD, PRISIM_SMMU_PRIQ_CONS})
        write_register(offset, 0);
    write_register(PRISIM_SMMU_CR0, all_on, 4, true);
    wait_for_ack(300);
}

void world_traffic::wait_for_ack(unsigned tries)
{
    if (tries == 0)
        return around_.broke("CR0ACK does not follow CR0");
    cpu_.put({PRISIM_SMMU_CR0ACK, 4, false, 0, true, false, [this, tries](uint64_t value) {
                  if (value != all_on)
                      return wait_for_ack(tries - 1);
                  around_.tell("the SMMU is up");
                  up_ = true;
              }});
}

prisim_tlp world_traffic::from_device(uint8_t type, const world_page &page, uint64_t offset)
{
    prisim_tlp made{};
    made.head.type = type;
    made.head.requester_id = world_sid;
    made.head.pasid = page.context + 1;
    made.head.flags = PRISIM_TLP_HAS_PASID;
    made.head.address = page.va + offset;
    return made;
}

size_t world_traffic::some_page(std::initializer_list<page_kind> kinds)
{
    for (;;) {
        size_t i = around_.draw.below(static_cast<uint32_t>(tables_.pages().size()));
        if (std::find(kinds.begin(), kinds.end(), tables_.pages()[i].kind) != kinds.end())
            return i;
    }
}

void world_traffic::ask(prisim_tlp what, size_t page)
{
    if (next_tag_ >= PRISIM_TLP_TAGS)
        return;
    what.head.tag = next_tag_++;
    tags_[what.head.tag].page = page;
    sender_.put(what);
}

void world_traffic::ask_translation()
{
    size_t page = some_page({page_kind::ats_rw, page_kind::ats_rw, page_kind::ats_ro, page_kind::unmapped});
    prisim_tlp what = from_device(PRISIM_TLP_MEMORY_READ, tables_.pages()[page], 0);
    what.head.at = PRISIM_TLP_AT_TRANSLATION_REQUEST;
    what.head.size = 8;
    ask(what, page);
}

void world_traffic::ask_read()
{
    size_t page = some_page({page_kind::data, page_kind::unmapped});
    unsigned words = around_.draw.between(1, 16);
    uint64_t offset = around_.draw.below(64) * 64 + around_.draw.below(17 - words) * 4;
    prisim_tlp what = from_device(PRISIM_TLP_MEMORY_READ, tables_.pages()[page], offset);
    what.head.size = static_cast<uint16_t>(4 * words);
    ask(what, page);
}

void world_traffic::send_write()
{
    size_t page = some_page({page_kind::written});
    const world_page &to = tables_.pages()[page];
    if (next_slot_[to.context] == slots)
        return;
    uint64_t offset = slot_bytes * next_slot_[to.context]++;
    prisim_tlp what = from_device(PRISIM_TLP_MEMORY_WRITE, to, offset);
    what.head.size = static_cast<uint16_t>(4 * around_.draw.between(1, 16));
    what.head.id = static_cast<uint32_t>(writes_.size());
    for (unsigned i = 0; i < what.head.size; i++)
        what.data[i] = static_cast<uint8_t>(1 + around_.draw.below(255));
    writes_.push_back({to.pa + offset, {what.data, what.data + what.head.size}, false, false});
    sender_.put(what);
}

void world_traffic::ask_page()
{
    if (!up_ || page_order_.size() >= pages_at_once || next_prg_ >= PRISIM_PRG_INDEXES)
        return;
    unsigned open = 0;
    for (const question &q : prgs_)
        open += q.is == state::asked;
    if (open >= pages_at_once)
        return;
    size_t page = some_page({page_kind::unmapped, page_kind::ats_ro});
    prisim_tlp what = from_device(PRISIM_TLP_MESSAGE, tables_.pages()[page], 0);
    what.head.message = PRISIM_MESSAGE_PAGE_REQUEST;
    what.head.prg_index = next_prg_++;
    what.head.flags |= PRISIM_TLP_READ | PRISIM_TLP_LAST;
    prgs_[what.head.prg_index].page = page;
    sender_.put(what);
}

void world_traffic::some_register()
{
    static const uint32_t constant[] = {PRISIM_SMMU_IDR0, PRISIM_SMMU_IDR1, PRISIM_SMMU_IDR3,
                                        PRISIM_SMMU_IDR5, PRISIM_SMMU_IIDR, PRISIM_SMMU_AIDR};
    dice &d = around_.draw;
    uint32_t offset = constant[d.below(6)];
    switch (d.below(4)) {
    case 0:
        read_register(offset, [this, offset](uint64_t value) {
            auto known = constants_.emplace(offset, value);
            if (known.first->second != value)
                around_.broke("an ID register changed");
        });
        return;
    case 1:
        if (up_)
            read_register(
                PRISIM_SMMU_STRTAB_BASE,
                [this](uint64_t value) {
                    if (value != world_strtab)
                        around_.broke("STRTAB_BASE does not read as written");
                },
                false, 8);
        return;
    case 2:
        if (!up_)
            return;
        scratch_ = static_cast<uint32_t>(d.word());
        scratch_known_ = true;
        write_register(PRISIM_SMMU_EVENTQ_IRQ_CFG1, scratch_);
        return;
    default:
        if (!up_ || !scratch_known_)
            return;
        uint32_t wanted = scratch_;
        read_register(
            PRISIM_SMMU_EVENTQ_IRQ_CFG1,
            [this, wanted](uint64_t value) {
                if (value != wanted)
                    around_.broke("EVENTQ_IRQ_CFG1 does not read as written");
            },
            true);
    }
}

void world_traffic::some_command()
{
    if (!up_ || commands_open() >= 8)
        return;
    switch (around_.draw.below(3)) {
    case 0:
        command(PRISIM_CMDQ_OP_CFGI_ALL, 31);
        return;
    case 1:
        command(PRISIM_CMDQ_OP_TLBI_NSNH_ALL, 0);
        return;
    default:
        command(PRISIM_CMDQ_OP_SYNC, 0);
    }
}

bool world_traffic::command(uint64_t dw0, uint64_t dw1)
{
    if (commands_open() >= 15)
        return false;
    uint64_t at = world_cmdq + (cmdq_prod_ & 15) * PRISIM_COMMAND_BYTES;
    tables_.store(at, dw0);
    tables_.store(at + 8, dw1);
    cmdq_prod_ = (cmdq_prod_ + 1) & 31;
    write_register(PRISIM_SMMU_CMDQ_PROD, cmdq_prod_);
    return true;
}

void world_traffic::act()
{
    switch (around_.draw.below(12)) {
    case 0:
    case 1:
    case 2:
    case 3:
        return ask_translation();
    case 4:
    case 5:
        return ask_read();
    case 6:
        return send_write();
    case 7:
    case 8:
        return ask_page();
    case 9:
    case 10:
        return some_register();
    default:
        return some_command();
    }
}

void world_traffic::look()
{
    if (!up_)
        return;
    if (!page_order_.empty() && !looks_pages_) {
        looks_pages_ = true;
        read_register(
            PRISIM_SMMU_PRIQ_PROD, [this](uint64_t value) { page_records(static_cast<uint32_t>(value)); }, true);
    }
    if (commands_open() && !looks_commands_) {
        looks_commands_ = true;
        read_register(PRISIM_SMMU_CMDQ_CONS, [this](uint64_t value) {
            looks_commands_ = false;
            if (((value - cmdq_cons_) & 31) > commands_open() || value >> 5)
                return around_.broke("CMDQ_CONS is where no command is, or tells of an error");
            cmdq_cons_ = static_cast<uint32_t>(value);
        });
    }
}

void world_traffic::page_records(uint32_t prod)
{
    looks_pages_ = false;
    if (prod >> 5)
        return around_.broke("PRIQ_PROD tells of an overflow");
    uint32_t before = priq_cons_;
    while (priq_cons_ != prod && commands_open() < 12 && page_record())
        ;
    if (priq_cons_ != before)
        write_register(PRISIM_SMMU_PRIQ_CONS, priq_cons_);
}

bool world_traffic::page_record()
{
    uint64_t at = world_priq + (priq_cons_ & 15) * 16, dw0 = tables_.load(at), dw1 = tables_.load(at + 8);
    uint16_t index = dw1 & 0x1ff;
    question &q = prgs_[index];
    const world_page &page = tables_.pages()[q.page];
    if (!tables_.known(at))
        around_.broke("PRIQ_PROD before the record's write was answered");
    if (q.is == state::asked) {
        if (page_order_.empty() || page_order_.front() != index) {
            around_.broke("page request " + std::to_string(index) + " came out of order");
            return false;
        }
        page_order_.erase(page_order_.begin());
    } else if (q.is != state::maybe) {
        around_.broke("a page request in the queue that nobody sent in this life: " + std::to_string(index));
        return false;
    }
    if ((dw1 & ~UINT64_C(0xfff)) != page.va || static_cast<uint32_t>(dw0) != world_sid ||
        prisim_bits_get(dw0, 32, 20) != page.context + 1)
        around_.broke("a wrong page request record");
    q.responded = true;
    command(PRISIM_CMDQ_OP_PRI_RESP | prisim_bits_put(1, PRISIM_CMD_SSV) |
                prisim_bits_put(page.context + 1, PRISIM_CMD_SSID) | prisim_bits_put(world_sid, PRISIM_CMD_SID),
            index | prisim_bits_put(PRISIM_PRI_RESP_SUCCESS, PRISIM_CMD1_PRI_RESP));
    priq_cons_ = (priq_cons_ + 1) & 31;
    return true;
}

void world_traffic::went_up(const prisim_tlp &what, const sc_core::sc_time &time)
{
    bool at_reset = around_.was_reset && around_.now() == around_.reset_at;
    if (what.head.type == PRISIM_TLP_MEMORY_WRITE) {
        writes_[what.head.id].sent = true;
        writes_[what.head.id].certain = up_ && !at_reset;
        return;
    }
    bool message = what.head.type == PRISIM_TLP_MESSAGE;
    question &q = message ? prgs_[what.head.prg_index] : tags_[what.head.tag];
    q.is = at_reset ? state::maybe : state::asked;
    q.what = what;
    q.time = time;
    q.lenient = !up_;
    if (message && !at_reset)
        page_order_.push_back(what.head.prg_index);
}

void world_traffic::came_down(const prisim_tlp &answer)
{
    around_.tell("down: came tag " + std::to_string(answer.head.tag));
    if (answer.head.type == PRISIM_TLP_MESSAGE)
        return judge_response(answer);
    if (!prisim_tlp_is_completion(&answer.head) || answer.head.tag >= PRISIM_TLP_TAGS)
        return around_.broke("a TLP that nobody asked for");
    question &q = tags_[answer.head.tag];
    if (q.is == state::gone)
        return around_.broke("an answer to a request from before the reset, tag " + std::to_string(answer.head.tag));
    if (q.is != state::asked && q.is != state::maybe)
        return around_.broke("an answer that nobody asked for, tag " + std::to_string(answer.head.tag));
    judge_completion(q, answer);
    q.is = state::answered;
}

void world_traffic::judge_completion(question &q, const prisim_tlp &answer)
{
    const world_page &page = tables_.pages()[q.page];
    bool translation = q.what.head.at == PRISIM_TLP_AT_TRANSLATION_REQUEST;
    if (answer.head.requester_id != world_sid)
        around_.broke("a completion for another requester");
    if (around_.now() <= q.time)
        around_.broke("an answer before the request's annotated time, tag " + std::to_string(answer.head.tag));
    if (q.is == state::maybe || (q.lenient && answer.head.status != PRISIM_TLP_SC))
        return;
    if (translation)
        judge_translation(page, answer);
    else
        judge_read(page, q, answer);
}

void world_traffic::judge_translation(const world_page &page, const prisim_tlp &answer)
{
    std::string tag = ", tag " + std::to_string(answer.head.tag);
    if (answer.head.type != PRISIM_TLP_COMPLETION_DATA || answer.head.status != PRISIM_TLP_SC || answer.head.size != 8)
        return around_.broke("a translation failed with status " + std::to_string(answer.head.status) + tag);
    uint64_t entry = prisim_tlp_qword_load(answer.data), rights = entry & 3;
    uint64_t wanted = page.kind == page_kind::ats_rw ? 3 : page.kind == page_kind::ats_ro ? 1 : 0;
    if (rights != wanted || (wanted && (entry & ~UINT64_C(0xfff)) != page.pa))
        around_.broke("a wrong translation" + tag);
    if (!tables_.known(page.leaf))
        around_.broke("a translation before its descriptor was answered" + tag);
}

void world_traffic::judge_read(const world_page &page, const question &q, const prisim_tlp &answer)
{
    std::string tag = ", tag " + std::to_string(answer.head.tag);
    if (page.kind == page_kind::unmapped) {
        if (answer.head.status == PRISIM_TLP_SC)
            around_.broke("a read of an unmapped page was answered with data" + tag);
        return;
    }
    uint64_t address = page.pa + (q.what.head.address & 0xfff);
    if (answer.head.type != PRISIM_TLP_COMPLETION_DATA || answer.head.status != PRISIM_TLP_SC ||
        answer.head.size != q.what.head.size)
        return around_.broke("a read failed with status " + std::to_string(answer.head.status) + tag);
    if (std::memcmp(answer.data, tables_.at(address), q.what.head.size) != 0)
        around_.broke("a read with wrong data" + tag);
    if (!tables_.known(address))
        around_.broke("read data before memory answered" + tag);
}

void world_traffic::judge_response(const prisim_tlp &answer)
{
    std::string index = ", PRG index " + std::to_string(answer.head.prg_index);
    if (answer.head.message != PRISIM_MESSAGE_PRG_RESPONSE || answer.head.prg_index >= PRISIM_PRG_INDEXES)
        return around_.broke("a message that nobody asked for");
    question &q = prgs_[answer.head.prg_index];
    if (q.is == state::gone)
        around_.broke("a response to a page request from before the reset" + index);
    else if (q.is != state::asked && q.is != state::maybe)
        around_.broke("a response to no page request" + index);
    else if (q.is == state::asked && (!q.responded || answer.head.response_code != PRISIM_PRG_SUCCESS))
        around_.broke("a wrong response to a page request" + index);
    q.is = state::answered;
}

bool world_traffic::settled() const
{
    return up_ && waits_for().empty();
}

std::string world_traffic::waits_for() const
{
    std::string text;
    for (size_t i = 0; i < tags_.size(); i++)
        if (tags_[i].is == state::asked)
            text += " tag " + std::to_string(i);
    for (size_t i = 0; i < prgs_.size(); i++)
        if (prgs_[i].is == state::asked)
            text += " PRG index " + std::to_string(i);
    if (!page_order_.empty())
        text += " the page request queue";
    if (commands_open())
        text += " commands";
    if (cpu_.busy())
        text += " register accesses";
    if (sender_.busy())
        text += " the sender of TLPs";
    return text;
}

void world_traffic::last_look()
{
    read_register(PRISIM_SMMU_GERROR, [this](uint64_t value) {
        if (value != 0)
            around_.broke("GERROR is not 0");
    });
}

void world_traffic::check_memory()
{
    for (const written &w : writes_) {
        const unsigned char *is = tables_.at(w.address);
        bool good = w.sent && std::memcmp(is, w.bytes.data(), w.bytes.size()) == 0;
        bool zero = std::all_of(is, is + w.bytes.size(), [](unsigned char byte) { return byte == 0; });
        if (!good && (w.certain || !zero))
            around_.broke(std::string("a write is ") + (zero ? "lost" : "wrong"));
    }
}

} // namespace prisim_test
