// SPDX-License-Identifier: Apache-2.0
//
// Of pri_queue_properties.sv: what the queue shows (records, PROD, interrupts, errors), held against what
// pri_queue_properties_track.svh remembers; and what is due and does not come. `track` is the whole of an edge.

    // ---- Writes to memory ----

    logic new_record;
    logic record_found;
    logic record_checked;
    logic fields_right;
    logic substream_right;
    logic substream_none;
    logic write_beside_error;
    logic memory_request_withdrawn;
    logic new_msi;
    logic msi_right;
    integer msi_pending;    // interrupts that may still send one
    logic msi_due;
    logic [63:0] offset;
    logic [REQUEST-1:0] w_request;
    logic [63:0] w_address;
    logic [31:0] w_stream_id;
    logic [19:0] w_pasid;
    logic [8:0] w_prg_index;
    logic w_has_pasid;
    logic [4:0] w_access;
    logic w_secure;

    task automatic look_at_memory_request;
        begin
            memory_request_withdrawn = s_memory_request_valid && !p_memory_request_ready &&
                (!memory_request_valid || memory_request != s_memory_request);
            new_record = memory_request_valid && (!s_memory_request_valid || p_memory_request_ready);
            new_msi = new_record && memory_request_size != 8'd16;
            new_record = new_record && !new_msi;
            record_found = 0;
            record_checked = 0;
            write_beside_error = 0;
            if (new_record) begin
                write_beside_error = error_seen;
                find_record;
                record_checked = record_found;
                if (record_found) look_at_record;
            end
        end
    endtask

    // The record of this slot, if it is accepted and was not written yet
    task automatic find_record;
        begin
            offset = memory_request_address - base;
            at = {12'd0, distance(offset[23:4], prod + pending[19:0]) & (size - 20'd1)};
            if (!index_known)
                for (i = RECORDS - 1; i >= 0; i = i - 1) if (i < records && !r_offered[i]) at = i;
            record_found = offset[3:0] == 0 && offset[63:4] < {40'd0, size} && at < records && memory_request_write;
            if (record_found) record_found = !r_offered[at];
            if (record_found) begin
                r_offered[at] = 1;
                r_id[at] = memory_request_id;
                w_request = r_request[at];
                {w_address, w_stream_id, w_pasid, w_prg_index, w_has_pasid, w_access, w_secure} = w_request;
            end
        end
    endtask

    task automatic look_at_record;
        begin
            fields_right = memory_request_data[31:0] == w_stream_id && memory_request_data[57:52] == 0 &&
                memory_request_data[60] == w_access[READ] && memory_request_data[61] == w_access[WRITE] &&
                memory_request_data[62] == w_access[LAST] && memory_request_data[72:64] == w_prg_index &&
                memory_request_data[75:73] == 0 && memory_request_data[127:76] == w_address[63:12];
            substream_none = memory_request_data[59:58] == 0 && !memory_request_data[63];
            substream_right = !w_has_pasid ? substream_none :
                memory_request_data[63] && memory_request_data[51:32] == w_pasid &&
                memory_request_data[59] == w_access[EXECUTE] && memory_request_data[58] == w_access[PRIVILEGED];
        end
    endtask

    task automatic look_at_msi;
        begin
            msi_right = 1;
            if (new_msi) begin
                msi_right = memory_request_size == 8'd4 && memory_request_write && msi_pending != 0 &&
                    (irq_cfg_moved || memory_request_address == {8'd0, irq_cfg0[55:2], 2'd0} &&
                     memory_request_data[31:0] == irq_cfg1);
                msi_offered = 1;
                msi_sent = 0;
                msi_id = memory_request_id;
                msi_due = 0;
                if (msi_pending != 0) msi_pending = msi_pending - 1;
            end
        end
    endtask

    // ---- What becomes of records: the commit, and PROD ----

    logic commit_wrong;
    logic prod_too_far;
    logic ovflg_by_itself;
    logic ovflg_toggled;
    logic full_when_shown;
    logic cons_as_written;
    logic ack_wrong;
    logic [19:0] moved;
    logic [19:0] prod_before;
    integer shown_last;       // records with L=1 that PROD has passed
    logic late_last;          // L of what pending_late stands for
    logic late_shown;         // PROD has passed it, and L=1
    logic nonempty_possible;  // the queue was empty for a CONS of this edge or the two before it
    logic nonempty_surely;    // and for each of them

    task automatic take_commit;
        begin
            commit_wrong = 0;
            if (commit_valid && records == 0) commit_wrong = 1;
            else if (commit_valid) begin
                {w_address, w_stream_id, w_pasid, w_prg_index, w_has_pasid, w_access, w_secure} = r_request[0];
                case (commit_cause)
                    pri_queue_pkg::CAUSE_ACCEPTED: commit_wrong = r_answer[0] != WRITTEN || lost;
                    pri_queue_pkg::CAUSE_WRITE_ABORT: commit_wrong = r_answer[0] != ABORTED && !lost;
                    default: commit_wrong = r_answer[0] != ABORTED_LATE;
                endcase
                commit_wrong = commit_wrong || commit_stream_id != w_stream_id || commit_prg_index != w_prg_index;
                if (commit_cause == pri_queue_pkg::CAUSE_ACCEPTED) begin
                    pending_last[pending] = w_access[LAST];
                    pending = pending + 1;
                end else lose;
                records = records - 1;
                for (i = 0; i < RECORDS - 1; i = i + 1) begin
                    r_request[i] = r_request[i+1];
                    r_id[i] = r_id[i+1];
                    r_answer[i] = r_answer[i+1];
                    r_offered[i] = r_offered[i+1];
                    r_sent[i] = r_sent[i+1];
                end
            end
        end
    endtask

    // SMMU-PRIOUTCOME-7 to SMMU-PRIOUTCOME-9. What SMMU-PRIOUTCOME-9 and a later slot of SMMU-PRIOUTCOME-8 are answered
    // is open; SMMU-PRIOUTCOME-8 itself is not answered.
    task automatic lose;
        begin
            d_stream_id = w_stream_id;
            d_prg_index = w_prg_index;
            d_has_pasid = w_has_pasid;
            d_pasid = w_pasid;
            d_access = w_access;
            d_bare = w_access[LAST] && !w_access[READ] && !w_access[WRITE] && w_has_pasid;
            d_marker = d_bare && (cfg_pasid_supported || !cfg_stop_marker_needs_ssv);
            if (!d_marker && r_answer[0] == ABORTED) owe(1'b1, w_access[LAST] || !cfg_auto_fail_last_only);
            else if (!d_marker && lost) owe(1'b1, 1'b0);
            if (!lost) begin
                pending_late = r_answer[0] == ABORTED_LATE;
                late_last = w_access[LAST];
            end
            lost = 1;
        end
    endtask

    task automatic take_status;
        begin
            prod_too_far = 0;
            ovflg_by_itself = 0;
            ovflg_toggled = 0;
            full_when_shown = 1;
            cons_as_written = 1;
            ack_wrong = 0;
            shown_last = 0;
            late_shown = 0;
            moved = 0;
            nonempty_possible = 0;
            nonempty_surely = 0;
            prod_before = prod;
            if (status_valid) begin
                take_prod;
                ovflg_toggled = status_prod[31] != ovflg_shown;
                ovflg_by_itself = ovflg_toggled && !ovflg_pending;
                if (ovflg_toggled) begin
                    ovflg_pending = 0;
                    full_when_shown = full_impossible || distance(prod, cons_at_full[0]) == size ||
                        distance(prod, cons_at_full[1]) == size;
                end
                ovflg_shown = status_prod[31];
                cons_as_written = !cons_known || {status_cons[31], status_cons[19:0]} == {ovackflg, cons} ||
                    {status_cons[31], status_cons[19:0]} == {ovackflg_before, cons_before};
                take_ack;
            end
        end
    endtask

    task automatic take_prod;
        begin
            moved = index_known ? distance(status_prod[19:0], prod) : 20'd0;
            prod_too_far = moved > pending[19:0] + {19'd0, pending_late};
            nonempty_possible = moved != 0 && (distance(cons, prod) < moved || distance(cons_before, prod) < moved ||
                distance(cons_earlier, prod) < moved);
            nonempty_surely = moved != 0 && cons_known && distance(cons, prod) == 0 &&
                distance(cons_before, prod) == 0 && distance(cons_earlier, prod) == 0;
            late_shown = moved > pending[19:0] && pending_late && late_last;
            if (moved > pending[19:0]) pending_late = 0;
            for (i = 0; i < RECORDS; i = i + 1)
                if (i < moved && pending != 0) begin
                    shown_last = shown_last + {31'd0, pending_last[0]};
                    pending_last = pending_last >> 1;
                    pending = pending - 1;
                end
            prod = status_prod[19:0];
            index_known = 1;
        end
    endtask

    task automatic take_ack;
        begin
            ack_wrong = |((status_enable_ack ^ ack) & ~loose & (status_enable_ack ^ enable) &
                (status_enable_ack ^ enable_before));
            if (|(ack & ~status_enable_ack & ~loose & 3'b011) && (records != 0 || pending != 0)) ack_wrong = 1;
            if (ack[IRQEN] && !status_enable_ack[IRQEN] && !loose[IRQEN] && msi_offered) ack_wrong = 1;
            ack = status_enable_ack;
            if (!ack[IRQEN]) begin
                msi_pending = 0;
                msi_due = 0;
                interrupt_due = 0;
            end
        end
    endtask

    // ---- Interrupts and errors ----

    integer causes;           // that may still interrupt
    integer since_cause;      // edges
    logic interrupt_due;
    logic interrupt_has_cause;
    logic interrupt_prod_shown;
    logic lo_ever;
    logic lo_always;
    logic irq_on;
    logic irq_off;
    logic error_without_abort;

    task automatic take_interrupt;
        begin
            irq_off = !enable[IRQEN] && !enable_before[IRQEN] && !loose[IRQEN];
            irq_on = enable[IRQEN] && enable_before[IRQEN] && ack_before[IRQEN] && ack[IRQEN] && !loose[IRQEN];
            lo_ever = |lo_past || lo;
            lo_always = (&lo_past) && lo;
            since_cause = since_cause + 1;
            if (ack[IRQEN] || ack_before[IRQEN]) count_causes;
            if (since_cause > DEADLINE && !interrupt_due) causes = 0;
            interrupt_has_cause = causes != 0 || loose[IRQEN];
            interrupt_prod_shown = distance(interrupt_prod[19:0], prod) == 0 ||
                distance(interrupt_prod[19:0], prod_before) == 0;
            if (interrupt_valid) begin
                if (causes != 0) causes = causes - 1;
                interrupt_due = 0;
                if (msi_pending == 0 && !p_control_valid) irq_cfg_moved = 0;
                if (msi_addressed(1'b0) || msi_addressed_before) msi_pending = msi_pending + 1;
                msi_due = msi_addressed(1'b0) && msi_addressed_before && !loose[IRQEN];
            end
        end
    endtask

    task automatic count_causes;
        begin
            if (!lo_always && nonempty_possible) add_causes(1);
            if (lo_ever && shown_last != 0) add_causes(shown_last);
            if (lo_ever && late_shown) add_causes(1);
            if (lo_ever && dropped_last) add_causes(1);
            if (irq_on && (!lo_ever && nonempty_surely || lo_always && (shown_last != 0 || dropped_last)))
                interrupt_due = 1;
        end
    endtask

    task automatic add_causes(input integer n);
        begin
            causes = causes + n;
            since_cause = 0;
        end
    endtask

    task automatic take_abort;
        begin
            writes_under_way = 0;
            for (i = 0; i < RECORDS; i = i + 1)
                if (i < records && r_offered[i] && r_answer[i] == NO_ANSWER) writes_under_way = 1;
            error_without_abort = abort_valid &&
                (abort_record && record_aborts == 0 || abort_msi && msi_aborts == 0 || !abort_record && !abort_msi);
            if (abort_valid && abort_record) begin
                write_beside_error = write_beside_error || writes_under_way;
                if (record_aborts != 0) record_aborts = record_aborts - 1;
                abort_due = 0;
                error = 1;
                error_seen = 1;
            end
            if (abort_valid && abort_msi && msi_aborts != 0) msi_aborts = msi_aborts - 1;
        end
    endtask

    // ---- What is due and does not come ----

    integer waits[0:6];  // edges, for: the write of a record, PROD, OVFLG, the error, the interrupt, its MSI, the ACK
    logic forgotten;
    logic unwritten;
    logic answers_hinder;  // what is lost is due an answer, and the one before it is not taken

    task automatic wait_for(input integer which, input due);
        begin
            waits[which] = due ? waits[which] + 1 : 0;
            if (waits[which] > DEADLINE) begin
                forgotten = 1;
                waits[which] = 0;
            end
        end
    endtask

    task automatic look_for_forgotten;
        begin
            forgotten = 0;
            unwritten = 0;
            for (i = 0; i < RECORDS; i = i + 1) if (i < records && !r_offered[i]) unwritten = 1;
            answers_hinder = response_valid && records != 0 &&
                (lost || r_answer[0] == ABORTED || r_answer[0] == ABORTED_LATE);
            wait_for(0, unwritten && !memory_request_valid && !answers_hinder);
            wait_for(1, moved == 0 && !commit_valid && !answers_hinder &&
                     (pending != 0 || records != 0 && r_answer[0] != NO_ANSWER && !writes_under_way));
            wait_for(2, ovflg_pending && records == 0);
            wait_for(3, abort_due && !writes_under_way && !answers_hinder);
            wait_for(4, interrupt_due && !msi_offered && !ovflg_pending);
            wait_for(5, msi_due && !msi_offered && !memory_request_valid);
            wait_for(6, enable != ack && loose == 0 && records == 0 && pending == 0 && !msi_offered &&
                     msi_pending == 0);
        end
    endtask

    // ---- An edge ----

    task automatic reset_state;
        begin
            tracked = 1;
            qs = 0;
            size = 1;
            index_mask = 1;
            base = 0;
            {cons, cons_before, cons_earlier, prod, ovackflg, ovackflg_before, ovflg, ovflg_shown} = 0;
            {cons_known, index_known, ovflg_pending, full_impossible} = 0;
            {enable, enable_before, ack, ack_before, loose} = 0;
            {irq_cfg0, irq_cfg1, irq_cfg_moved, lo, lo_past} = 0;
            {error, error_possible, error_awaited, error_seen, abort_due} = 0;
            {pending_last, pending_late, lost, msi_offered, msi_sent, msi_due} = 0;
            {new_value_used, interrupt_due, lookup_under_way, marker_known} = 0;
            records = 0;
            pending = 0;
            record_aborts = 0;
            msi_aborts = 0;
            msi_pending = 0;
            causes = 0;
            since_cause = 0;
            undecided = 0;
            owed = 0;
            for (i = 0; i < 7; i = i + 1) waits[i] = 0;
        end
    endtask

    // At a reset everything begins anew. One that begins between two edges may show at once: nothing is asserted then.
    task automatic track;
        begin
            after_reset = !p_rst_n && edges > 1;
            checked = 0;
            if (!p_rst_n || !rst_n) reset_state;
            else if (tracked) begin
                take_control;
                take_memory_response;
                take_lookup;
                take_decision;
                look_at_memory_request;
                look_at_lookup;
                take_commit;
                take_status;
                take_interrupt;
                look_at_msi;
                take_abort;
                take_response;
                look_for_forgotten;
                checked = tracked;
            end
        end
    endtask
