// SPDX-License-Identifier: Apache-2.0
//
// The RTL, the monitor beside it and an environment for yosys' SAT: a reset, a queue of 2^QS records set up and
// switched on, then any request, answer, back-pressure and register write that software and the SMMU may give. Payloads
// are narrow: one bit of each field of a request is free, the others are 0; of CONS the index with its wrap bit and
// OVACKFLG. REQUESTS come at most, so that the tables of the monitor can be small.
module prove_properties #(
    parameter QS = 0,
    parameter REQUESTS = 3,
    parameter SUBSTREAMS = 1,
    parameter PPS = 0,
    parameter LO = 0
) (
    input wire clk,
    input wire free_request_valid,
    input wire [9:0] free_request,
    input wire free_response_ready,
    input wire free_memory_request_ready,
    input wire free_lookup_ready,
    input wire free_memory_response_valid,
    input wire [4:0] free_memory_response_id,
    input wire [1:0] free_memory_response_status,
    input wire free_lookup_answer_valid,
    input wire [1:0] free_lookup_answer,
    input wire free_control_valid,
    input wire [1:0] free_control_what,
    input wire [QS+1:0] free_control_value
);

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
    wire idle;

    // ---- Set-up: a reset, then one register a step ----

    reg [2:0] step;
    reg started = 0;
    always @(posedge clk) begin
        started <= 1;
        if (!started) step <= 0;
        else if (step != 7) step <= step + 1;
    end

    wire rst_n = started && step != 0;
    wire set_up = step == 7;

    wire [4:0] cfg_size_log2_max = 19;
    wire cfg_pps = PPS != 0;
    wire cfg_pasid_supported = SUBSTREAMS != 0;
    wire cfg_msi_supported = 0;
    wire cfg_auto_fail_last_only = 0;
    wire cfg_stop_marker_needs_ssv = 1;
    wire [6:0] cfg_accept_interval = 1;
    wire [6:0] cfg_write_latency = 1;
    wire [4:0] cfg_records_in_flight = 2;

    // The SMMU says ABORT_ACTIVE 1 once it was told of an abort, and 0 later
    reg error_told = 0;
    reg error_said = 0;
    wire error_may_be_said = free_control_what == 2 && (free_control_value[0] ? error_told : error_said);
    always @(posedge clk) begin
        if (set_up && control_valid && free_control_what == 2) begin
            error_told <= 0;
            error_said <= free_control_value[0];
        end
        if (abort_valid && abort_record) error_told <= 1;
    end

    // CONS, ENABLE, ABORT_ACTIVE
    wire free_enable = free_control_what == 1;
    wire free_cons = free_control_what == 0;
    wire control_valid = set_up ? free_control_valid && (free_cons || free_enable || error_may_be_said) : step != 0;
    wire [2:0] control_what = set_up ? (free_cons ? 3'd2 : free_enable ? 3'd6 : 3'd7) :
        step == 1 ? 3'd0 : step == 2 ? 3'd1 : step == 3 ? 3'd2 : step == 4 ? 3'd5 : 3'd6;
    // Software moves RD only over records that PROD has shown; OVACKFLG may be anything
    reg [QS:0] prod = 0;
    reg [QS:0] rd = 0;
    wire [QS:0] unread = prod - rd;
    wire [QS:0] left = prod - free_control_value[QS:0];
    wire [QS:0] next_rd = left <= unread ? free_control_value[QS:0] : rd;
    wire [63:0] cons_value = {32'd0, free_control_value[QS+1], {30 - QS{1'b0}}, next_rd};
    always @(posedge clk) begin
        if (status_valid) prod <= status_prod[QS:0];
        if (set_up && control_valid && free_cons) rd <= next_rd;
    end
    wire [63:0] control_value = set_up ?
        (free_cons ? cons_value : free_enable ? {61'd0, 1'b1, free_control_value[1:0]} :
         {63'd0, free_control_value[0]}) :
        step == 1 ? QS : step < 4 ? 64'd0 : step == 4 ? {32'd0, LO != 0, 31'd0} : 64'd7;

    // ---- Requests stand until they are taken ----

    reg request_stands = 0;
    reg [9:0] request_kept;
    wire [9:0] request = request_stands ? request_kept : free_request;
    reg [2:0] requests = 0;
    wire request_valid = set_up && (request_stands || free_request_valid && requests != REQUESTS);
    always @(posedge clk) begin
        if (request_valid && request_ready) requests <= requests + 1;
        request_stands <= request_valid && !request_ready;
        request_kept <= request;
    end
    wire [63:0] request_address = {51'd0, request[0], 12'd0};
    wire [31:0] request_stream_id = {31'd0, request[1]};
    wire request_has_pasid = request[2];
    wire [19:0] request_pasid = {19'd0, request[2] && request[3]};
    wire [8:0] request_prg_index = {8'd0, request[4]};
    wire [4:0] request_access = {request[2] && request[5], request[2] && request[5], request[8:6]};
    wire request_secure = request[9];

    // ---- The memory and the stream table answer what they were asked, later and in any order ----

    reg [31:0] asked = 0;
    reg looked_up = 0;
    wire response_ready = free_response_ready;
    wire memory_request_ready = free_memory_request_ready;
    wire lookup_ready = free_lookup_ready;
    wire memory_response_valid = free_memory_response_valid && asked[free_memory_response_id];
    wire [31:0] memory_response_id = {27'd0, free_memory_response_id};
    wire [1:0] memory_response_status = free_memory_response_status == 3 ? 2'd0 : free_memory_response_status;
    wire lookup_answer_valid = looked_up && free_lookup_answer_valid;
    always @(posedge clk) begin
        if (memory_response_valid) asked[free_memory_response_id] <= 0;
        if (memory_request_valid && memory_request_ready) asked[memory_request_id[4:0]] <= 1;
        looked_up <= lookup_valid && lookup_ready || looked_up && !lookup_answer_valid;
    end
    wire lookup_answer_reachable = free_lookup_answer[0];
    wire lookup_answer_ppar = free_lookup_answer[1];

    pri_queue dut (.*);
    pri_queue_properties #(
        .RECORDS(REQUESTS),
        .UNDECIDED(REQUESTS),
        .OWED(REQUESTS),
        .TABLES_SUFFICE(1),
        .DEADLINE(200)
    ) properties (.*);

endmodule
