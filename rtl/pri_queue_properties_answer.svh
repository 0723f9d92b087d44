// SPDX-License-Identifier: Apache-2.0
//
// Of pri_queue_properties.sv: the answers that are due to requests, the look-ups for them, and the answers given.

    // ---- Answers that are due, the oldest first, and the look-ups for them ----

    integer owed;
    logic [31:0] o_stream_id[0:OWED-1];
    logic [19:0] o_pasid[0:OWED-1];
    logic [8:0] o_prg_index[0:OWED-1];
    logic o_has_pasid[0:OWED-1];
    logic o_failure[0:OWED-1];  // by SMMU-PRIOUTCOME-1, SMMU-PRIOUTCOME-2, SMMU-PRIOUTCOME-3 and SMMU-PRIOUTCOME-7; otherwise by SMMU-PRIAUTO
    logic o_due[0:OWED-1];      // otherwise it may be given or not
    logic o_bare[0:OWED-1];     // a Stop Marker, if there were substreams
    logic o_asked[0:OWED-1];    // the look-up was offered,
    logic o_told[0:OWED-1];     // and answered:
    logic o_reachable[0:OWED-1];
    logic o_ppar[0:OWED-1];
    integer o_age[0:OWED-1];    // edges at which the response channel had nothing else to do
    logic lookup_under_way;
    logic new_lookup;
    logic lookup_found;
    logic new_response;
    logic response_found;
    logic response_to_marker;
    logic response_to_failure;
    logic response_to_no_pasid;
    logic response_to_pps;
    logic response_to_ppar;
    logic response_with_pasid;
    logic failure_right;
    logic success_none_right;
    logic ppar_right;
    logic response_withdrawn;
    logic answer_forgotten;
    logic marker_forgotten;
    logic marker_known;         // the last Stop Marker
    logic [31:0] marker_stream_id;
    logic [8:0] marker_prg_index;
    integer right;

    // For the request in d_
    task automatic owe(input failure, input due);
        begin
            if (owed == OWED) tracked = tracked && TABLES_SUFFICE != 0;
            else begin
                o_stream_id[owed] = d_stream_id;
                o_pasid[owed] = d_pasid;
                o_prg_index[owed] = d_prg_index;
                o_has_pasid[owed] = d_has_pasid;
                o_failure[owed] = failure;
                o_due[owed] = due;
                o_bare[owed] = d_bare;
                o_asked[owed] = 0;
                o_told[owed] = 0;
                o_reachable[owed] = 0;
                o_ppar[owed] = 0;
                o_age[owed] = 0;
                owed = owed + 1;
            end
        end
    endtask

    task automatic settle(input integer which);
        begin
            owed = owed - 1;
            for (i = 0; i < OWED - 1; i = i + 1)
                if (i >= which) begin
                    o_stream_id[i] = o_stream_id[i+1];
                    o_pasid[i] = o_pasid[i+1];
                    o_prg_index[i] = o_prg_index[i+1];
                    o_has_pasid[i] = o_has_pasid[i+1];
                    o_failure[i] = o_failure[i+1];
                    o_due[i] = o_due[i+1];
                    o_bare[i] = o_bare[i+1];
                    o_asked[i] = o_asked[i+1];
                    o_told[i] = o_told[i+1];
                    o_reachable[i] = o_reachable[i+1];
                    o_ppar[i] = o_ppar[i+1];
                    o_age[i] = o_age[i+1];
                end
        end
    endtask

    // One look-up is under way at a time; its answer is for the oldest that was asked about
    task automatic take_lookup;
        begin
            if (p_lookup_answer_valid && lookup_under_way) begin
                lookup_under_way = 0;
                at = OWED;
                for (i = OWED - 1; i >= 0; i = i - 1) if (i < owed && o_asked[i] && !o_told[i]) at = i;
                if (at < OWED) begin
                    o_told[at] = 1;
                    o_reachable[at] = p_lookup_answer_reachable;
                    o_ppar[at] = p_lookup_answer_ppar;
                end
            end
            if (s_lookup_valid && p_lookup_ready) lookup_under_way = 1;
        end
    endtask

    // Without substreams the look-up is optional (SMMU-PRIAUTO)
    task automatic look_at_lookup;
        begin
            new_lookup = lookup_valid && (!s_lookup_valid || p_lookup_ready);
            at = OWED;
            for (i = OWED - 1; i >= 0; i = i - 1)
                if (i < owed && !o_failure[i] && o_has_pasid[i] && !(cfg_pasid_supported && cfg_pps) && !o_asked[i] &&
                    o_stream_id[i] == lookup_stream_id)
                    at = i;
            lookup_found = at < OWED;
            if (new_lookup && lookup_found) o_asked[at] = 1;
        end
    endtask

    // SMMU-PRIOUTCOME and SMMU-PRIAUTO, for the answer to entry `which`
    task automatic look_at_answer(input integer which);
        begin
            response_to_failure = o_failure[which];
            response_to_no_pasid = !o_failure[which] && !(o_has_pasid[which] && cfg_pasid_supported);
            response_to_pps = !o_failure[which] && !response_to_no_pasid && cfg_pps;
            response_to_ppar = !o_failure[which] && !response_to_no_pasid && !cfg_pps;
            failure_right = response_code == FAILURE && !response_has_pasid;
            response_with_pasid = response_code == SUCCESS && response_has_pasid && response_pasid == o_pasid[which];
            success_none_right = response_code == SUCCESS && !response_has_pasid ||
                o_told[which] && !o_reachable[which] && failure_right;
            ppar_right = o_told[which] &&
                (!o_reachable[which] ? failure_right : o_ppar[which] ? response_with_pasid : success_none_right);
            if (response_to_failure ? failure_right : response_to_no_pasid ? success_none_right :
                response_to_pps ? response_with_pasid : ppar_right)
                right = which;
        end
    endtask

    task automatic take_response;
        begin
            response_withdrawn = s_response_valid && !p_response_ready && (!response_valid || response != s_response);
            new_response = response_valid && (!s_response_valid || p_response_ready);
            response_to_failure = 0;
            response_to_no_pasid = 0;
            response_to_pps = 0;
            response_to_ppar = 0;
            at = OWED;
            right = OWED;
            if (new_response)
                for (i = OWED - 1; i >= 0; i = i - 1)
                    if (i < owed && o_stream_id[i] == response_stream_id && o_prg_index[i] == response_prg_index) begin
                        look_at_answer(i);
                        at = i;
                    end
            if (right < OWED) at = right;
            response_found = at < OWED;
            response_to_marker = marker_known && response_stream_id == marker_stream_id &&
                response_prg_index == marker_prg_index;
            if (response_found) begin
                look_at_answer(at);
                settle(at);
            end
            age_answers;
        end
    endtask

    task automatic age_answers;
        begin
            answer_forgotten = 0;
            marker_forgotten = 0;
            at = OWED;
            for (i = OWED - 1; i >= 0; i = i - 1)
                if (i < owed) begin
                    if (!response_valid && !lookup_valid && !lookup_under_way) o_age[i] = o_age[i] + 1;
                    if (o_age[i] >= DEADLINE) at = i;
                end
            if (at < OWED) begin
                marker_forgotten = o_due[at] && o_bare[at] && !cfg_pasid_supported;
                answer_forgotten = o_due[at] && !marker_forgotten;
                settle(at);
            end
        end
    endtask
