// SPDX-License-Identifier: Apache-2.0
//
// What SMMU-PRIQ says of a PRI queue, as a monitor of the pins of rtl/pri_queue.sv: it sees nothing inside, was written
// from the rules alone, and drives nothing. pri_queue_properties_bind.sv binds it to the RTL; tests/properties plays
// what the C model answers to it as well. docs/properties.md is the list.
// At each rising edge it takes the inputs of the edge before (p_), what was shown before that edge (s_) and what that
// edge has brought (the outputs): first what is expected is brought up to date (pri_queue_properties_track.svh), then
// the properties are asserted. Where the rules leave a choice (the window of an enable, a register write at the edge
// of a decision, an impossible CONS) both outcomes are let pass.
//   RECORDS, UNDECIDED, OWED: how many records, requests and answers can be outstanding; beyond it nothing is asserted
//   until the next reset, unless who instantiates it says by TABLES_SUFFICE that there are never more.
//   DEADLINE: edges, of those at which nothing hinders it, after which a thing due is forgotten.
`ifdef YOSYS
`define PROPERTY(name, holds) name: assert (holds);
`elsif __ICARUS__
// Icarus 11 takes no label here
`define PROPERTY(name, holds) assert (holds) else $error(`"property name: edge %0d`", edges - 2);
`else
`define PROPERTY(name, holds) name: assert (holds) else $error(`"property name: edge %0d`", edges - 2);
`endif

module pri_queue_properties #(
    parameter RECORDS = 32,
    parameter UNDECIDED = 16,
    parameter OWED = 64,
    parameter TABLES_SUFFICE = 0,
    parameter DEADLINE = 80
) (
    input logic clk,
    input logic rst_n,
    // Fixed while rst_n is 1
    input logic [4:0] cfg_size_log2_max,
    input logic cfg_pps,
    input logic cfg_pasid_supported,
    input logic cfg_msi_supported,
    input logic cfg_auto_fail_last_only,
    input logic cfg_stop_marker_needs_ssv,
    input logic [6:0] cfg_accept_interval,
    input logic [6:0] cfg_write_latency,
    input logic [4:0] cfg_records_in_flight,
    input logic request_valid,
    input logic request_ready,
    input logic [63:0] request_address,
    input logic [31:0] request_stream_id,
    input logic [19:0] request_pasid,
    input logic [8:0] request_prg_index,
    input logic request_has_pasid,
    input logic [4:0] request_access,
    input logic request_secure,
    input logic memory_response_valid,
    input logic [31:0] memory_response_id,
    input logic [1:0] memory_response_status,
    input logic lookup_answer_valid,
    input logic lookup_answer_reachable,
    input logic lookup_answer_ppar,
    input logic control_valid,
    input logic [2:0] control_what,
    input logic [63:0] control_value,
    input logic response_valid,
    input logic response_ready,
    input logic [31:0] response_stream_id,
    input logic [19:0] response_pasid,
    input logic [8:0] response_prg_index,
    input logic response_has_pasid,
    input logic [3:0] response_code,
    input logic [7:0] response_cause,
    input logic memory_request_valid,
    input logic memory_request_ready,
    input logic [63:0] memory_request_address,
    input logic [31:0] memory_request_id,
    input logic [7:0] memory_request_size,
    input logic memory_request_write,
    input logic [127:0] memory_request_data,
    input logic lookup_valid,
    input logic lookup_ready,
    input logic [31:0] lookup_stream_id,
    input logic status_valid,
    input logic [31:0] status_prod,
    input logic [31:0] status_cons,
    input logic [2:0] status_enable_ack,
    input logic [3:0] status_changed,
    input logic interrupt_valid,
    input logic [31:0] interrupt_prod,
    input logic abort_valid,
    input logic abort_record,
    input logic abort_msi,
    input logic [7:0] abort_cause,
    input logic decision_valid,
    input logic [63:0] decision_address,
    input logic [31:0] decision_stream_id,
    input logic [19:0] decision_pasid,
    input logic [8:0] decision_prg_index,
    input logic decision_has_pasid,
    input logic [4:0] decision_access,
    input logic decision_secure,
    input logic [31:0] decision_slot,
    input logic [31:0] decision_lap,
    input logic [7:0] decision_cause,
    input logic decision_overflow_starts,
    input logic commit_valid,
    input logic [63:0] commit_address,
    input logic [31:0] commit_stream_id,
    input logic [19:0] commit_pasid,
    input logic [8:0] commit_prg_index,
    input logic commit_has_pasid,
    input logic [4:0] commit_access,
    input logic commit_secure,
    input logic [31:0] commit_slot,
    input logic [31:0] commit_lap,
    input logic [7:0] commit_cause
);

    // Bits of a request as it is kept: {address, stream_id, pasid, prg_index, has_pasid, access, secure}
    localparam REQUEST = 132;
    // Of access: R, W, L, X, Priv
    localparam READ = pri_queue_pkg::ACCESS_READ;
    localparam WRITE = pri_queue_pkg::ACCESS_WRITE;
    localparam LAST = pri_queue_pkg::ACCESS_LAST;
    localparam EXECUTE = pri_queue_pkg::ACCESS_EXECUTE;
    localparam PRIVILEGED = pri_queue_pkg::ACCESS_PRIVILEGED;
    // Of CONTROL_ENABLE and status_enable_ack
    localparam PRIQEN = pri_queue_pkg::ENABLE_PRIQEN;
    localparam SMMUEN = pri_queue_pkg::ENABLE_SMMUEN;
    localparam IRQEN = pri_queue_pkg::ENABLE_IRQEN;
    // What the memory has said of a record's write
    localparam [1:0] NO_ANSWER = 0;
    localparam [1:0] WRITTEN = 1;
    localparam [1:0] ABORTED = 2;       // synchronously
    localparam [1:0] ABORTED_LATE = 3;  // asynchronously
    // Of a PRG Response
    localparam [3:0] SUCCESS = 4'h0;
    localparam [3:0] FAILURE = 4'hf;

`include "pri_queue_properties_track.svh"
`include "pri_queue_properties_answer.svh"
`include "pri_queue_properties_show.svh"

    always_ff @(posedge clk) begin
        edges = edges + 1;
        track;

        // SMMU-RESET: at reset nothing is in flight, so nothing is offered and nothing happens.
        `PROPERTY(reset_is_quiet, !after_reset || quiet)

        if (checked) begin
            // SMMU-PRIOUTCOME: every request has one outcome, and the outcome is told of the request as it came.
            `PROPERTY(request_is_decided_once, !decided || decision_is_of_request)
            // SMMU-PRIOUTCOME-1: with PRIQEN or SMMUEN 0 nothing is written and no overflow rule applies.
            `PROPERTY(off_is_refused, !(served && surely_off))
            // SMMU-PRIOUTCOME-2: nor while PRIQ_ABT_ERR is active.
            `PROPERTY(aborted_is_refused, !(served && error_before && error_after))
            // SMMU-PRIOUTCOME-3: nor for a Secure stream.
            `PROPERTY(secure_is_refused, !(served && d_secure))
            // SMMU-PRIOUTCOME-4: while OVFLG != OVACKFLG no request is written, even if space is free.
            `PROPERTY(overflow_is_refused, !(accepted && overflow_before && overflow_after))
            // SMMU-PRIOUTCOME-5, SMMU-QUEUE: a full queue takes no further record.
            `PROPERTY(full_is_refused, !(accepted && !impossible && room_before == 0 && room_after == 0))
            // SMMU-PRIOUTCOME-6, SMMU-PRIOVF: what none of SMMU-PRIOUTCOME-1 to SMMU-PRIOUTCOME-5 refuses is written,
            // from the acknowledging write on.
            `PROPERTY(refusal_has_its_row, !decided || row_holds)
            // SMMU-CR0-6: once an enable's new value was used the old one is not used again.
            `PROPERTY(new_value_stays, !old_value_again)
            // SMMU-QUEUE-22, SMMU-PRIOUTCOME-5: OVFLG toggles when a full queue gets a message while no overflow is
            // active, and only then.
            `PROPERTY(ovflg_toggles_once, !overflow_twice && !ovflg_by_itself)
            // SMMU-QUEUE-24: an overflow never shows with a queue that PROD and CONS show not full.
            `PROPERTY(overflow_shows_when_full, !ovflg_toggled || ovflg_by_itself || full_when_shown)
            // SMMU-QUEUE: RD and OVACKFLG are software's; the queue shows them as written.
            `PROPERTY(cons_is_as_written, !status_valid || cons_as_written)

            // SMMU-QUEUE, SMMU-PRIENTRY: records of 16 bytes lie one after the other from PRIQ_BASE, each written once.
            `PROPERTY(record_has_its_place, !slot_wrong && (!new_record || record_found))
            // SMMU-PRIENTRY: StreamID, PRGIndex, page address, R, W and L are the request's; RES0 bits are 0.
            `PROPERTY(record_has_its_fields, !record_checked || fields_right)
            // SMMU-PRIENTRY: SSV, SubstreamID, X and Priv are the request's; SSV=0 implies X=0 and Priv=0.
            `PROPERTY(record_has_its_substream, !record_checked || !cfg_pasid_supported || substream_right)
            // SMMU-PRIENTRY: with SSIDSIZE=0 SSV, X and Priv are 0 in every record, whatever the request carried.
            `PROPERTY(record_without_substreams, !record_checked || cfg_pasid_supported || substream_none)
            // SMMU-IRQCFG (ordering), SMMU-PRIOUTCOME-7 and SMMU-PRIOUTCOME-9: PROD passes a record only once its write
            // has completed, and never one whose write, or that of an earlier slot, aborted synchronously.
            `PROPERTY(prod_follows_data, !prod_too_far && !commit_wrong)
            // SMMU-PRIOUTCOME "Abort and the writes beside it": no record is on its way once PRIQ_ABT_ERR can be seen.
            `PROPERTY(error_follows_writes, !write_beside_error)
            // SMMU-PRIOUTCOME-7 and SMMU-PRIOUTCOME-8, SMMU-PRIIRQ: an error is told only after a record's write or an
            // MSI aborted.
            `PROPERTY(error_has_its_abort, !error_without_abort)

            // SMMU-PRIOUTCOME, SMMU-PRIAUTO: an answer is for a request that is due one, with its StreamID and
            // PRGIndex, and once.
            `PROPERTY(response_is_due, !new_response || response_found || response_to_marker)
            // SMMU-PRIMSG, SMMU-PRIOUTCOME: the SMMU never answers a Stop Marker.
            `PROPERTY(marker_is_not_answered, !new_response || response_found || !response_to_marker)
            // SMMU-PRIOUTCOME-1, SMMU-PRIOUTCOME-2, SMMU-PRIOUTCOME-3 and SMMU-PRIOUTCOME-7: the answer is Failure,
            // without PASID.
            `PROPERTY(failure_has_no_pasid, !response_to_failure || failure_right)
            // SMMU-PRIAUTO: Success without PASID if the request had none or there are no substreams.
            `PROPERTY(success_without_pasid, !response_to_no_pasid || success_none_right)
            // SMMU-PRIAUTO: with IDR3.PPS=1 Success with the PASID of the request.
            `PROPERTY(pps_returns_pasid, !response_to_pps || response_with_pasid)
            // SMMU-PRIAUTO: with PPS=0 as STE.PPAR says, and Failure without PASID if no STE says it.
            `PROPERTY(ppar_decides_pasid, !response_to_ppar || ppar_right)
            // SMMU-PRIACCEPT, SMMU-PRIAUTO: the STE is looked at for PPAR only.
            `PROPERTY(lookup_is_for_ppar, !new_lookup || lookup_found)
            // SMMU-PRIOUTCOME, SMMU-PRIAUTO: an answer that is due is given, and stands until it is taken.
            `PROPERTY(answer_is_given, !answer_forgotten && !response_withdrawn)
            // SMMU-PRIENTRY, SMMU-PRIMSG: with SSIDSIZE=0 L=1, W=R=0 is no Stop Marker: it is answered like any
            // request. An inference: with cfg_stop_marker_needs_ssv=0 it is one.
            `PROPERTY(marker_has_substream, !marker_forgotten)

            // SMMU-CR0-7, SMMU-IRQCTRL, SMMU-PRIQEN: CR0ACK and IRQ_CTRLACK become what was written; a 0 only when
            // committed records can be seen and earlier MSIs have completed.
            `PROPERTY(ack_follows_write, !ack_wrong)
            // SMMU-PRIIRQ: LO=0 interrupts when the queue goes from empty to non-empty; SMMU-IRQCTRL: of causes after
            // the ACK.
            `PROPERTY(interrupt_if_nonempty, !interrupt_valid || lo_ever || interrupt_has_cause || irq_off)
            // SMMU-PRIIRQ: LO=1 interrupts for L=1 that was written or dropped because of overflow, and nothing else.
            `PROPERTY(interrupt_if_last, !interrupt_valid || !lo_always || interrupt_has_cause || irq_off)
            // SMMU-IRQCTRL: with PRIQ_IRQEN off, and its ACK, there is neither a pulse nor an MSI.
            `PROPERTY(interrupt_needs_enable, !(interrupt_valid || new_msi) || ack_before[IRQEN] || !irq_off)
            // SMMU-IRQCFG, SMMU-PRIIRQ: PROD shows the record no later than the interrupt.
            `PROPERTY(interrupt_follows_prod, !interrupt_valid || interrupt_prod_shown)
            // SMMU-IRQCFG: an MSI is four bytes, DATA to ADDR, one for an interrupt; none if ADDR is 0 or MSI=0.
            `PROPERTY(msi_is_as_configured, !new_msi || msi_right)
            // SMMU-PRIOUTCOME-5 to SMMU-PRIOUTCOME-8, SMMU-PRIIRQ, SMMU-CR0-7: records, PROD, OVFLG, errors, interrupts
            // and acknowledges come.
            `PROPERTY(nothing_is_forgotten, !forgotten && !memory_request_withdrawn)
        end
        remember;
    end

endmodule
