/* SPDX-License-Identifier: Apache-2.0
 *
 * Pins to payloads and back (pri_queue_pins.h). Inputs change while clk is low, after the edge at which they are
 * published; outputs are read after the rising edge. Reset falls between two edges.
 */
#include "rtl/pri_queue_pins.h"

#include <verilated.h>

#include <cstdio>
#include <cstring>

#include "Vpri_queue.h"
#include <verilated_fst_c.h>

namespace
{
bool assertion_failed;
}

/* Verilator calls this for a failed assertion; whoever steps the queue says where it was and how to repeat it. */
void vl_stop(const char *filename, int linenum, const char *hier)
{
    std::fprintf(stderr, "assertion at %s:%d in %s\n", filename, linenum, hier);
    assertion_failed = true;
}

namespace prisim
{

namespace
{
bool has(uint32_t mask, unsigned port)
{
    return mask >> port & 1;
}
} // namespace

class pri_queue_pins::verilated
{
  public:
    explicit verilated(const std::string &wave)
        : context_(std::make_unique<VerilatedContext>()),
          top_(std::make_unique<Vpri_queue>(context_.get(), "pri_queue"))
    {
        if (!wave.empty()) {
            context_->traceEverOn(true);
            wave_ = std::make_unique<VerilatedFstC>();
            top_->trace(wave_.get(), 99);
            wave_->open(wave.c_str());
        }
        assertion_failed = false;
    }
    ~verilated()
    {
        top_->final();
        close_wave();
    }

    void close_wave()
    {
        if (wave_)
            wave_->close();
        wave_.reset();
    }

    void reset(const prisim_pri_queue_config &config, unsigned edges, pri_queue_outputs &shown)
    {
        top_->rst_n = 0;
        tick_half();
        read(shown);
        configure(config);
        pri_queue_inputs none = {};
        none.tx_ready = ~pri_queue_streams;
        offer(none);
        for (unsigned i = 0; i < edges; i++)
            clock();
        top_->rst_n = 1;
    }

    void step(const pri_queue_inputs &in, pri_queue_outputs &out)
    {
        offer(in);
        clock();
        read(out);
    }

  private:
    void tick_half()
    {
        top_->eval();
        if (wave_)
            wave_->dump(context_->time());
        context_->timeInc(1);
    }
    void clock()
    {
        top_->clk = 0;
        tick_half();
        top_->clk = 1;
        tick_half();
    }

    void configure(const prisim_pri_queue_config &config)
    {
        top_->cfg_size_log2_max = config.size_log2_max & 0x1f;
        top_->cfg_pps = config.pps & 1;
        top_->cfg_pasid_supported = config.pasid_supported & 1;
        top_->cfg_msi_supported = config.msi_supported & 1;
        top_->cfg_auto_fail_last_only = config.auto_fail_last_only & 1;
        top_->cfg_stop_marker_needs_ssv = config.stop_marker_needs_ssv & 1;
        top_->cfg_accept_interval = config.accept_interval & 0x7f;
        top_->cfg_write_latency = config.write_latency & 0x7f;
        top_->cfg_records_in_flight = config.records_in_flight & 0x1f;
    }

    void offer(const pri_queue_inputs &in)
    {
        top_->request_valid = has(in.rx_valid, PRISIM_PRI_QUEUE_RX_REQUEST);
        top_->request_address = in.request.address;
        top_->request_stream_id = in.request.stream_id;
        top_->request_pasid = in.request.pasid;
        top_->request_prg_index = in.request.prg_index;
        top_->request_has_pasid = in.request.has_pasid;
        top_->request_access = in.request.access;
        top_->request_secure = in.request.secure;
        top_->memory_response_valid = has(in.rx_valid, PRISIM_PRI_QUEUE_RX_MEMORY_RESPONSE);
        top_->memory_response_id = in.memory.id;
        top_->memory_response_status = in.memory.status;
        top_->lookup_answer_valid = has(in.rx_valid, PRISIM_PRI_QUEUE_RX_LOOKUP);
        top_->lookup_answer_reachable = in.lookup.reachable;
        top_->lookup_answer_ppar = in.lookup.ppar;
        top_->control_valid = has(in.rx_valid, PRISIM_PRI_QUEUE_RX_CONTROL);
        top_->control_what = in.control.what;
        top_->control_value = in.control.value;
        top_->response_ready = has(in.tx_ready, PRISIM_PRI_QUEUE_TX_RESPONSE);
        top_->memory_request_ready = has(in.tx_ready, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST);
        top_->lookup_ready = has(in.tx_ready, PRISIM_PRI_QUEUE_TX_LOOKUP);
    }

    void read(pri_queue_outputs &out)
    {
        out.valid = uint32_t{top_->response_valid} << PRISIM_PRI_QUEUE_TX_RESPONSE |
                    uint32_t{top_->memory_request_valid} << PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST |
                    uint32_t{top_->lookup_valid} << PRISIM_PRI_QUEUE_TX_LOOKUP |
                    uint32_t{top_->status_valid} << PRISIM_PRI_QUEUE_TX_STATUS |
                    uint32_t{top_->interrupt_valid} << PRISIM_PRI_QUEUE_TX_INTERRUPT |
                    uint32_t{top_->abort_valid} << PRISIM_PRI_QUEUE_TX_ABORT |
                    uint32_t{top_->decision_valid} << PRISIM_PRI_QUEUE_TX_DECISION |
                    uint32_t{top_->commit_valid} << PRISIM_PRI_QUEUE_TX_COMMIT;
        out.request_ready = top_->request_ready;
        out.idle = top_->idle;
        if (has(out.valid, PRISIM_PRI_QUEUE_TX_RESPONSE))
            read_response(out.response);
        if (has(out.valid, PRISIM_PRI_QUEUE_TX_MEMORY_REQUEST))
            read_memory(out.memory);
        if (has(out.valid, PRISIM_PRI_QUEUE_TX_LOOKUP))
            out.lookup = prisim_pri_queue_lookup{top_->lookup_stream_id, 0};
        if (has(out.valid, PRISIM_PRI_QUEUE_TX_STATUS))
            out.status = prisim_pri_queue_status{
                top_->status_prod, top_->status_cons, top_->status_enable_ack, top_->status_changed, {0, 0}};
        if (has(out.valid, PRISIM_PRI_QUEUE_TX_INTERRUPT))
            out.interrupt.prod = top_->interrupt_prod;
        if (has(out.valid, PRISIM_PRI_QUEUE_TX_ABORT))
            out.abort = prisim_pri_queue_abort{top_->abort_record, top_->abort_msi, top_->abort_cause, 0};
        if (has(out.valid, PRISIM_PRI_QUEUE_TX_DECISION))
            read_decision(out.decision);
        if (has(out.valid, PRISIM_PRI_QUEUE_TX_COMMIT))
            read_commit(out.commit);
    }

    void read_response(prisim_prg_response &response)
    {
        response = prisim_prg_response{top_->response_stream_id,
                                       top_->response_pasid,
                                       top_->response_prg_index,
                                       top_->response_has_pasid,
                                       top_->response_code,
                                       top_->response_cause,
                                       {0, 0, 0}};
    }

    void read_memory(prisim_memory_request &request)
    {
        request.address = top_->memory_request_address;
        request.id = top_->memory_request_id;
        request.size = top_->memory_request_size;
        request.write = top_->memory_request_write;
        prisim_memory_of_no_stream(&request);
        for (unsigned word = 0; word < 4; word++) {
            uint32_t value = top_->memory_request_data[word];
            std::memcpy(request.data + 4 * word, &value, sizeof value);
        }
    }

    void read_decision(prisim_pri_queue_decision &decision)
    {
        decision = prisim_pri_queue_decision{};
        decision.request = prisim_page_request{
            top_->decision_address,   top_->decision_stream_id, top_->decision_pasid,  top_->decision_prg_index,
            top_->decision_has_pasid, top_->decision_access,    top_->decision_secure, {0, 0, 0}};
        decision.slot = top_->decision_slot;
        decision.lap = top_->decision_lap;
        decision.cause = top_->decision_cause;
        decision.overflow_starts = top_->decision_overflow_starts;
    }

    void read_commit(prisim_pri_queue_commit &commit)
    {
        commit = prisim_pri_queue_commit{};
        commit.request = prisim_page_request{
            top_->commit_address,   top_->commit_stream_id, top_->commit_pasid,  top_->commit_prg_index,
            top_->commit_has_pasid, top_->commit_access,    top_->commit_secure, {0, 0, 0}};
        commit.slot = top_->commit_slot;
        commit.lap = top_->commit_lap;
        commit.cause = top_->commit_cause;
    }

    std::unique_ptr<VerilatedContext> context_;
    std::unique_ptr<Vpri_queue> top_;
    std::unique_ptr<VerilatedFstC> wave_;
};

pri_queue_pins::pri_queue_pins(const std::string &wave) : top_(std::make_unique<verilated>(wave))
{
}

pri_queue_pins::~pri_queue_pins() = default;

void pri_queue_pins::reset(const prisim_pri_queue_config &config, unsigned edges, pri_queue_outputs &shown)
{
    top_->reset(config, edges, shown);
}

void pri_queue_pins::step(const pri_queue_inputs &in, pri_queue_outputs &out)
{
    top_->step(in, out);
}

bool pri_queue_pins::failed() const
{
    return assertion_failed;
}

void pri_queue_pins::close_wave()
{
    top_->close_wave();
}

} // namespace prisim
