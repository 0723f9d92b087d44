// SPDX-License-Identifier: Apache-2.0
//
// Plays the vectors that `prisim vectors` writes against a PRI queue with the pins of rtl/pri_queue.sv, in any
// simulator that has $readmemh: put your module in the place of `dut`. A payload without its valid is X on the pins.
// It stops with $fatal at the first bit that counts and differs; README.txt beside the vectors names the bits.
//   CYCLES: lines to play. +dir=DIR: the folder of the vectors.
`timescale 1ns / 1ps
module vectors_pri_queue;

    parameter CYCLES = 10000;
    localparam INPUTS = 271;
    localparam OUTPUTS = 870;

    reg [INPUTS-1:0] inputs[0:CYCLES-1];
    reg [OUTPUTS-1:0] expected[0:CYCLES-1];
    reg [OUTPUTS-1:0] mask[0:CYCLES-1];

    reg clk;
    reg rst_n;
    reg [4:0] cfg_size_log2_max;
    reg cfg_pps;
    reg cfg_pasid_supported;
    reg cfg_msi_supported;
    reg cfg_auto_fail_last_only;
    reg [6:0] cfg_accept_interval;
    reg [6:0] cfg_write_latency;
    reg [4:0] cfg_records_in_flight;
    reg request_valid;
    reg [63:0] request_address;
    reg [31:0] request_stream_id;
    reg [19:0] request_pasid;
    reg [8:0] request_prg_index;
    reg request_has_pasid;
    reg [4:0] request_access;
    reg request_secure;
    reg memory_response_valid;
    reg [31:0] memory_response_id;
    reg [1:0] memory_response_status;
    reg lookup_answer_valid;
    reg lookup_answer_reachable;
    reg lookup_answer_ppar;
    reg control_valid;
    reg [2:0] control_what;
    reg [63:0] control_value;
    reg response_ready;
    reg memory_request_ready;
    reg lookup_ready;

    wire request_ready;
    wire response_valid;
    wire [31:0] response_stream_id;
    wire [19:0] response_pasid;
    wire [8:0] response_prg_index;
    wire response_has_pasid;
    wire [3:0] response_code;
    wire [7:0] response_cause;
    wire memory_request_valid;
    wire [63:0] memory_request_address;
    wire [31:0] memory_request_id;
    wire [7:0] memory_request_size;
    wire memory_request_write;
    wire [127:0] memory_request_data;
    wire lookup_valid;
    wire [31:0] lookup_stream_id;
    wire status_valid;
    wire [31:0] status_prod;
    wire [31:0] status_cons;
    wire [2:0] status_enable_ack;
    wire [3:0] status_changed;
    wire interrupt_valid;
    wire [31:0] interrupt_prod;
    wire abort_valid;
    wire abort_record;
    wire abort_msi;
    wire [7:0] abort_cause;
    wire decision_valid;
    wire [63:0] decision_address;
    wire [31:0] decision_stream_id;
    wire [19:0] decision_pasid;
    wire [8:0] decision_prg_index;
    wire decision_has_pasid;
    wire [4:0] decision_access;
    wire decision_secure;
    wire [31:0] decision_slot;
    wire [31:0] decision_lap;
    wire [7:0] decision_cause;
    wire decision_overflow_starts;
    wire commit_valid;
    wire [63:0] commit_address;
    wire [31:0] commit_stream_id;
    wire [19:0] commit_pasid;
    wire [8:0] commit_prg_index;
    wire commit_has_pasid;
    wire [4:0] commit_access;
    wire commit_secure;
    wire [31:0] commit_slot;
    wire [31:0] commit_lap;
    wire [7:0] commit_cause;
    wire idle;  // says when nothing will change; the vectors do not hold it

    pri_queue dut (
        .clk(clk), .rst_n(rst_n), .cfg_size_log2_max(cfg_size_log2_max), .cfg_pps(cfg_pps),
        .cfg_pasid_supported(cfg_pasid_supported), .cfg_msi_supported(cfg_msi_supported),
        .cfg_auto_fail_last_only(cfg_auto_fail_last_only), .cfg_accept_interval(cfg_accept_interval),
        .cfg_write_latency(cfg_write_latency), .cfg_records_in_flight(cfg_records_in_flight),
        .request_valid(request_valid), .request_address(request_address), .request_stream_id(request_stream_id),
        .request_pasid(request_pasid), .request_prg_index(request_prg_index), .request_has_pasid(request_has_pasid),
        .request_access(request_access), .request_secure(request_secure),
        .memory_response_valid(memory_response_valid), .memory_response_id(memory_response_id),
        .memory_response_status(memory_response_status), .lookup_answer_valid(lookup_answer_valid),
        .lookup_answer_reachable(lookup_answer_reachable), .lookup_answer_ppar(lookup_answer_ppar),
        .control_valid(control_valid), .control_what(control_what), .control_value(control_value),
        .response_ready(response_ready), .memory_request_ready(memory_request_ready), .lookup_ready(lookup_ready),
        .request_ready(request_ready), .response_valid(response_valid), .response_stream_id(response_stream_id),
        .response_pasid(response_pasid), .response_prg_index(response_prg_index),
        .response_has_pasid(response_has_pasid), .response_code(response_code), .response_cause(response_cause),
        .memory_request_valid(memory_request_valid), .memory_request_address(memory_request_address),
        .memory_request_id(memory_request_id), .memory_request_size(memory_request_size),
        .memory_request_write(memory_request_write), .memory_request_data(memory_request_data),
        .lookup_valid(lookup_valid), .lookup_stream_id(lookup_stream_id), .status_valid(status_valid),
        .status_prod(status_prod), .status_cons(status_cons), .status_enable_ack(status_enable_ack),
        .status_changed(status_changed), .interrupt_valid(interrupt_valid), .interrupt_prod(interrupt_prod),
        .abort_valid(abort_valid), .abort_record(abort_record), .abort_msi(abort_msi), .abort_cause(abort_cause),
        .decision_valid(decision_valid), .decision_address(decision_address),
        .decision_stream_id(decision_stream_id), .decision_pasid(decision_pasid),
        .decision_prg_index(decision_prg_index), .decision_has_pasid(decision_has_pasid),
        .decision_access(decision_access), .decision_secure(decision_secure), .decision_slot(decision_slot),
        .decision_lap(decision_lap), .decision_cause(decision_cause),
        .decision_overflow_starts(decision_overflow_starts), .commit_valid(commit_valid),
        .commit_address(commit_address), .commit_stream_id(commit_stream_id), .commit_pasid(commit_pasid),
        .commit_prg_index(commit_prg_index), .commit_has_pasid(commit_has_pasid), .commit_access(commit_access),
        .commit_secure(commit_secure), .commit_slot(commit_slot), .commit_lap(commit_lap),
        .commit_cause(commit_cause), .idle(idle)
    );

    wire [OUTPUTS-1:0] shown;
    assign shown = {
        request_ready, response_valid, response_stream_id, response_pasid, response_prg_index, response_has_pasid,
        response_code, response_cause, memory_request_valid, memory_request_address, memory_request_id,
        memory_request_size, memory_request_write, memory_request_data, lookup_valid, lookup_stream_id, status_valid,
        status_prod, status_cons, status_enable_ack, status_changed, interrupt_valid, interrupt_prod, abort_valid,
        abort_record, abort_msi, abort_cause, decision_valid, decision_address, decision_stream_id, decision_pasid,
        decision_prg_index, decision_has_pasid, decision_access, decision_secure, decision_slot, decision_lap,
        decision_cause, decision_overflow_starts, commit_valid, commit_address, commit_stream_id, commit_pasid,
        commit_prg_index, commit_has_pasid, commit_access, commit_secure, commit_slot, commit_lap, commit_cause
    };

    reg [1023:0] dir;
    integer n;
    reg [OUTPUTS-1:0] differs;

    task read_vectors;
        begin
            if (!$value$plusargs("dir=%s", dir)) dir = ".";
            $readmemh({dir, "/inputs.hex"}, inputs);
            $readmemh({dir, "/expected.hex"}, expected);
            $readmemh({dir, "/mask.hex"}, mask);
        end
    endtask

    // What stands on the pins before edge n
    task drive;
        begin
            {
                rst_n, cfg_size_log2_max, cfg_pps, cfg_pasid_supported, cfg_msi_supported, cfg_auto_fail_last_only,
                cfg_accept_interval, cfg_write_latency, cfg_records_in_flight, request_valid, request_address,
                request_stream_id, request_pasid, request_prg_index, request_has_pasid, request_access,
                request_secure, memory_response_valid, memory_response_id, memory_response_status,
                lookup_answer_valid, lookup_answer_reachable, lookup_answer_ppar, control_valid, control_what,
                control_value, response_ready, memory_request_ready, lookup_ready
            } = inputs[n];
            if (!request_valid)
                {
                    request_address, request_stream_id, request_pasid, request_prg_index, request_has_pasid,
                    request_access, request_secure
                } = {132{1'bx}};
            if (!memory_response_valid)
                {
                    memory_response_id, memory_response_status
                } = {34{1'bx}};
            if (!lookup_answer_valid)
                {
                    lookup_answer_reachable, lookup_answer_ppar
                } = {2{1'bx}};
            if (!control_valid)
                {
                    control_what, control_value
                } = {67{1'bx}};
        end
    endtask

    initial begin
        read_vectors;
        clk = 0;
        for (n = 0; n < CYCLES; n = n + 1) begin
            drive;
            #5 clk = 1;
            #4;
            differs = (shown ^ expected[n]) & mask[n];
            if (differs !== {OUTPUTS{1'b0}} || mask[n][OUTPUTS-1] !== 1'b1) begin
                $display("edge %0d differs", n);
                $display("  shown    %h", shown & mask[n]);
                $display("  expected %h", expected[n]);
                $display("  bits     %h", differs);
                $fatal(1, "the queue and the vectors differ");
            end
            #1 clk = 0;
        end
        $display("%0d cycles, no difference", CYCLES);
        $finish;
    end

endmodule
