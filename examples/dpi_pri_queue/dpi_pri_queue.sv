// SPDX-License-Identifier: Apache-2.0
//
// rtl/pri_queue.sv beside the C model, under one stimulus, compared at every cycle: an example of how to stand your own
// PRI queue beside the model through DPI-C (docs/cosim.md). Put your module in the place of `dut`. Its stimulus is
// simple; tests/lockstep is the thorough one. At the first difference it says what led there, the pins that differ and
// the command that repeats it, and stops with $fatal.
//   +cycles=N: how long. +seed=S: what is random comes from it. +episode=E: begin with the reset before cycle E * 2500.
//   +wave=FILE: waves. +plant=N: from cycle N on the model is told other stream IDs, to show that a difference is
//   found; with +plant_bit=B, bit B of outputs_t is seen flipped instead.
module dpi_pri_queue;

    import prisim_pri_queue_dpi_pkg::*;
    import command_line_pkg::*;

    localparam int unsigned SIZE_LOG2_MAX = 8;
    localparam int unsigned ACCEPT_INTERVAL = 4;
    localparam int unsigned WRITE_LATENCY = 2;
    localparam int unsigned RECORDS_IN_FLIGHT = 4;
    localparam int unsigned RESET_EVERY = 2500;  // cycles: an episode
    localparam int unsigned AWAKE = 700;         // of every 1000 cycles; then software sleeps and the queue overflows

    // The outputs, by the names of the pins of rtl/pri_queue.sv
    typedef struct packed {
        logic request_ready;
        logic response_valid;
        logic [31:0] response_stream_id;
        logic [19:0] response_pasid;
        logic [8:0] response_prg_index;
        logic response_has_pasid;
        logic [3:0] response_code;
        logic [7:0] response_cause;
        logic memory_request_valid;
        logic [63:0] memory_request_address;
        logic [31:0] memory_request_id;
        logic [7:0] memory_request_size;
        logic memory_request_write;
        logic [127:0] memory_request_data;
        logic lookup_valid;
        logic [31:0] lookup_stream_id;
        logic status_valid;
        logic [31:0] status_prod;
        logic [31:0] status_cons;
        logic [2:0] status_enable_ack;
        logic [3:0] status_changed;
        logic interrupt_valid;
        logic [31:0] interrupt_prod;
        logic abort_valid;
        logic abort_record;
        logic abort_msi;
        logic [7:0] abort_cause;
        logic decision_valid;
        logic [63:0] decision_address;
        logic [31:0] decision_stream_id;
        logic [19:0] decision_pasid;
        logic [8:0] decision_prg_index;
        logic decision_has_pasid;
        logic [4:0] decision_access;
        logic decision_secure;
        logic [31:0] decision_slot;
        logic [31:0] decision_lap;
        logic [7:0] decision_cause;
        logic decision_overflow_starts;
        logic commit_valid;
        logic [63:0] commit_address;
        logic [31:0] commit_stream_id;
        logic [19:0] commit_pasid;
        logic [8:0] commit_prg_index;
        logic commit_has_pasid;
        logic [4:0] commit_access;
        logic commit_secure;
        logic [31:0] commit_slot;
        logic [31:0] commit_lap;
        logic [7:0] commit_cause;
        logic idle;
    } outputs_t;

    // An output argument is bound to its own width: Verilator takes nothing narrower
    typedef struct packed {
        logic [31:0] response_pasid;
        logic [31:0] response_prg_index;
        logic [31:0] response_code;
        logic [31:0] response_cause;
        logic [31:0] memory_request_size;
        logic [31:0] status_enable_ack;
        logic [31:0] status_changed;
        logic [31:0] abort_cause;
        logic [31:0] decision_pasid;
        logic [31:0] decision_prg_index;
        logic [31:0] decision_access;
        logic [31:0] decision_cause;
        logic [31:0] commit_pasid;
        logic [31:0] commit_prg_index;
        logic [31:0] commit_access;
        logic [31:0] commit_cause;
    } wide_t;

    logic request_valid;
    logic [63:0] request_address;
    logic [31:0] request_stream_id;
    logic [19:0] request_pasid;
    logic [8:0] request_prg_index;
    logic request_has_pasid;
    logic [4:0] request_access;
    logic request_secure;
    logic memory_response_valid;
    logic [31:0] memory_response_id;
    logic [1:0] memory_response_status;
    logic lookup_answer_valid;
    logic lookup_answer_reachable;
    logic lookup_answer_ppar;
    logic control_valid;
    logic [2:0] control_what;
    logic [63:0] control_value;
    logic response_ready;
    logic memory_request_ready;
    logic lookup_ready;

    bit clk = 0;
    logic rst_n = 0;
    chandle model;
    outputs_t rtl;
    outputs_t seen;  // rtl, or what is planted
    outputs_t c;
    wide_t wide;
    int unsigned plant = 0;

    pri_queue dut (
        .cfg_size_log2_max(SIZE_LOG2_MAX[4:0]), .cfg_pps(1'b0), .cfg_pasid_supported(1'b1), .cfg_msi_supported(1'b1),
        .cfg_auto_fail_last_only(1'b0), .cfg_stop_marker_needs_ssv(1'b1), .cfg_accept_interval(ACCEPT_INTERVAL[6:0]),
        .cfg_write_latency(WRITE_LATENCY[6:0]), .cfg_records_in_flight(RECORDS_IN_FLIGHT[4:0]),
        .clk, .rst_n, .request_valid, .request_address, .request_stream_id, .request_pasid, .request_prg_index,
        .request_has_pasid, .request_access, .request_secure, .memory_response_valid, .memory_response_id,
        .memory_response_status, .lookup_answer_valid, .lookup_answer_reachable, .lookup_answer_ppar,
        .control_valid, .control_what, .control_value, .response_ready, .memory_request_ready, .lookup_ready,
        .request_ready(rtl.request_ready), .response_valid(rtl.response_valid),
        .response_stream_id(rtl.response_stream_id), .response_pasid(rtl.response_pasid),
        .response_prg_index(rtl.response_prg_index), .response_has_pasid(rtl.response_has_pasid),
        .response_code(rtl.response_code), .response_cause(rtl.response_cause),
        .memory_request_valid(rtl.memory_request_valid), .memory_request_address(rtl.memory_request_address),
        .memory_request_id(rtl.memory_request_id), .memory_request_size(rtl.memory_request_size),
        .memory_request_write(rtl.memory_request_write), .memory_request_data(rtl.memory_request_data),
        .lookup_valid(rtl.lookup_valid), .lookup_stream_id(rtl.lookup_stream_id), .status_valid(rtl.status_valid),
        .status_prod(rtl.status_prod), .status_cons(rtl.status_cons), .status_enable_ack(rtl.status_enable_ack),
        .status_changed(rtl.status_changed), .interrupt_valid(rtl.interrupt_valid),
        .interrupt_prod(rtl.interrupt_prod), .abort_valid(rtl.abort_valid), .abort_record(rtl.abort_record),
        .abort_msi(rtl.abort_msi), .abort_cause(rtl.abort_cause), .decision_valid(rtl.decision_valid),
        .decision_address(rtl.decision_address), .decision_stream_id(rtl.decision_stream_id),
        .decision_pasid(rtl.decision_pasid), .decision_prg_index(rtl.decision_prg_index),
        .decision_has_pasid(rtl.decision_has_pasid), .decision_access(rtl.decision_access),
        .decision_secure(rtl.decision_secure), .decision_slot(rtl.decision_slot), .decision_lap(rtl.decision_lap),
        .decision_cause(rtl.decision_cause), .decision_overflow_starts(rtl.decision_overflow_starts),
        .commit_valid(rtl.commit_valid), .commit_address(rtl.commit_address),
        .commit_stream_id(rtl.commit_stream_id), .commit_pasid(rtl.commit_pasid),
        .commit_prg_index(rtl.commit_prg_index), .commit_has_pasid(rtl.commit_has_pasid),
        .commit_access(rtl.commit_access), .commit_secure(rtl.commit_secure), .commit_slot(rtl.commit_slot),
        .commit_lap(rtl.commit_lap), .commit_cause(rtl.commit_cause), .idle(rtl.idle)
    );

    always #5 clk = !clk;

    // ---- The model: one call per rising edge. Inputs change at the falling edge, so nothing races. ----

    // verilator lint_off WIDTH
    always @(posedge clk) begin
        if (prisim_pri_queue_edge(
            model, rst_n, request_valid, request_address, request_stream_id ^ plant, request_pasid, request_prg_index,
            request_has_pasid, request_access, request_secure, memory_response_valid, memory_response_id,
            memory_response_status, lookup_answer_valid, lookup_answer_reachable, lookup_answer_ppar,
            control_valid, control_what, control_value, response_ready, memory_request_ready, lookup_ready,
            c.request_ready, c.response_valid, c.response_stream_id, wide.response_pasid, wide.response_prg_index,
            c.response_has_pasid, wide.response_code, wide.response_cause, c.memory_request_valid,
            c.memory_request_address, c.memory_request_id, wide.memory_request_size, c.memory_request_write,
            c.memory_request_data, c.lookup_valid, c.lookup_stream_id, c.status_valid, c.status_prod,
            c.status_cons, wide.status_enable_ack, wide.status_changed, c.interrupt_valid, c.interrupt_prod,
            c.abort_valid, c.abort_record, c.abort_msi, wide.abort_cause, c.decision_valid, c.decision_address,
            c.decision_stream_id, wide.decision_pasid, wide.decision_prg_index, c.decision_has_pasid,
            wide.decision_access, c.decision_secure, c.decision_slot, c.decision_lap, wide.decision_cause,
            c.decision_overflow_starts, c.commit_valid, c.commit_address, c.commit_stream_id, wide.commit_pasid,
            wide.commit_prg_index, c.commit_has_pasid, wide.commit_access, c.commit_secure, c.commit_slot,
            c.commit_lap, wide.commit_cause, c.idle
            ) != 1)
            $fatal(1, "there is no queue");
        c.response_pasid = wide.response_pasid[19:0];
        c.response_prg_index = wide.response_prg_index[8:0];
        c.response_code = wide.response_code[3:0];
        c.response_cause = wide.response_cause[7:0];
        c.memory_request_size = wide.memory_request_size[7:0];
        c.status_enable_ack = wide.status_enable_ack[2:0];
        c.status_changed = wide.status_changed[3:0];
        c.abort_cause = wide.abort_cause[7:0];
        c.decision_pasid = wide.decision_pasid[19:0];
        c.decision_prg_index = wide.decision_prg_index[8:0];
        c.decision_access = wide.decision_access[4:0];
        c.decision_cause = wide.decision_cause[7:0];
        c.commit_pasid = wide.commit_pasid[19:0];
        c.commit_prg_index = wide.commit_prg_index[8:0];
        c.commit_access = wide.commit_access[4:0];
        c.commit_cause = wide.commit_cause[7:0];
    end
    // verilator lint_on WIDTH

    function automatic chandle create(input int unsigned api, input int unsigned accept_interval);
        create = prisim_pri_queue_create(api, SIZE_LOG2_MAX, 0, 1, 1, 0, 1, accept_interval, WRITE_LATENCY,
                                         RECORDS_IN_FLIGHT);
    endfunction

    // ---- Comparison, at the falling edge: what both show after the rising one ----

    int unsigned cycle = 0;
    int unsigned differences;

    task automatic compare(input string pin, input bit counts, input bit report, input logic [127:0] rtl_value,
                           input logic [127:0] model_value);
        if (counts && rtl_value !== model_value) begin
            differences++;
            if (report) $display("  %s: RTL %0h, model %0h", pin, rtl_value, model_value);
        end
    endtask

    // A payload counts under its valid
    `define VALID(channel) \
        compare(`"channel``_valid`", 1, report, seen.channel``_valid, c.channel``_valid);
    `define PAYLOAD(channel, field, counts) \
        compare(`"channel``_``field`", c.channel``_valid && (counts), report, seen.channel``_``field, \
                c.channel``_``field);

    // verilator lint_off WIDTH
    task automatic compare_all(input bit report);
        logic accepted;
        logic [127:0] used;  // what counts of the data
        used = ~(~128'd0 << 8 * c.memory_request_size);
        accepted = c.decision_cause == pri_queue_pkg::CAUSE_ACCEPTED;
        differences = 0;
        compare("request_ready", 1, report, seen.request_ready, c.request_ready);
        `VALID(response)
        `PAYLOAD(response, stream_id, 1)
        `PAYLOAD(response, pasid, c.response_has_pasid)
        `PAYLOAD(response, prg_index, 1)
        `PAYLOAD(response, has_pasid, 1)
        `PAYLOAD(response, code, 1)
        `PAYLOAD(response, cause, 1)
        `VALID(memory_request)
        `PAYLOAD(memory_request, address, 1)
        `PAYLOAD(memory_request, id, 1)
        `PAYLOAD(memory_request, size, 1)
        `PAYLOAD(memory_request, write, 1)
        compare("memory_request_data", c.memory_request_valid, report, seen.memory_request_data & used,
                c.memory_request_data & used);
        `VALID(lookup)
        `PAYLOAD(lookup, stream_id, 1)
        `VALID(status)
        `PAYLOAD(status, prod, 1)
        `PAYLOAD(status, cons, 1)
        `PAYLOAD(status, enable_ack, 1)
        `PAYLOAD(status, changed, 1)
        `VALID(interrupt)
        `PAYLOAD(interrupt, prod, 1)
        `VALID(abort)
        `PAYLOAD(abort, record, 1)
        `PAYLOAD(abort, msi, 1)
        `PAYLOAD(abort, cause, 1)
        `VALID(decision)
        `PAYLOAD(decision, address, 1)
        `PAYLOAD(decision, stream_id, 1)
        `PAYLOAD(decision, pasid, 1)
        `PAYLOAD(decision, prg_index, 1)
        `PAYLOAD(decision, has_pasid, 1)
        `PAYLOAD(decision, access, 1)
        `PAYLOAD(decision, secure, 1)
        `PAYLOAD(decision, slot, accepted)
        `PAYLOAD(decision, lap, accepted)
        `PAYLOAD(decision, cause, 1)
        `PAYLOAD(decision, overflow_starts, 1)
        `VALID(commit)
        `PAYLOAD(commit, address, 1)
        `PAYLOAD(commit, stream_id, 1)
        `PAYLOAD(commit, pasid, 1)
        `PAYLOAD(commit, prg_index, 1)
        `PAYLOAD(commit, has_pasid, 1)
        `PAYLOAD(commit, access, 1)
        `PAYLOAD(commit, secure, 1)
        `PAYLOAD(commit, slot, 1)
        `PAYLOAD(commit, lap, 1)
        `PAYLOAD(commit, cause, 1)
        // The RTL's idle implies the model's
        compare("idle", !c.idle, report, seen.idle, 0);
    endtask
    // verilator lint_on WIDTH

    // What led there, the pins that differ, and how to see it again: its episode alone, with waves
    task automatic report_difference();
        $display("first difference: cycle %0d, episode %0d, seed %0d; values are hexadecimal", cycle,
                 cycle / RESET_EVERY, seed);
        $write("%s", prisim_pri_queue_history(model, {32'd0, cycle}));
        $display("edge %0d differs", cycle);
        compare_all(1);
        $write("repeat: ");
        write_command_line();
        if (episode_given) $display("");
        else begin
            $display("+episode=%0d +wave=dpi_pri_queue.vcd", cycle / RESET_EVERY);
            $write("or the whole run, if state has survived the reset: ");
            write_command_line();
            $display("");
        end
    endtask

    // ---- Stimulus: driven at the falling edge from what the RTL shows ----

    logic [63:0] random;
    logic request_goes;  // transfers at the next rising edge
    logic memory_goes;
    logic lookup_goes;
    logic [4:0] memory_goes_id;
    logic [16:0] outstanding;
    logic gerror_due;
    int unsigned clear_wait;
    int unsigned setup;
    logic [31:0] prod;
    int unsigned overflows = 0;
    int unsigned responses = 0;
    int unsigned commits = 0;
    int unsigned aborts = 0;

    // xorshift: the same numbers under every simulator
    function automatic logic [63:0] next_random(input logic [63:0] x);
        x = x ^ (x << 13);
        x = x ^ (x >> 7);
        next_random = x ^ (x << 17);
    endfunction

    // Each episode has its own: it can be run alone
    task automatic begin_episode();
        random = 64'h9e3779b97f4a7c15 ^ {seed, cycle / RESET_EVERY};
        for (int unsigned i = 0; i < 16; i++) random = next_random(random);
        reset_stimulus();
    endtask

    task automatic reset_stimulus();
        rst_n = 0;
        request_valid = 0;
        memory_response_valid = 0;
        lookup_answer_valid = 0;
        control_valid = 0;
        response_ready = 0;
        memory_request_ready = 0;
        lookup_ready = 0;
        request_goes = 0;
        memory_goes = 0;
        lookup_goes = 0;
        memory_goes_id = 0;
        outstanding = 0;
        gerror_due = 0;
        clear_wait = 0;
        setup = 0;
        prod = 0;
    endtask

    // An offered request stands until it is taken
    task automatic drive_request();
        if (request_goes) request_valid = 0;
        if (!request_valid && random[1:0] != 0) begin
            request_valid = 1;
            request_address = {random[63:12], 12'd0};
            request_stream_id = {24'd0, random[9:2]};
            request_prg_index = random[18:10];
            request_has_pasid = random[19];
            request_pasid = random[19] ? random[39:20] : 20'd0;
            request_access = {random[19] && random[40], random[19] && random[41], random[44:42]};
            request_secure = random[50:45] == 0;
        end
    endtask

    // Answers what was taken, in any order; one of 64 aborts
    task automatic drive_memory();
        memory_response_valid = 0;
        if (memory_goes) outstanding[memory_goes_id] = 1;
        for (int unsigned id = 0; id < 17; id++)
            if (!memory_response_valid && outstanding[id] && random[32+id]) begin
                memory_response_valid = 1;
                memory_response_id = id;
                memory_response_status = random[30:25] == 0 ? {random[24], !random[24]} : 2'd0;
                outstanding[id] = 0;
            end
        memory_request_ready = random[31];
    endtask

    task automatic drive_control(input logic [2:0] what, input logic [63:0] value);
        control_valid = 1;
        control_what = what;
        control_value = value;
    endtask

    // What the SMMU forwards of software: set-up, GERROR, CONS. SMMU-GERROR: ABORT is answered by 1, later by 0.
    task automatic drive_software();
        control_valid = 0;
        if (clear_wait > 1) clear_wait--;
        setup++;
        case (setup)
            1: drive_control(pri_queue_pkg::CONTROL_BASE, 64'h0000_0000_8000_0003);  // 8 records
            2: drive_control(pri_queue_pkg::CONTROL_IRQ_CFG0, 64'h0000_0000_0900_0040);
            3: drive_control(pri_queue_pkg::CONTROL_IRQ_CFG1, 64'h55);
            4: drive_control(pri_queue_pkg::CONTROL_ENABLE, 64'd7);
            default:
            if (gerror_due) begin
                drive_control(pri_queue_pkg::CONTROL_ABORT_ACTIVE, 64'd1);
                gerror_due = 0;
                clear_wait = 30;
            end else if (clear_wait == 1) begin
                drive_control(pri_queue_pkg::CONTROL_ABORT_ACTIVE, 64'd0);
                clear_wait = 0;
            end else if (cycle % 1000 < AWAKE && random[54:51] == 0) begin
                drive_control(pri_queue_pkg::CONTROL_CONS, {32'd0, prod});  // read all, acknowledge OVFLG
            end
        endcase
    endtask

    task automatic observe();
        if (rtl.status_valid) prod = rtl.status_prod;
        if (rtl.abort_valid && rtl.abort_record) gerror_due = 1;
        overflows += {31'd0, rtl.decision_valid && rtl.decision_overflow_starts};
        responses += {31'd0, rtl.response_valid && response_ready};
        commits += {31'd0, rtl.commit_valid && rtl.commit_cause == pri_queue_pkg::CAUSE_ACCEPTED};
        aborts += {31'd0, rtl.abort_valid};
    endtask

    task automatic drive();
        random = next_random(random);
        rst_n = 1;
        drive_request();
        drive_memory();
        drive_software();
        lookup_answer_valid = lookup_goes;
        lookup_answer_reachable = random[62:60] != 0;
        lookup_answer_ppar = random[63];
        response_ready = random[5];
        lookup_ready = random[8];
        request_goes = request_valid && rtl.request_ready;
        memory_goes = rtl.memory_request_valid && memory_request_ready;
        memory_goes_id = rtl.memory_request_id[4:0];
        lookup_goes = rtl.lookup_valid && lookup_ready;
    endtask

    // ---- The run ----

    int unsigned cycles = 6000;
    int unsigned seed = 1;
    int unsigned episode = 0;
    int unsigned plant_at = 0;
    int unsigned plant_bit = 0;
    bit episode_given;
    bit plant_bit_given;
    string wave;
    bit done = 0;

    task automatic read_arguments();
        void'($value$plusargs("cycles=%d", cycles));
        void'($value$plusargs("seed=%d", seed));
        void'($value$plusargs("plant=%d", plant_at));
        episode_given = $value$plusargs("episode=%d", episode) != 0;
        plant_bit_given = $value$plusargs("plant_bit=%d", plant_bit) != 0;
        cycle = episode * RESET_EVERY;
        if (cycle >= cycles) $fatal(1, "+episode: there are %0d cycles", cycles);
        if (plant_bit >= $bits(outputs_t)) $fatal(1, "+plant_bit: there are %0d bits", $bits(outputs_t));
        if ($value$plusargs("wave=%s", wave) != 0) begin
            $dumpfile(wave);
            $dumpvars(0, dpi_pri_queue);
        end
    endtask

    initial begin
        read_arguments();
        if (create(PRISIM_PRI_QUEUE_API + 1, ACCEPT_INTERVAL) != null) $fatal(1, "a wrong version is let pass");
        if (create(PRISIM_PRI_QUEUE_API, 0) != null) $fatal(1, "an interval of 0 cycles is let pass");
        model = create(PRISIM_PRI_QUEUE_API, ACCEPT_INTERVAL);
        if (model == null) $fatal(1, "the library has another version");
        begin_episode();
    end

    function automatic bit planted();
        planted = plant_at != 0 && cycle >= plant_at;
    endfunction

    always @(negedge clk) begin
        seen = rtl;
        if (planted() && plant_bit_given) seen[plant_bit] = !seen[plant_bit];
        compare_all(0);
        if (differences != 0) begin
            report_difference();
            $fatal(1, "cycle %0d: the RTL and the model differ", cycle);
        end
        if (cycle == cycles) begin
            prisim_pri_queue_close(model);
            $display("%0d records written, %0d overflows, %0d responses, %0d aborts", commits, overflows, responses,
                     aborts);
            if (!episode_given && (commits == 0 || overflows == 0 || responses == 0 || aborts == 0))
                $fatal(1, "the stimulus has missed one of them");
            done = 1;
            $finish;
        end else begin
            cycle++;
            plant = {31'd0, planted() && !plant_bit_given};
            observe();
            if (cycle % RESET_EVERY == 0) begin_episode();
            else if (cycle % RESET_EVERY < 3) reset_stimulus();
            else drive();
        end
    end

    // The last line, behind what simulators say at $finish
    final if (done) $display("%0d cycles, no difference", cycles);

endmodule
