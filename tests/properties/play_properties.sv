// SPDX-License-Identifier: Apache-2.0
//
// Plays the vectors that `prisim vectors` writes through the monitor of rtl/pri_queue_properties.sv, in Icarus or
// under Verilator. With RTL=1 what rtl/pri_queue.sv answers to them, with RTL=0 what the C model has answered. It
// judges nothing itself; who starts it reads which properties failed. A payload without its valid is X on the inputs.
// With BOUND defined the monitor is not instantiated here: pri_queue_properties_bind.sv binds it.
//   +dir=DIR: the folder of the vectors; inputs.hex and expected.hex are read to their end.
module play_properties;

    parameter RTL = 1;
    localparam INPUTS = 272;
    localparam OUTPUTS = 870;

    reg clk;
    reg [INPUTS-1:0] inputs;
    reg [INPUTS-1:0] next_inputs;
    reg [OUTPUTS-1:0] shown;  // before the edge
    reg [OUTPUTS-1:0] next_shown;
    reg [8*1024-1:0] dir;
    integer inputs_file;
    integer expected_file;
    integer lines;

    queue_under_properties #(.RTL(RTL)) queue (.clk(clk), .inputs(inputs), .played(shown));

    function [INPUTS-1:0] with_x(input [INPUTS-1:0] line);
        begin
            with_x = line;
            if (!line[241]) with_x[240:109] = 'x;  // request
            if (!line[108]) with_x[107:74] = 'x;   // memory_response
            if (!line[73]) with_x[72:71] = 'x;     // lookup_answer
            if (!line[70]) with_x[69:3] = 'x;      // control
        end
    endfunction

    initial begin
        if (!$value$plusargs("dir=%s", dir)) dir = ".";
        inputs_file = $fopen({dir, "/inputs.hex"}, "r");
        expected_file = $fopen({dir, "/expected.hex"}, "r");
        if (inputs_file == 0 || expected_file == 0) $fatal(1, "+dir: there are no vectors");
        clk = 0;
        inputs = 0;
        lines = 0;
        shown = 0;
        while ($fscanf(inputs_file, "%h", next_inputs) == 1 && $fscanf(expected_file, "%h", next_shown) == 1) begin
            inputs = with_x(next_inputs);
            #5 clk = 1;
            #5 clk = 0;
            shown = next_shown;
            lines = lines + 1;
        end
        // What the last line has brought
        #5 clk = 1;
        #5 $display("%0d lines played", lines);
        $finish;
    end

endmodule

// The RTL or a recorded answer, and the monitor beside it
module queue_under_properties #(
    parameter RTL = 1
) (
    input wire clk,
    input wire [271:0] inputs,
    input wire [869:0] played
);

    wire rst_n;
    wire [4:0] cfg_size_log2_max;
    wire cfg_pps;
    wire cfg_pasid_supported;
    wire cfg_msi_supported;
    wire cfg_auto_fail_last_only;
    wire cfg_stop_marker_needs_ssv;
    wire [6:0] cfg_accept_interval;
    wire [6:0] cfg_write_latency;
    wire [4:0] cfg_records_in_flight;
    wire request_valid;
    wire request_ready;
    wire [63:0] request_address;
    wire [31:0] request_stream_id;
    wire [19:0] request_pasid;
    wire [8:0] request_prg_index;
    wire request_has_pasid;
    wire [4:0] request_access;
    wire request_secure;
    wire memory_response_valid;
    wire [31:0] memory_response_id;
    wire [1:0] memory_response_status;
    wire lookup_answer_valid;
    wire lookup_answer_reachable;
    wire lookup_answer_ppar;
    wire control_valid;
    wire [2:0] control_what;
    wire [63:0] control_value;
    wire response_valid;
    wire response_ready;
    wire [31:0] response_stream_id;
    wire [19:0] response_pasid;
    wire [8:0] response_prg_index;
    wire response_has_pasid;
    wire [3:0] response_code;
    wire [7:0] response_cause;
    wire memory_request_valid;
    wire memory_request_ready;
    wire [63:0] memory_request_address;
    wire [31:0] memory_request_id;
    wire [7:0] memory_request_size;
    wire memory_request_write;
    wire [127:0] memory_request_data;
    wire lookup_valid;
    wire lookup_ready;
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
    wire idle;

    assign {
        rst_n, cfg_size_log2_max, cfg_pps, cfg_pasid_supported, cfg_msi_supported, cfg_auto_fail_last_only,
        cfg_stop_marker_needs_ssv, cfg_accept_interval, cfg_write_latency, cfg_records_in_flight, request_valid,
        request_address, request_stream_id, request_pasid, request_prg_index, request_has_pasid, request_access,
        request_secure,
        memory_response_valid, memory_response_id, memory_response_status, lookup_answer_valid,
        lookup_answer_reachable, lookup_answer_ppar, control_valid, control_what, control_value, response_ready,
        memory_request_ready, lookup_ready
    } = inputs;

    generate
        if (RTL != 0) begin : rtl
            pri_queue dut (.*);
        end else begin : c
            assign idle = 0;
            assign {
                request_ready, response_valid, response_stream_id, response_pasid, response_prg_index,
                response_has_pasid, response_code, response_cause, memory_request_valid, memory_request_address,
                memory_request_id, memory_request_size, memory_request_write, memory_request_data, lookup_valid,
                lookup_stream_id, status_valid, status_prod, status_cons, status_enable_ack, status_changed,
                interrupt_valid, interrupt_prod, abort_valid, abort_record, abort_msi, abort_cause, decision_valid,
                decision_address, decision_stream_id, decision_pasid, decision_prg_index, decision_has_pasid,
                decision_access, decision_secure, decision_slot, decision_lap, decision_cause,
                decision_overflow_starts, commit_valid, commit_address, commit_stream_id, commit_pasid,
                commit_prg_index, commit_has_pasid, commit_access, commit_secure, commit_slot, commit_lap,
                commit_cause
            } = played;
        end
    endgenerate

`ifndef BOUND
    pri_queue_properties properties (.*);
`endif

endmodule
