// SPDX-License-Identifier: Apache-2.0
//
// The hardware PRI queue of an SMMUv3 (SMMU-PRIQ) as a register-to-register machine: docs/timing/pri_queue.md says what
// each stage does at which edge, and its stages stand here by the same names. Synthesisable. It is a second reading of
// that page, made without the C model: docs/timing/pri_queue_rtl_notes.md says where the page left a choice. The guards
// of SMMU-QUEUE are not here: the SMMU applies them before CONTROL.
//
// clk: rising edge. rst_n: asserted at any time, released synchronously to clk by whoever drives it.
module pri_queue (
    input logic clk,
    input logic rst_n,

    // Fixed while rst_n is 1
    input logic [4:0] cfg_size_log2_max,
    input logic       cfg_pps,
    input logic       cfg_pasid_supported,
    input logic       cfg_msi_supported,
    input logic       cfg_auto_fail_last_only,
    input logic       cfg_stop_marker_needs_ssv,
    input logic [6:0] cfg_accept_interval,
    input logic [6:0] cfg_write_latency,
    input logic [4:0] cfg_records_in_flight,

    input  logic        request_valid,
    output logic        request_ready,
    input  logic [63:0] request_address,
    input  logic [31:0] request_stream_id,
    input  logic [19:0] request_pasid,
    input  logic [ 8:0] request_prg_index,
    input  logic        request_has_pasid,
    input  logic [ 4:0] request_access,
    input  logic        request_secure,

    input logic        memory_response_valid,
    input logic [31:0] memory_response_id,
    input logic [ 1:0] memory_response_status,

    input logic lookup_answer_valid,
    input logic lookup_answer_reachable,
    input logic lookup_answer_ppar,

    input logic        control_valid,
    input logic [ 2:0] control_what,
    input logic [63:0] control_value,

    output logic        response_valid,
    input  logic        response_ready,
    output logic [31:0] response_stream_id,
    output logic [19:0] response_pasid,
    output logic [ 8:0] response_prg_index,
    output logic        response_has_pasid,
    output logic [ 3:0] response_code,
    output logic [ 7:0] response_cause,

    output logic         memory_request_valid,
    input  logic         memory_request_ready,
    output logic [ 63:0] memory_request_address,
    output logic [ 31:0] memory_request_id,
    output logic [  7:0] memory_request_size,
    output logic         memory_request_write,
    output logic [127:0] memory_request_data,

    output logic        lookup_valid,
    input  logic        lookup_ready,
    output logic [31:0] lookup_stream_id,

    output logic        status_valid,
    output logic [31:0] status_prod,
    output logic [31:0] status_cons,
    output logic [ 2:0] status_enable_ack,
    output logic [ 3:0] status_changed,

    output logic        interrupt_valid,
    output logic [31:0] interrupt_prod,

    output logic       abort_valid,
    output logic       abort_record,
    output logic       abort_msi,
    output logic [7:0] abort_cause,

    output logic        decision_valid,
    output logic [63:0] decision_address,
    output logic [31:0] decision_stream_id,
    output logic [19:0] decision_pasid,
    output logic [ 8:0] decision_prg_index,
    output logic        decision_has_pasid,
    output logic [ 4:0] decision_access,
    output logic        decision_secure,
    output logic [31:0] decision_slot,
    output logic [31:0] decision_lap,
    output logic [ 7:0] decision_cause,
    output logic        decision_overflow_starts,

    output logic        commit_valid,
    output logic [63:0] commit_address,
    output logic [31:0] commit_stream_id,
    output logic [19:0] commit_pasid,
    output logic [ 8:0] commit_prg_index,
    output logic        commit_has_pasid,
    output logic [ 4:0] commit_access,
    output logic        commit_secure,
    output logic [31:0] commit_slot,
    output logic [31:0] commit_lap,
    output logic [ 7:0] commit_cause,

    output logic idle
);

    typedef struct packed {
        logic [63:0] address;
        logic [31:0] stream_id;
        logic [19:0] pasid;
        logic [8:0] prg_index;
        logic has_pasid;
        logic [4:0] access;
        logic secure;
    } page_request_t;

    // An answer that waits. `wants`: code, cause and PASID depend on PPAR; `has_pasid` is then what PPAR=1 would give.
    typedef struct packed {
        logic [31:0] stream_id;
        logic [19:0] pasid;
        logic [8:0] prg_index;
        logic has_pasid;
        logic [3:0] code;
        logic [7:0] cause;
        logic wants;
    } answer_t;

    // SMMU-PRIMSG: a Stop Marker needs a PASID; SMMU-PRIENTRY: and SSV=1 in its record, so there is none without
    // substreams
    logic marker_can_be;
    assign marker_can_be = cfg_pasid_supported || !cfg_stop_marker_needs_ssv;

    function automatic logic is_stop_marker(input logic can_be, input logic has_pasid,
                                            input logic [2:0] last_write_read);
        is_stop_marker = can_be && has_pasid && last_write_read == 3'b100;
    endfunction

    // ---- Registers ----

    // As software wrote them
    logic [55:0] base;
    logic [4:0] size_log2;
    logic [55:0] msi_address;
    logic [31:0] msi_data;
    logic lo;
    logic [2:0] enable;
    logic [19:0] cons_rd;
    logic cons_ovackflg;

    // As software reads them
    logic [19:0] prod;
    logic ovflg;
    logic [2:0] enable_ack;

    logic [19:0] reserve;

    // Ring of records in slot order: places head .. head+count-1, of which the first `offered` are put
    logic [131:0] ring_request[0:15];
    logic [19:0] ring_index[0:15];
    logic [15:0] due;
    logic [15:0] answered;
    logic [15:0] answered_ok;
    logic [15:0] answered_late;
    logic [3:0] head;
    logic [4:0] count;
    logic [4:0] offered;

    logic [4:0] unanswered;  // writes of records that are put and not answered
    logic failing;
    logic abort_due;         // PRIQ_ABT_ERR is to be told, of a late abort or not
    logic abort_late;
    logic abort_raised;
    logic abort_active;

    logic retired;
    logic retired_written;
    logic retired_last;
    logic [19:0] retired_index;

    logic interrupt;
    logic msi_due;
    logic msi_in_flight;

    // Answers that wait. The head has `asked` for PPAR; then it is `resolved`.
    logic [74:0] answers[0:7];
    logic [2:0] answers_head;
    logic [3:0] answers_count;
    logic asked;
    logic resolved;
    logic resolved_pasid;
    logic [3:0] resolved_code;
    logic [7:0] resolved_cause;

    logic [6:0] accept_wait;  // accept_at - 1 - n, not below 0
    logic accept_ready;       // REQUEST can be taken, unless the records on their way are awaited
    logic started;            // edge 0 is over

    // SMMU-QUEUE: bits QS-1:0 are the slot, bit QS is the wrap bit, higher bits are ignored
    logic [19:0] wrap_mask;
    logic [19:0] slot_mask;
    assign wrap_mask = 20'hfffff >> (5'd19 - size_log2);
    assign slot_mask = wrap_mask >> 1;

    // ---- Acknowledge ----

    // SMMU-PRIQEN, SMMU-IRQCTRL: a 0 is acknowledged when nothing of what was begun is left
    logic records_pending;
    logic interrupts_pending;
    logic [2:0] enable_ack_next;
    assign records_pending = count != 5'd0 || retired;
    assign interrupts_pending = interrupt || msi_due || msi_in_flight;
    assign enable_ack_next = enable | (enable_ack & {interrupts_pending, {2{records_pending}}});

    // ---- Signal ----

    logic memory_request_free;
    logic msi_wanted;
    logic msi_put;
    assign memory_request_free = !memory_request_valid || memory_request_ready;
    // SMMU-IRQCFG: ADDR=0 means no MSI
    assign msi_wanted = msi_due || (interrupt && cfg_msi_supported && msi_address != 56'd0);
    assign msi_put = msi_wanted && !msi_in_flight && memory_request_free;

    // ---- Offer ----

    logic [3:0] offer_place;
    logic offer_put;
    page_request_t offer_request;
    logic [55:0] offer_address;
    assign offer_place = head + offered[3:0];
    assign offer_put = offered < count && !failing && due[offer_place] && memory_request_free && !msi_put;
    assign offer_request = ring_request[offer_place];
    logic [127:0] offer_record;
    logic offer_ssv;
    // SMMU-PRIENTRY, byte 0 in bits 7:0. SSV=0 implies X=0 and Priv=0; SubstreamID is then 0 too. Without substreams
    // SSV is 0 in every record.
    assign offer_ssv = offer_request.has_pasid && cfg_pasid_supported;
    assign offer_record = {
        offer_request.address[63:12],
        3'b000,
        offer_request.prg_index,
        offer_ssv,
        offer_request.access[pri_queue_pkg::ACCESS_LAST],
        offer_request.access[pri_queue_pkg::ACCESS_WRITE],
        offer_request.access[pri_queue_pkg::ACCESS_READ],
        offer_request.access[pri_queue_pkg::ACCESS_EXECUTE] && offer_ssv,
        offer_request.access[pri_queue_pkg::ACCESS_PRIVILEGED] && offer_ssv,
        6'b000000,
        offer_request.pasid & {20{offer_ssv}},
        offer_request.stream_id
    };
    assign offer_address = base + {32'd0, ring_index[offer_place] & slot_mask, 4'b0000};

    // ---- Memory response: settles its record for the commit stage at the same edge ----

    logic [3:0] response_place;
    logic [3:0] response_distance;
    logic record_answer;
    logic msi_answer;
    logic msi_aborts;
    assign response_place = memory_response_id[3:0];
    assign response_distance = response_place - head;
    assign record_answer = memory_response_valid && memory_response_id[31:4] == 28'd0 &&
                           {1'b0, response_distance} < offered && !answered[response_place];
    assign msi_answer = memory_response_valid && memory_response_id == pri_queue_pkg::MSI_ID && msi_in_flight;
    // SMMU-PRIIRQ: nothing else changes
    assign msi_aborts = msi_answer && memory_response_status != pri_queue_pkg::MEMORY_OK;

    // ---- Accept ----

    page_request_t request;
    assign request = {
        request_address,
        request_stream_id,
        request_pasid,
        request_prg_index,
        request_has_pasid,
        request_access,
        request_secure
    };

    logic accept;
    logic accepted;
    logic overflow_starts;
    logic dropped_in_overflow;
    logic [7:0] accept_cause;
    logic [19:0] accept_index;
    logic [3:0] accept_place;
    logic [19:0] taken;
    logic [19:0] visible;
    logic full;
    assign accept = request_valid && request_ready;
    assign accept_index = reserve & wrap_mask;
    assign accept_place = head + count[3:0];

    // SMMU-QUEUE: an impossible distance is full. Records in flight have their slots already.
    assign taken = (reserve - cons_rd) & wrap_mask;
    assign visible = (prod - cons_rd) & wrap_mask;
    assign full = taken > slot_mask || visible > slot_mask;

    logic queue_on;
    assign queue_on = enable[pri_queue_pkg::ENABLE_PRIQEN] && enable[pri_queue_pkg::ENABLE_SMMUEN];

    always_comb begin
        if (!queue_on)
            accept_cause = pri_queue_pkg::CAUSE_QUEUE_OFF;  // SMMU-PRIOUTCOME-1
        else if (abort_raised || abort_active)
            accept_cause = pri_queue_pkg::CAUSE_QUEUE_ABORTED;  // SMMU-PRIOUTCOME-2
        else if (request_secure)
            accept_cause = pri_queue_pkg::CAUSE_SECURE_STREAM;  // SMMU-PRIOUTCOME-3
        else if (ovflg != cons_ovackflg)
            accept_cause = pri_queue_pkg::CAUSE_OVERFLOW_ACTIVE;  // SMMU-PRIOUTCOME-4
        else if (full)
            accept_cause = pri_queue_pkg::CAUSE_QUEUE_FULL;  // SMMU-PRIOUTCOME-5
        else
            accept_cause = pri_queue_pkg::CAUSE_ACCEPTED;  // SMMU-PRIOUTCOME-6
    end

    // SMMU-QUEUE, overflow flag protocol: an overflow never shows with a queue that PROD and CONS show not full. A
    // slot on its way may still be lost: what would find the queue full by it waits.
    logic awaits_fate;
    assign awaits_fate = (count != 5'd0 || retired) && queue_on && !abort_raised && !abort_active &&
                         ovflg == cons_ovackflg && full;
    assign request_ready = accept_ready && !awaits_fate;

    assign accepted = accept && accept_cause == pri_queue_pkg::CAUSE_ACCEPTED;
    assign overflow_starts = accept && accept_cause == pri_queue_pkg::CAUSE_QUEUE_FULL;
    assign dropped_in_overflow = overflow_starts || (accept && accept_cause == pri_queue_pkg::CAUSE_OVERFLOW_ACTIVE);

    // SMMU-PRIOUTCOME-1 to SMMU-PRIOUTCOME-5: who is answered. SMMU-PRIAUTO: with which PASID.
    logic request_last;
    logic accept_answers;
    logic accept_pasid;
    logic [7:0] accept_answer_cause;
    answer_t accept_answer;
    assign request_last = request.access[pri_queue_pkg::ACCESS_LAST];
    assign accept_pasid = dropped_in_overflow && request.has_pasid && cfg_pasid_supported;
    assign accept_answers = accept && !accepted &&
                            !is_stop_marker(marker_can_be, request.has_pasid, request.access[2:0]) &&
                            (request_last || (!dropped_in_overflow && !cfg_auto_fail_last_only));

    always_comb begin
        if (!dropped_in_overflow)
            accept_answer_cause = accept_cause;
        else if (accept_pasid)
            accept_answer_cause = pri_queue_pkg::CAUSE_AUTO_PPS;
        else
            accept_answer_cause = pri_queue_pkg::CAUSE_AUTO_NO_PASID;
    end

    assign accept_answer = {
        request_stream_id,
        request_pasid,
        request_prg_index,
        accept_pasid,
        dropped_in_overflow ? pri_queue_pkg::PRG_SUCCESS : pri_queue_pkg::PRG_FAILURE,
        accept_answer_cause,
        accept_pasid && !cfg_pps
    };

    // SMMU-PRIIRQ: a message with L=1 interrupts also when overflow drops it, a Stop Marker too
    logic drop_interrupts;
    assign drop_interrupts = dropped_in_overflow && request_last && lo && enable[pri_queue_pkg::ENABLE_IRQEN];

    // ---- Publish ----

    logic prod_moves;
    logic record_interrupts;
    assign prod_moves = retired && retired_written;
    // SMMU-PRIIRQ, both rows
    assign record_interrupts = prod_moves && enable[pri_queue_pkg::ENABLE_IRQEN] &&
                               (lo ? retired_last : visible == 20'd0);

    // ---- Commit ----

    page_request_t head_request;
    logic head_response;
    logic head_offered;
    logic head_ok;
    logic head_late;
    logic head_written;
    logic settled;
    logic room_for_failure;
    logic commit;
    logic commit_fails;
    logic commit_answers;
    logic [7:0] head_cause;
    answer_t commit_answer;
    assign head_request = ring_request[head];
    assign head_offered = offered != 5'd0;
    assign head_response = record_answer && response_place == head;
    assign head_ok = head_response ? memory_response_status == pri_queue_pkg::MEMORY_OK : answered_ok[head];
    assign head_late = head_offered && (head_response ? memory_response_status == pri_queue_pkg::MEMORY_ABORT_LATE
                                                      : answered_late[head]);
    assign settled = count != 5'd0 && (head_offered ? head_response || answered[head] : failing);
    assign head_written = head_offered && head_ok && !failing;
    assign room_for_failure = answers_count <= 4'd6;
    assign commit = settled && (head_written || room_for_failure);
    assign commit_fails = commit && !head_written;

    always_comb begin
        if (head_written)
            head_cause = pri_queue_pkg::CAUSE_ACCEPTED;
        else if (head_late)
            head_cause = pri_queue_pkg::CAUSE_WRITE_ABORT_LATE;  // SMMU-PRIOUTCOME-8
        else
            head_cause = pri_queue_pkg::CAUSE_WRITE_ABORT;  // SMMU-PRIOUTCOME-7
    end

    // SMMU-PRIOUTCOME-7: Failure, no PASID, no answer to a Stop Marker; SMMU-PRIOUTCOME-8: nobody is answered
    assign commit_answers = commit_fails && !head_late &&
                            !is_stop_marker(marker_can_be, head_request.has_pasid, head_request.access[2:0]) &&
                            (head_request.access[pri_queue_pkg::ACCESS_LAST] || !cfg_auto_fail_last_only);
    assign commit_answer = {
        head_request.stream_id,
        head_request.pasid,
        head_request.prg_index,
        1'b0,
        pri_queue_pkg::PRG_FAILURE,
        pri_queue_pkg::CAUSE_WRITE_ABORT,
        1'b0
    };

    // The first of a series raises PRIQ_ABT_ERR. SMMU-PRIOUTCOME, "Abort and the writes beside it": it is told when no
    // other write of a record is under way.
    logic record_aborts;
    logic abort_wanted;
    logic abort_put;
    logic abort_put_late;
    logic [4:0] unanswered_next;
    assign record_aborts = commit_fails && !failing;
    assign unanswered_next = unanswered + {4'd0, offer_put} - {4'd0, record_answer};
    assign abort_wanted = abort_due || record_aborts;
    assign abort_put = abort_wanted && unanswered_next == 5'd0;
    assign abort_put_late = record_aborts ? head_late : abort_late;

    // ---- Answer ----

    answer_t first;
    logic first_ready;
    logic first_pasid;
    logic answer_put;
    logic lookup_put;
    logic lookup_answered;
    assign first = answers[answers_head];
    assign first_ready = answers_count != 4'd0 && (!first.wants || resolved);
    assign first_pasid = first.wants ? resolved_pasid : first.has_pasid;
    assign answer_put = first_ready && (!response_valid || response_ready);
    assign lookup_put = answers_count != 4'd0 && first.wants && !asked && (!lookup_valid || lookup_ready);
    assign lookup_answered = lookup_answer_valid && asked && !resolved;

    // ---- Control ----

    logic write_base;
    logic write_prod;
    logic write_cons;
    logic write_abort_active;
    logic [4:0] new_size_log2;
    logic [55:0] new_base;
    assign write_base = control_valid && control_what == pri_queue_pkg::CONTROL_BASE;
    assign write_prod = control_valid && control_what == pri_queue_pkg::CONTROL_PROD;
    assign write_cons = control_valid && control_what == pri_queue_pkg::CONTROL_CONS;
    assign write_abort_active = control_valid && control_what == pri_queue_pkg::CONTROL_ABORT_ACTIVE;
    // SMMU-QUEUE: LOG2SIZE is capped; ADDR is aligned to the larger of the queue's bytes and 32
    assign new_size_log2 = control_value[4:0] > cfg_size_log2_max ? cfg_size_log2_max : control_value[4:0];
    assign new_base = {control_value[55:5], 5'd0} & ({52'hfffffffffffff, 4'd0} << new_size_log2);

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            base <= 56'd0;
            size_log2 <= 5'd0;
            msi_address <= 56'd0;
            msi_data <= 32'd0;
            lo <= 1'b0;
            enable <= 3'd0;
            cons_rd <= 20'd0;
            cons_ovackflg <= 1'b0;
        end else if (control_valid) begin
            if (write_base) begin
                base <= new_base;
                size_log2 <= new_size_log2;
            end
            if (write_cons) begin
                cons_rd <= control_value[19:0];
                cons_ovackflg <= control_value[31];
            end
            if (control_what == pri_queue_pkg::CONTROL_IRQ_CFG0) msi_address <= {control_value[55:2], 2'b00};
            if (control_what == pri_queue_pkg::CONTROL_IRQ_CFG1) msi_data <= control_value[31:0];
            if (control_what == pri_queue_pkg::CONTROL_IRQ_CFG2) lo <= control_value[31];
            if (control_what == pri_queue_pkg::CONTROL_ENABLE) enable <= control_value[2:0];
        end
    end

    // ---- What the edge leaves in the registers of the stages ----

    logic [19:0] prod_next;
    logic ovflg_next;
    logic [4:0] count_next;
    logic [3:0] answers_count_next;
    logic failing_next;
    logic abort_raised_next;
    logic abort_active_next;
    logic [6:0] accept_wait_next;
    assign count_next = count + {4'd0, accepted} - {4'd0, commit};
    assign answers_count_next = answers_count + {3'd0, accept_answers} + {3'd0, commit_answers} - {3'd0, answer_put};
    assign failing_next = (failing || record_aborts) && count_next != 5'd0;

    // From the first loss on, and from ABORT on. ABORT_ACTIVE=1: GERROR shows the error, `abort_active` carries on. A 0
    // that crosses ABORT finds `abort_raised`.
    logic abort_raises;
    assign abort_raises = record_aborts || abort_put;
    assign abort_active_next = write_abort_active ? control_value[0] : abort_active;
    assign abort_raised_next = (abort_raises ? !abort_active : abort_raised) &&
                               !(write_abort_active && control_value[0]);

    // A PROD write of software comes last
    assign prod_next = write_prod ? control_value[19:0] : prod_moves ? (retired_index + 20'd1) & wrap_mask : prod;
    assign ovflg_next = write_prod ? control_value[31] : ovflg ^ overflow_starts;

    always_comb begin
        if (accept)
            accept_wait_next = cfg_accept_interval - 7'd1;
        else if (accept_wait != 7'd0)
            accept_wait_next = accept_wait - 7'd1;
        else
            accept_wait_next = 7'd0;
    end

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            started <= 1'b0;
            accept_wait <= 7'd0;
            accept_ready <= 1'b0;
            reserve <= 20'd0;
        end else begin
            started <= 1'b1;
            accept_wait <= accept_wait_next;
            // A record that is lost while software has acknowledged the abort already must leave first
            accept_ready <= accept_wait_next == 7'd0 && count_next < cfg_records_in_flight &&
                            answers_count_next < 4'd8 &&
                            !(failing_next && !abort_raised_next && !abort_active_next);
            if (write_prod)
                reserve <= control_value[19:0];
            else if (record_aborts)
                reserve <= ring_index[head];
            else if (accepted)
                reserve <= (accept_index + 20'd1) & wrap_mask;
        end
    end

    // Ring of records
    always_ff @(posedge clk) begin
        if (accepted) begin
            ring_request[accept_place] <= request;
            ring_index[accept_place] <= accept_index;
        end
    end

    genvar place;
    generate
        for (place = 0; place < 16; place = place + 1) begin : gen_place
            localparam logic [3:0] PLACE = place;
            logic [6:0] due_wait;  // due - 1 - n, not below 0
            assign due[place] = due_wait == 7'd0;
            always_ff @(posedge clk or negedge rst_n) begin
                if (!rst_n) begin
                    due_wait <= 7'd0;
                    answered[place] <= 1'b0;
                    answered_ok[place] <= 1'b0;
                    answered_late[place] <= 1'b0;
                end else if (accepted && accept_place == PLACE) begin
                    due_wait <= cfg_write_latency - 7'd1;
                    answered[place] <= 1'b0;
                end else begin
                    if (due_wait != 7'd0) due_wait <= due_wait - 7'd1;
                    if (record_answer && response_place == PLACE) begin
                        answered[place] <= 1'b1;
                        answered_ok[place] <= memory_response_status == pri_queue_pkg::MEMORY_OK;
                        answered_late[place] <= memory_response_status == pri_queue_pkg::MEMORY_ABORT_LATE;
                    end
                end
            end
        end
    endgenerate

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            head <= 4'd0;
            count <= 5'd0;
            offered <= 5'd0;
            unanswered <= 5'd0;
            failing <= 1'b0;
            abort_due <= 1'b0;
            abort_late <= 1'b0;
            abort_raised <= 1'b0;
            abort_active <= 1'b0;
            retired <= 1'b0;
            retired_written <= 1'b0;
            retired_last <= 1'b0;
            retired_index <= 20'd0;
        end else begin
            head <= head + {3'd0, commit};
            count <= count_next;
            offered <= offered + {4'd0, offer_put} - {4'd0, commit && head_offered};
            unanswered <= unanswered_next;
            failing <= failing_next;
            abort_due <= abort_wanted && !abort_put;
            abort_late <= abort_put_late;
            abort_raised <= abort_raised_next;
            abort_active <= abort_active_next;
            retired <= commit;
            if (commit) begin
                retired_written <= head_written;
                retired_last <= head_request.access[pri_queue_pkg::ACCESS_LAST];
                retired_index <= ring_index[head];
            end
        end
    end

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            prod <= 20'd0;
            ovflg <= 1'b0;
            enable_ack <= 3'd0;
            interrupt <= 1'b0;
            msi_due <= 1'b0;
            msi_in_flight <= 1'b0;
        end else begin
            prod <= prod_next;
            ovflg <= ovflg_next;
            enable_ack <= enable_ack_next;
            interrupt <= record_interrupts || drop_interrupts;
            msi_due <= msi_wanted && !msi_put;
            msi_in_flight <= msi_put || (msi_in_flight && !msi_answer);
        end
    end

    // Answers that wait: at one edge the request's answer stands before the lost record's
    logic [2:0] answers_tail;
    logic [2:0] answers_tail_commit;
    assign answers_tail = answers_head + answers_count[2:0];
    assign answers_tail_commit = answers_tail + {2'd0, accept_answers};

    always_ff @(posedge clk) begin
        if (accept_answers) answers[answers_tail] <= accept_answer;
        if (commit_answers) answers[answers_tail_commit] <= commit_answer;
    end

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            answers_head <= 3'd0;
            answers_count <= 4'd0;
            asked <= 1'b0;
            resolved <= 1'b0;
            resolved_pasid <= 1'b0;
            resolved_code <= 4'd0;
            resolved_cause <= 8'd0;
        end else begin
            answers_head <= answers_head + {2'd0, answer_put};
            answers_count <= answers_count_next;
            if (answer_put) begin
                asked <= 1'b0;
                resolved <= 1'b0;
            end else if (lookup_put) begin
                asked <= 1'b1;
            end else if (lookup_answered) begin
                resolved <= 1'b1;
                // SMMU-PRIAUTO-3 to SMMU-PRIAUTO-5
                resolved_pasid <= lookup_answer_reachable && lookup_answer_ppar;
                if (!lookup_answer_reachable) begin
                    resolved_code <= pri_queue_pkg::PRG_FAILURE;
                    resolved_cause <= pri_queue_pkg::CAUSE_AUTO_NO_STE;
                end else begin
                    resolved_code <= pri_queue_pkg::PRG_SUCCESS;
                    resolved_cause <= lookup_answer_ppar ? pri_queue_pkg::CAUSE_AUTO_PPAR
                                                         : pri_queue_pkg::CAUSE_AUTO_NO_PPAR;
                end
            end
        end
    end

    // ---- Outputs ----

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            response_valid <= 1'b0;
            response_stream_id <= 32'd0;
            response_pasid <= 20'd0;
            response_prg_index <= 9'd0;
            response_has_pasid <= 1'b0;
            response_code <= 4'd0;
            response_cause <= 8'd0;
            lookup_valid <= 1'b0;
            lookup_stream_id <= 32'd0;
        end else begin
            if (answer_put) begin
                response_valid <= 1'b1;
                response_stream_id <= first.stream_id;
                response_pasid <= first.pasid & {20{first_pasid}};
                response_prg_index <= first.prg_index;
                response_has_pasid <= first_pasid;
                response_code <= first.wants ? resolved_code : first.code;
                response_cause <= first.wants ? resolved_cause : first.cause;
            end else if (response_ready) begin
                response_valid <= 1'b0;
            end
            if (lookup_put) begin
                lookup_valid <= 1'b1;
                lookup_stream_id <= first.stream_id;
            end else if (lookup_ready) begin
                lookup_valid <= 1'b0;
            end
        end
    end

    // An MSI goes before a record
    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            memory_request_valid <= 1'b0;
            memory_request_address <= 64'd0;
            memory_request_id <= 32'd0;
            memory_request_size <= 8'd0;
            memory_request_write <= 1'b0;
            memory_request_data <= 128'd0;
        end else if (msi_put) begin
            memory_request_valid <= 1'b1;
            memory_request_address <= {8'd0, msi_address};
            memory_request_id <= pri_queue_pkg::MSI_ID;
            memory_request_size <= 8'd4;
            memory_request_write <= 1'b1;
            memory_request_data <= {96'd0, msi_data};
        end else if (offer_put) begin
            memory_request_valid <= 1'b1;
            memory_request_address <= {8'd0, offer_address};
            memory_request_id <= {28'd0, offer_place};
            memory_request_size <= 8'd16;
            memory_request_write <= 1'b1;
            memory_request_data <= offer_record;
        end else if (memory_request_ready) begin
            memory_request_valid <= 1'b0;
        end
    end

    // STATUS shows the registers as the edge leaves them
    logic [3:0] status_changed_next;
    assign status_changed_next = {
        enable_ack_next != enable_ack,
        write_prod || write_cons,
        overflow_starts,
        prod_moves
    };

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            status_valid <= 1'b0;
            status_prod <= 32'd0;
            status_cons <= 32'd0;
            status_enable_ack <= 3'd0;
            status_changed <= 4'd0;
            interrupt_valid <= 1'b0;
            interrupt_prod <= 32'd0;
            abort_valid <= 1'b0;
            abort_record <= 1'b0;
            abort_msi <= 1'b0;
            abort_cause <= 8'd0;
        end else begin
            status_valid <= status_changed_next != 4'd0;
            status_prod <= {ovflg_next, 11'd0, prod_next};
            status_cons <= write_cons ? {control_value[31], 11'd0, control_value[19:0]}
                                      : {cons_ovackflg, 11'd0, cons_rd};
            status_enable_ack <= enable_ack_next;
            status_changed <= status_changed_next;
            interrupt_valid <= interrupt;
            interrupt_prod <= {12'd0, prod};
            // SMMU-GERROR bits 3 and 6
            abort_valid <= abort_put || msi_aborts;
            abort_record <= abort_put;
            abort_msi <= msi_aborts;
            if (abort_put ? abort_put_late : memory_response_status == pri_queue_pkg::MEMORY_ABORT_LATE)
                abort_cause <= pri_queue_pkg::CAUSE_WRITE_ABORT_LATE;
            else
                abort_cause <= pri_queue_pkg::CAUSE_WRITE_ABORT;
        end
    end

    page_request_t decision_request;
    page_request_t commit_request;
    assign {
        decision_address,
        decision_stream_id,
        decision_pasid,
        decision_prg_index,
        decision_has_pasid,
        decision_access,
        decision_secure
    } = decision_request;
    assign {
        commit_address,
        commit_stream_id,
        commit_pasid,
        commit_prg_index,
        commit_has_pasid,
        commit_access,
        commit_secure
    } = commit_request;

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            decision_valid <= 1'b0;
            decision_request <= 132'd0;
            decision_slot <= 32'd0;
            decision_lap <= 32'd0;
            decision_cause <= 8'd0;
            decision_overflow_starts <= 1'b0;
        end else begin
            decision_valid <= accept;
            if (accept) begin
                decision_request <= request;
                decision_slot <= accepted ? {12'd0, accept_index & slot_mask} : 32'd0;
                decision_lap <= {31'd0, accepted && accept_index > slot_mask};
                decision_cause <= accept_cause;
                decision_overflow_starts <= overflow_starts;
            end
        end
    end

    always_ff @(posedge clk or negedge rst_n) begin
        if (!rst_n) begin
            commit_valid <= 1'b0;
            commit_request <= 132'd0;
            commit_slot <= 32'd0;
            commit_lap <= 32'd0;
            commit_cause <= 8'd0;
        end else begin
            commit_valid <= commit;
            if (commit) begin
                commit_request <= head_request;
                commit_slot <= {12'd0, ring_index[head] & slot_mask};
                commit_lap <= {31'd0, ring_index[head] > slot_mask};
                commit_cause <= head_cause;
            end
        end
    end

    // Idle: made of registers only, so a payload that is still offered counts as a step that is due
    logic step_due;
    logic commit_due;
    assign commit_due = count != 5'd0 && (head_offered ? answered[head] : failing) &&
                        (room_for_failure || (head_offered && answered_ok[head] && !failing));
    assign step_due = !started || accept_wait != 7'd0 || enable_ack_next != enable_ack || interrupt || retired ||
                      (msi_due && !msi_in_flight) || (offered < count && !failing) || commit_due || first_ready ||
                      (answers_count != 4'd0 && first.wants && !asked);
    assign idle = !(step_due || response_valid || memory_request_valid || lookup_valid || status_valid ||
                    interrupt_valid || abort_valid || decision_valid || commit_valid);

    // Bits that no register keeps (SMMU-QUEUE)
    logic unused_bits;
    assign unused_bits = ^{control_value[63:56], offer_request.address[11:0], offer_request.secure};

endmodule
