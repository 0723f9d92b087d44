// SPDX-License-Identifier: Apache-2.0
//
// Of pri_queue_properties.sv: what the monitor remembers, and how it is brought up to date. Everything here is written
// by one always_ff, so all assignments are blocking; what one edge has brought is named in the order of the data.

    integer edges = 0;
    integer i;
    logic tracked = 0;  // since a reset, and nothing was too much for the tables
    logic checked = 0;  // the edge at hand counts
    logic after_reset = 0;

    // ---- The edge before ----

    logic p_rst_n = 0;
    logic p_request_valid;
    logic [REQUEST-1:0] p_request;
    logic p_memory_response_valid;
    logic [31:0] p_memory_response_id;
    logic [1:0] p_memory_response_status;
    logic p_lookup_answer_valid;
    logic p_lookup_answer_reachable;
    logic p_lookup_answer_ppar;
    logic p_control_valid;
    logic [2:0] p_control_what;
    logic [63:0] p_control_value;
    logic p_response_ready;
    logic p_memory_request_ready;
    logic p_lookup_ready;
    logic s_request_ready;
    logic s_response_valid;
    logic [45:0] s_response;
    logic s_memory_request_valid;
    logic [136:0] s_memory_request;
    logic s_lookup_valid;

    wire [45:0] response = {response_stream_id, response_prg_index, response_has_pasid, response_code};
    wire [136:0] memory_request = {
        memory_request_address, memory_request_id, memory_request_size, memory_request_write, memory_request_data[31:0]
    };
    wire quiet = !(response_valid || memory_request_valid || lookup_valid || status_valid || interrupt_valid ||
        abort_valid || decision_valid || commit_valid);

    task automatic remember;
        begin
            p_rst_n = rst_n;
            p_request_valid = request_valid;
            p_request = {
                request_address, request_stream_id, request_pasid, request_prg_index, request_has_pasid,
                request_access, request_secure
            };
            p_memory_response_valid = memory_response_valid;
            p_memory_response_id = memory_response_id;
            p_memory_response_status = memory_response_status;
            p_lookup_answer_valid = lookup_answer_valid;
            p_lookup_answer_reachable = lookup_answer_reachable;
            p_lookup_answer_ppar = lookup_answer_ppar;
            p_control_valid = control_valid;
            p_control_what = control_what;
            p_control_value = control_value;
            p_response_ready = response_ready;
            p_memory_request_ready = memory_request_ready;
            p_lookup_ready = lookup_ready;
            s_request_ready = request_ready;
            s_response_valid = response_valid;
            s_response = response;
            s_memory_request_valid = memory_request_valid;
            s_memory_request = memory_request;
            s_lookup_valid = lookup_valid;
        end
    endtask

    // ---- What software has written: before and after the control of the edge ----

    logic [4:0] qs;       // LOG2SIZE, capped
    logic [63:0] base;    // ADDR as it is used
    logic [19:0] cons;
    logic [19:0] cons_before;
    logic [19:0] cons_earlier;  // one edge more
    logic ovackflg;
    logic ovackflg_before;
    logic cons_known;     // software has written it since reset
    logic [2:0] enable;
    logic [2:0] enable_before;
    logic [2:0] ack;
    logic [2:0] ack_before;
    logic [2:0] loose;    // changed again before its ACK: SMMU-CR0-8 leaves the outcome open
    logic [63:0] irq_cfg0;
    logic [31:0] irq_cfg1;
    logic msi_addressed_before;
    logic irq_cfg_moved;  // ADDR or DATA were written since the last interrupt
    logic lo;
    logic [2:0] lo_past;  // at this edge and the two before it
    logic error;          // PRIQ_ABT_ERR is active for certain
    logic error_before;
    logic error_after;
    logic error_possible; // a write has aborted, and the error was not acknowledged since
    logic error_awaited;  // ABORT_ACTIVE 1 is still to come for it
    logic error_seen;     // the queue has told of a record's abort
    logic [19:0] index_mask;
    logic [19:0] size;

    // ADDR=0: no MSI (SMMU-IRQCFG)
    function automatic msi_addressed(input unused);
        msi_addressed = cfg_msi_supported && irq_cfg0[55:2] != 0;
    endfunction

    task automatic take_control;
        begin
            cons_earlier = cons_before;
            cons_before = cons;
            ovackflg_before = ovackflg;
            enable_before = enable;
            ack_before = ack;
            error_before = error;
            msi_addressed_before = msi_addressed(1'b0);
            lo_past = {lo_past[1:0], lo};
            if (p_control_valid)
                case (p_control_what)
                    pri_queue_pkg::CONTROL_BASE: take_base;
                    pri_queue_pkg::CONTROL_PROD: begin
                        prod = p_control_value[19:0];
                        ovflg = p_control_value[31];
                        ovflg_shown = ovflg;
                        ovflg_pending = 0;
                        index_known = 1;
                    end
                    pri_queue_pkg::CONTROL_CONS: begin
                        cons = p_control_value[19:0];
                        ovackflg = p_control_value[31];
                        cons_known = 1;
                    end
                    pri_queue_pkg::CONTROL_IRQ_CFG0: begin
                        irq_cfg0 = p_control_value;
                        irq_cfg_moved = 1;
                    end
                    pri_queue_pkg::CONTROL_IRQ_CFG1: begin
                        irq_cfg1 = p_control_value[31:0];
                        irq_cfg_moved = 1;
                    end
                    pri_queue_pkg::CONTROL_IRQ_CFG2: lo = p_control_value[31];
                    pri_queue_pkg::CONTROL_ENABLE: begin
                        loose = loose | (enable ^ p_control_value[2:0]) & (enable ^ ack);
                        enable = p_control_value[2:0];
                    end
                    pri_queue_pkg::CONTROL_ABORT_ACTIVE: take_error(p_control_value[0]);
                endcase
            error_after = error;
        end
    endtask

    // LOG2SIZE is capped; ADDR is aligned to the queue, at least to 32 bytes (SMMU-QUEUE). A wider index begins with
    // bits that are not known.
    task automatic take_base;
        begin
            if (p_control_value[4:0] > qs) index_known = 0;
            qs = p_control_value[4:0] > cfg_size_log2_max ? cfg_size_log2_max : p_control_value[4:0];
            size = 20'd1 << qs;
            index_mask = {size[18:0], 1'b0} - 20'd1;
            base = {8'd0, p_control_value[55:5], 5'd0} & ~((64'd16 << qs) - 64'd1);
        end
    endtask

    task automatic take_error(input logic active);
        begin
            error = active;
            if (active) error_awaited = 0;
            else error_seen = 0;
            if (active) error_possible = 1;
            else if (!error_awaited) error_possible = 0;
        end
    endtask

    // ---- Records: accepted and not committed, the oldest first; and the memory's answers ----

    integer records;
    logic [REQUEST-1:0] r_request[0:RECORDS-1];
    logic [31:0] r_id[0:RECORDS-1];
    logic [1:0] r_answer[0:RECORDS-1];
    logic r_offered[0:RECORDS-1];
    logic r_sent[0:RECORDS-1];
    logic [19:0] prod;        // as shown
    logic index_known;
    integer pending;          // committed, and not yet shown in PROD
    logic [63:0] pending_last;  // their L, the oldest in bit 0
    logic pending_late;       // PROD may pass one more: its write aborted asynchronously
    logic lost;               // a record was lost; until the next one is accepted later ones may be lost too
    logic msi_offered;
    logic msi_sent;
    logic [31:0] msi_id;
    integer record_aborts;    // not told yet
    integer msi_aborts;
    logic abort_due;
    logic writes_under_way;
    integer at;

    // Records between two indexes (SMMU-QUEUE)
    function automatic [19:0] distance(input [19:0] index, input [19:0] consumed);
        distance = (index - consumed) & index_mask;
    endfunction

    function automatic [19:0] next_index(input unused);
        next_index = (prod + pending[19:0] + records[19:0]) & index_mask;
    endfunction

    task automatic take_memory_response;
        begin
            at = RECORDS;
            if (p_memory_response_valid && msi_sent && msi_id == p_memory_response_id) begin
                msi_sent = 0;
                msi_offered = 0;
                if (p_memory_response_status != pri_queue_pkg::MEMORY_OK) msi_aborts = msi_aborts + 1;
            end else if (p_memory_response_valid)
                for (i = RECORDS - 1; i >= 0; i = i - 1)
                    if (i < records && r_sent[i] && r_answer[i] == NO_ANSWER && r_id[i] == p_memory_response_id) at = i;
            if (at < RECORDS) begin
                r_answer[at] = p_memory_response_status == pri_queue_pkg::MEMORY_OK ? WRITTEN :
                    p_memory_response_status == pri_queue_pkg::MEMORY_ABORT_LATE ? ABORTED_LATE : ABORTED;
                if (r_answer[at] != WRITTEN) begin
                    record_aborts = record_aborts + 1;
                    abort_due = abort_due || !error && !lost;
                    error_possible = 1;
                    error_awaited = 1;
                end
            end
            if (s_memory_request_valid && p_memory_request_ready) begin
                if (msi_offered && !msi_sent && msi_id == s_memory_request[72:41]) msi_sent = 1;
                else
                    for (i = 0; i < RECORDS; i = i + 1)
                        if (i < records && r_offered[i] && !r_sent[i] && r_id[i] == s_memory_request[72:41])
                            r_sent[i] = 1;
            end
        end
    endtask

    // ---- Requests and their outcome ----

    integer undecided;
    logic [REQUEST-1:0] u_request[0:UNDECIDED-1];
    logic decided;
    logic decision_is_of_request;
    logic served;    // by SMMU-PRIOUTCOME-4 to SMMU-PRIOUTCOME-6
    logic accepted;
    logic overflows;
    logic row_holds;
    logic slot_wrong;
    logic ovflg;     // as the queue has it
    logic ovflg_shown;
    logic ovflg_pending;
    logic overflow_before;
    logic overflow_after;
    logic overflow_twice;
    logic [19:0] room_before;
    logic [19:0] room_after;
    logic [19:0] cons_at_full[0:1];
    logic impossible;       // PROD and CONS are further apart than the queue is long: full or not, both may be (SMMU-QUEUE)
    logic full_impossible;  // so it was when the overflow started
    logic surely_on;
    logic surely_off;
    logic new_value_used;
    logic old_value_again;
    logic dropped_last;     // L=1, because of overflow
    logic [REQUEST-1:0] d_request;
    logic [63:0] d_address;
    logic [31:0] d_stream_id;
    logic [19:0] d_pasid;
    logic [8:0] d_prg_index;
    logic d_has_pasid;
    logic [4:0] d_access;
    logic d_secure;
    logic d_bare;           // L=1, W=R=0, with a PASID
    logic d_marker;

    // Free slots; 0 is full
    function automatic [19:0] room(input [19:0] consumed);
        room = size - distance(next_index(1'b0), consumed);
    endfunction

    function automatic impossible_for(input [19:0] consumed);
        impossible_for = distance(prod, consumed) > size || distance(prod + pending[19:0], consumed) > size ||
            room(consumed) > size;
    endfunction

    task automatic look_at_enables;
        begin
            surely_on = (&enable_before[SMMUEN:PRIQEN]) && (&enable[SMMUEN:PRIQEN]) && (&ack_before[SMMUEN:PRIQEN]) &&
                loose[SMMUEN:PRIQEN] == 0;
            surely_off = |(~loose & ~enable_before & ~enable & ~ack_before & 3'b011);
        end
    endtask

    task automatic take_decision;
        begin
            if (p_request_valid && s_request_ready) begin
                if (undecided == UNDECIDED) tracked = tracked && TABLES_SUFFICE != 0;
                else begin
                    u_request[undecided] = p_request;
                    undecided = undecided + 1;
                end
            end
            look_at_enables;
            overflow_before = cons_known && ovflg != ovackflg_before;
            overflow_after = cons_known && ovflg != ovackflg;
            room_before = room(cons_before);
            room_after = room(cons);
            impossible = !cons_known || !index_known || impossible_for(cons_before) || impossible_for(cons);
            decided = decision_valid;
            served = 0;
            accepted = 0;
            overflows = 0;
            decision_is_of_request = 1;
            row_holds = 1;
            slot_wrong = 0;
            overflow_twice = 0;
            old_value_again = 0;
            dropped_last = 0;
            if (decided) decide;
        end
    endtask

    task automatic decide;
        begin
            decision_is_of_request = undecided != 0 && decision_is_of(u_request[0]);
            if (undecided != 0) begin
                d_request = u_request[0];
                undecided = undecided - 1;
                for (i = 0; i < UNDECIDED - 1; i = i + 1) u_request[i] = u_request[i+1];
            end
            {d_address, d_stream_id, d_pasid, d_prg_index, d_has_pasid, d_access, d_secure} = d_request;
            d_bare = d_access[LAST] && !d_access[READ] && !d_access[WRITE] && d_has_pasid;
            d_marker = d_bare && (cfg_pasid_supported || !cfg_stop_marker_needs_ssv);
            accepted = decision_cause == pri_queue_pkg::CAUSE_ACCEPTED;
            overflows = decision_cause == pri_queue_pkg::CAUSE_QUEUE_FULL;
            served = accepted || overflows || decision_cause == pri_queue_pkg::CAUSE_OVERFLOW_ACTIVE;
            row_holds = row_of_cause_holds(1'b0);
            overflow_twice = decision_overflow_starts != overflows || overflows && overflow_before && overflow_after;
            look_at_window;
            if (accepted) accept;
            else if (!served) begin
                if (!d_marker && (d_access[LAST] || !cfg_auto_fail_last_only)) owe(1'b1, 1'b1);
            end else begin
                if (d_access[LAST] && !d_marker) owe(1'b0, 1'b1);
                dropped_last = d_access[LAST];
            end
            if (overflows) begin
                ovflg = !ovflg;
                ovflg_pending = !ovflg_pending;
                cons_at_full[0] = cons_before;
                cons_at_full[1] = cons;
                full_impossible = impossible;
            end
            if (d_marker) begin
                marker_known = 1;
                marker_stream_id = d_stream_id;
                marker_prg_index = d_prg_index;
            end
        end
    endtask

    function automatic decision_is_of(input [REQUEST-1:0] request);
        decision_is_of = {decision_address, decision_stream_id} == request[REQUEST-1:36] &&
            {decision_prg_index, decision_has_pasid, decision_access, decision_secure} == request[15:0] &&
            (!decision_has_pasid || decision_pasid == request[35:16]);
    endfunction

    // The condition of the row that the cause names, unless it is open
    function automatic row_of_cause_holds(input unused);
        case (decision_cause)
            pri_queue_pkg::CAUSE_ACCEPTED: row_of_cause_holds = 1;
            pri_queue_pkg::CAUSE_QUEUE_OFF: row_of_cause_holds = !surely_on;
            pri_queue_pkg::CAUSE_QUEUE_ABORTED: row_of_cause_holds = error_possible || error_before;
            pri_queue_pkg::CAUSE_SECURE_STREAM: row_of_cause_holds = d_secure;
            pri_queue_pkg::CAUSE_OVERFLOW_ACTIVE:
            row_of_cause_holds = overflow_before || overflow_after || !cons_known;
            pri_queue_pkg::CAUSE_QUEUE_FULL:
            row_of_cause_holds = impossible || room_before == 0 || room_after == 0;
            default: row_of_cause_holds = 0;
        endcase
    endfunction

    // The window between an enable and its ACK, where one of them says on and the other off
    task automatic look_at_window;
        begin
            if ((&enable_before[SMMUEN:PRIQEN]) == (&ack_before[SMMUEN:PRIQEN]) || loose[SMMUEN:PRIQEN] != 0)
                new_value_used = 0;
            else if (served || decision_cause == pri_queue_pkg::CAUSE_QUEUE_OFF) begin
                if (served == (&enable_before[SMMUEN:PRIQEN])) new_value_used = 1;
                else old_value_again = new_value_used && enable == enable_before;
            end
        end
    endtask

    task automatic accept;
        begin
            slot_wrong = index_known &&
                (decision_slot != {12'd0, next_index(1'b0) & (size - 20'd1)} ||
                 decision_lap != {31'd0, |(next_index(1'b0) & size)});
            if (records == 0) lost = 0;
            pending_late = pending_late && records != 0;
            if (records == RECORDS) tracked = tracked && TABLES_SUFFICE != 0;
            else begin
                r_request[records] = d_request;
                r_answer[records] = NO_ANSWER;
                r_offered[records] = 0;
                r_sent[records] = 0;
                records = records + 1;
            end
        end
    endtask

