// SPDX-License-Identifier: Apache-2.0
//
// What must hold at every edge of rtl/pri_queue.sv, whatever its inputs do. Bound to the module by the last line: it is
// enough to give this file to the simulator as well (Verilator: --assert). Most of it is judged from the pins; the rest
// names registers of docs/timing/pri_queue.md. No design reads anything from here; not for synthesis.
module pri_queue_sva (
    input logic clk,
    input logic rst_n,

    input logic       cfg_pasid_supported,
    input logic       cfg_auto_fail_last_only,
    input logic       cfg_stop_marker_needs_ssv,
    input logic [6:0] cfg_accept_interval,
    input logic [6:0] cfg_write_latency,
    input logic [4:0] cfg_records_in_flight,

    input logic request_valid,
    input logic request_ready,

    input logic        memory_response_valid,
    input logic [31:0] memory_response_id,
    input logic [ 1:0] memory_response_status,

    input logic lookup_answer_valid,

    input logic        control_valid,
    input logic [ 2:0] control_what,
    input logic [63:0] control_value,

    input logic        response_valid,
    input logic        response_ready,
    input logic [31:0] response_stream_id,
    input logic [19:0] response_pasid,
    input logic [ 8:0] response_prg_index,
    input logic        response_has_pasid,
    input logic [ 3:0] response_code,
    input logic [ 7:0] response_cause,

    input logic         memory_request_valid,
    input logic         memory_request_ready,
    input logic [ 63:0] memory_request_address,
    input logic [ 31:0] memory_request_id,
    input logic [  7:0] memory_request_size,
    input logic         memory_request_write,
    input logic [127:0] memory_request_data,

    input logic        lookup_valid,
    input logic        lookup_ready,
    input logic [31:0] lookup_stream_id,

    input logic        status_valid,
    input logic [31:0] status_prod,
    input logic [31:0] status_cons,
    input logic [ 2:0] status_enable_ack,
    input logic [ 3:0] status_changed,

    input logic        interrupt_valid,
    input logic [31:0] interrupt_prod,

    input logic       abort_valid,
    input logic       abort_record,
    input logic       abort_msi,
    input logic [7:0] abort_cause,

    input logic       decision_valid,
    input logic       decision_has_pasid,
    input logic [4:0] decision_access,
    input logic [7:0] decision_cause,
    input logic       decision_overflow_starts,

    input logic       commit_valid,
    input logic       commit_has_pasid,
    input logic [4:0] commit_access,
    input logic [7:0] commit_cause,

    input logic idle,

    // Registers
    input logic [19:0] wrap_mask,
    input logic [19:0] slot_mask,
    input logic [19:0] prod,
    input logic [19:0] cons_rd,
    input logic [19:0] reserve,
    input logic [ 4:0] count,
    input logic [ 4:0] offered,
    input logic [ 3:0] head,
    input logic [15:0] answered,
    input logic        failing,
    input logic        abort_due,
    input logic        retired,
    input logic [ 3:0] answers_count,
    input logic        msi_in_flight
);

    import pri_queue_pkg::*;

    // From edge 1 on: $past then looks at an edge without reset
    logic checking;
    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n)
            checking <= 1'b0;
        else
            checking <= 1'b1;
    end

    // ---- Streams: a payload that is offered stands until it is taken ----

    response_stable : assert property (@(posedge clk) disable iff (!checking)
        response_valid && !response_ready |=> response_valid && $stable(
            {response_stream_id, response_pasid, response_prg_index, response_has_pasid, response_code, response_cause}
        ));
    memory_request_stable : assert property (@(posedge clk) disable iff (!checking)
        memory_request_valid && !memory_request_ready |=> memory_request_valid && $stable(
            {memory_request_address, memory_request_id, memory_request_size, memory_request_write, memory_request_data}
        ));
    lookup_stable : assert property (@(posedge clk) disable iff (!checking)
        lookup_valid && !lookup_ready |=> lookup_valid && $stable(lookup_stream_id));

    // ---- Pulses: one edge per cause. Further causes may follow at the next edge. ----

    decision_per_request : assert property (@(posedge clk) disable iff (!checking)
        decision_valid == $past(request_valid && request_ready));
    status_says_why : assert property (@(posedge clk) disable iff (!checking)
        status_valid == (status_changed != 4'd0));
    status_reserved : assert property (@(posedge clk) disable iff (!checking)
        status_valid |-> status_prod[30:20] == 11'd0 && status_cons[30:20] == 11'd0);
    status_written : assert property (@(posedge clk) disable iff (!checking)
        (status_valid && status_changed[2]) ==
        $past(control_valid && (control_what == CONTROL_PROD || control_what == CONTROL_CONS)));
    abort_says_why : assert property (@(posedge clk) disable iff (!checking)
        abort_valid == (abort_record || abort_msi));
    // SMMU-PRIOUTCOME-7 and SMMU-PRIOUTCOME-8: the first loss of a series, and its own cause
    // covers: SMMU-PRIOUTCOME-7, SMMU-PRIOUTCOME-8
    abort_of_record : assert property (@(posedge clk) disable iff (!checking)
        abort_record |-> ($past(abort_due) || (commit_valid && commit_cause == abort_cause && !$past(failing))) &&
            (abort_cause == CAUSE_WRITE_ABORT || abort_cause == CAUSE_WRITE_ABORT_LATE));
    loss_is_told : assert property (@(posedge clk) disable iff (!checking)
        commit_valid && commit_cause != CAUSE_ACCEPTED |-> abort_record || abort_due || $past(failing));
    abort_is_kept : assert property (@(posedge clk) disable iff (!checking) abort_due |-> failing);
    // SMMU-PRIIRQ
    // covers: SMMU-PRIIRQ-6
    abort_of_msi : assert property (@(posedge clk) disable iff (!checking)
        abort_msi == $past(memory_response_valid && memory_response_id == MSI_ID && msi_in_flight &&
                           memory_response_status != MEMORY_OK));

    // ---- What the pins said so far ----

    logic [19:0] prod_seen;     // the last STATUS
    logic [31:0] cons_seen;
    logic ovflg_seen;
    logic [2:0] enable_ack_seen;
    logic control_valid_before; // CONTROL of the edge before: a decision does not see the one of its own edge
    logic [2:0] control_what_before;
    logic control_flag_before;
    logic overflow_counted;     // OVFLG as the decisions count it, OVACKFLG as they see it
    logic overflow_acknowledged;
    logic [4:0] records;        // accepted and not committed
    logic [3:0] commit_place;
    logic [15:0] on_the_way;    // offered, not answered
    logic [15:0] in_memory;     // answered: written
    logic [4:0] answers_owed;
    logic decision_owes;
    logic commit_owes;
    logic response_new;
    logic response_pending;
    logic offers_record;

    logic marker_can_be; // SMMU-PRIENTRY: it has SSV=1
    assign marker_can_be = cfg_pasid_supported || !cfg_stop_marker_needs_ssv;
    assign decision_owes = decision_valid && decision_cause != CAUSE_ACCEPTED &&
        !(marker_can_be && decision_has_pasid && decision_access[2:0] == 3'b100) &&
        (decision_access[ACCESS_LAST] ||
         (decision_cause != CAUSE_OVERFLOW_ACTIVE && decision_cause != CAUSE_QUEUE_FULL && !cfg_auto_fail_last_only));
    assign commit_owes = commit_valid && commit_cause == CAUSE_WRITE_ABORT &&
        !(marker_can_be && commit_has_pasid && commit_access[2:0] == 3'b100) &&
        (commit_access[ACCESS_LAST] || !cfg_auto_fail_last_only);
    assign response_new = response_valid && !response_pending;
    assign offers_record = memory_request_valid && memory_request_id[31:4] == 28'd0;

    logic [19:0] visible;
    assign visible = (prod - cons_rd) & wrap_mask;

    logic [15:0] on_the_way_now;
    assign on_the_way_now = on_the_way | (offers_record ? 16'd1 << memory_request_id[3:0] : 16'd0);

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            prod_seen <= 20'd0;
            cons_seen <= 32'd0;
            ovflg_seen <= 1'b0;
            enable_ack_seen <= 3'd0;
            control_valid_before <= 1'b0;
            control_what_before <= 3'd0;
            control_flag_before <= 1'b0;
            overflow_counted <= 1'b0;
            overflow_acknowledged <= 1'b0;
            records <= 5'd0;
            commit_place <= 4'd0;
            on_the_way <= 16'd0;
            in_memory <= 16'd0;
            answers_owed <= 5'd0;
            response_pending <= 1'b0;
        end else begin
            if (status_valid) begin
                prod_seen <= status_prod[19:0];
                cons_seen <= status_cons;
                ovflg_seen <= status_prod[31];
                enable_ack_seen <= status_enable_ack;
            end
            control_valid_before <= control_valid;
            control_what_before <= control_what;
            control_flag_before <= control_value[31];
            if (control_valid_before && control_what_before == CONTROL_PROD)
                overflow_counted <= control_flag_before;
            else
                overflow_counted <= overflow_counted ^ (decision_valid && decision_overflow_starts);
            if (control_valid_before && control_what_before == CONTROL_CONS)
                overflow_acknowledged <= control_flag_before;
            records <= records + {4'd0, decision_valid && decision_cause == CAUSE_ACCEPTED} - {4'd0, commit_valid};
            on_the_way <= on_the_way_now;
            if (memory_response_valid && memory_response_id[31:4] == 28'd0 &&
                on_the_way_now[memory_response_id[3:0]]) begin
                on_the_way[memory_response_id[3:0]] <= 1'b0;
                in_memory[memory_response_id[3:0]] <= memory_response_status == MEMORY_OK;
            end
            if (commit_valid) begin
                in_memory[commit_place] <= 1'b0;
                commit_place <= commit_place + 4'd1;
            end
            answers_owed <= answers_owed + {4'd0, decision_owes} + {4'd0, commit_owes} - {4'd0, response_new};
            response_pending <= response_valid && !response_ready;
        end
    end

    // SMMU-PRIOUTCOME, "Abort and the writes beside it": when software can see the error no record lands any more
    // covers: SMMU-PRIOUTCOME
    abort_follows_writes : assert property (@(posedge clk) disable iff (!checking)
        abort_record |-> on_the_way_now == 16'd0);

    // ---- STATUS tells what moved, and nothing else moves ----

    status_ack_moves : assert property (@(posedge clk) disable iff (!checking)
        status_valid |-> status_changed[3] == (status_enable_ack != enable_ack_seen));
    status_prod_moves : assert property (@(posedge clk) disable iff (!checking)
        status_valid && !status_changed[2] |-> status_cons == cons_seen &&
            (status_changed[0] ? status_prod[19:0] == ((prod_seen + 20'd1) & wrap_mask)
                               : status_prod[19:0] == prod_seen));
    status_ovflg_moves : assert property (@(posedge clk) disable iff (!checking)
        status_valid && !status_changed[2] |-> status_changed[1] == (status_prod[31] != ovflg_seen));

    // ---- SMMU-IRQCFG: data, then PROD, then the interrupt ----

    // covers: SMMU-IRQCFG-5
    data_before_commit : assert property (@(posedge clk) disable iff (!checking)
        commit_valid && commit_cause == CAUSE_ACCEPTED |-> in_memory[commit_place]);
    // covers: SMMU-IRQCFG-5
    commit_before_prod : assert property (@(posedge clk) disable iff (!checking)
        (status_valid && status_changed[0]) == $past(commit_valid && commit_cause == CAUSE_ACCEPTED));
    // covers: SMMU-IRQCFG-5, SMMU-PRIIRQ-5
    prod_before_interrupt : assert property (@(posedge clk) disable iff (!checking)
        interrupt_valid |-> interrupt_prod == {12'd0, prod_seen});
    // SMMU-PRIIRQ: a record that was published, or a drop in overflow
    // covers: SMMU-PRIIRQ-2
    interrupt_has_cause : assert property (@(posedge clk) disable iff (!checking)
        interrupt_valid |-> $past(commit_valid, 2) ||
            $past(decision_valid && decision_access[ACCESS_LAST] &&
                  (decision_cause == CAUSE_OVERFLOW_ACTIVE || decision_cause == CAUSE_QUEUE_FULL)));
    // SMMU-QUEUE, overflow flag protocol: with the request that starts it, never while PROD and CONS show the queue
    // not full
    // covers: SMMU-QUEUE-24
    ovflg_when_full : assert property (@(posedge clk) disable iff (!checking)
        status_valid && status_changed[1] |-> decision_valid && decision_overflow_starts &&
            $past(count == 5'd0 && !retired && visible > slot_mask));

    // ---- Outcomes ----

    // SMMU-PRIOUTCOME-4: nothing is written while in overflow
    // covers: SMMU-PRIOUTCOME-4
    nothing_accepted_in_overflow : assert property (@(posedge clk) disable iff (!checking)
        decision_valid && decision_cause == CAUSE_ACCEPTED |-> overflow_counted == overflow_acknowledged);
    // SMMU-QUEUE: OVFLG toggles only when the overflow is not active
    // covers: SMMU-QUEUE-22
    overflow_starts_once : assert property (@(posedge clk) disable iff (!checking)
        decision_valid |-> decision_overflow_starts == (decision_cause == CAUSE_QUEUE_FULL) &&
            (!decision_overflow_starts || overflow_counted == overflow_acknowledged));
    // SMMU-PRIOUTCOME, SMMU-PRIAUTO: every answer is owed (not to a Stop Marker, not to Last=0 in overflow), given once
    // and kept covers: SMMU-PRIMSG-1, SMMU-PRIOUTCOME-4
    answers_are_owed : assert property (@(posedge clk) disable iff (!checking)
        response_new |-> answers_owed != 5'd0);
    answers_are_kept : assert property (@(posedge clk) disable iff (!checking)
        answers_owed == {1'b0, $past(answers_count)});
    // SMMU-PRIAUTO: a Failure has no PASID
    // covers: SMMU-PRIAUTO-5
    failure_without_pasid : assert property (@(posedge clk) disable iff (!checking)
        response_valid |-> response_code == PRG_SUCCESS || (response_code == PRG_FAILURE && !response_has_pasid));

    // ---- Limits ----

    logic [4:0] writes_on_the_way;
    always_comb begin
        writes_on_the_way = 5'd0;
        for (int i = 0; i < 16; i++) writes_on_the_way = writes_on_the_way + {4'd0, on_the_way[i]};
    end

    records_limited : assert property (@(posedge clk) disable iff (!checking)
        count <= cfg_records_in_flight && offered <= count && records <= cfg_records_in_flight);
    writes_limited : assert property (@(posedge clk) disable iff (!checking)
        writes_on_the_way <= cfg_records_in_flight);
    commit_has_record : assert property (@(posedge clk) disable iff (!checking) commit_valid |-> records != 5'd0);
    answers_limited : assert property (@(posedge clk) disable iff (!checking) answers_count <= 4'd8);
    ready_has_room : assert property (@(posedge clk) disable iff (!checking)
        request_ready |-> count < cfg_records_in_flight && answers_count < 4'd8);
    accept_is_spaced : assert property (@(posedge clk) disable iff (!checking)
        decision_valid && cfg_accept_interval != 7'd1 |-> !request_ready);
    msi_one_at_a_time : assert property (@(posedge clk) disable iff (!checking)
        memory_request_valid && memory_request_id == MSI_ID |-> msi_in_flight);

    // SMMU-QUEUE: PROD does not pass a full queue. Holds as long as software moves RD only forward and not past PROD:
    // judged anew whenever nothing is in flight.
    logic software_in_bounds;
    logic software_in_bounds_now;
    logic breaks_bounds;
    logic [19:0] visible_then;
    assign visible_then = (prod - control_value[19:0]) & wrap_mask;
    assign breaks_bounds = control_valid && (control_what == CONTROL_PROD || control_what == CONTROL_BASE ||
                                             (control_what == CONTROL_CONS && visible_then > visible));
    assign software_in_bounds_now = count == 5'd0 && !retired ?
        ((reserve ^ prod) & wrap_mask) == 20'd0 && (visible <= slot_mask || (visible & slot_mask) == 20'd0) :
        software_in_bounds;

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n)
            software_in_bounds <= 1'b0;
        else
            software_in_bounds <= software_in_bounds_now && !breaks_bounds;
    end

    // covers: SMMU-QUEUE-9
    prod_not_past_full : assert property (@(posedge clk) disable iff (!checking)
        status_valid && status_changed[0] && $past(software_in_bounds) |->
            ((prod_seen - cons_seen[19:0]) & wrap_mask) <= slot_mask);

    // ---- Progress: edges at which the oldest record waits for nobody but the queue itself ----

    logic head_waits;
    logic [7:0] head_edges;
    assign head_waits = (memory_request_valid && !memory_request_ready) || (offered != 5'd0 && !answered[head]) ||
                        answers_count > 4'd6;

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n)
            head_edges <= 8'd0;
        else if (commit_valid || count == 5'd0)
            head_edges <= 8'd0;
        else if (!head_waits)
            head_edges <= head_edges + 8'd1;
    end

    head_moves_on : assert property (@(posedge clk) disable iff (!checking)
        head_edges <= {1'b0, cfg_write_latency} + 8'd4);
    // Idle: nothing changes until an input does
    idle_is_kept : assert property (@(posedge clk) disable iff (!checking)
        idle && !request_valid && !memory_response_valid && !lookup_answer_valid && !control_valid |=>
            idle && $stable(request_ready));

    logic unused_bits;
    assign unused_bits = ^{control_value[63:32], control_value[30:20]};

endmodule

bind pri_queue pri_queue_sva pri_queue_sva_i (.*);
