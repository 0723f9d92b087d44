// SPDX-License-Identifier: Apache-2.0
//
// The C model of the PRI queue for a SystemVerilog testbench: create, one call per rising edge, close. Imports only;
// the C side is prisim_pri_queue_dpi.h, which says what the calls do. Not synthesisable, and not a module: the example
// testbench examples/dpi_pri_queue shows where the calls stand.
package prisim_pri_queue_dpi_pkg;

    // Version of these imports; create returns null if the library has another one
    localparam int unsigned PRISIM_PRI_QUEUE_API = 3;

    // Null on another version or on a parameter out of its range
    import "DPI-C" function chandle prisim_pri_queue_create(
        input int unsigned api,
        input int unsigned size_log2_max,          // 0..19
        input int unsigned pps,                    // 0..1
        input int unsigned pasid_supported,        // 0..1
        input int unsigned msi_supported,          // 0..1
        input int unsigned auto_fail_last_only,    // 0..1
        input int unsigned stop_marker_needs_ssv,  // 0..1
        input int unsigned accept_interval,        // 1..64 cycles
        input int unsigned write_latency,          // 1..64 cycles
        input int unsigned records_in_flight       // 1..16
    );

    // One rising edge of the clock: inputs as before it, outputs as after it. 1; 0 if the queue is null.
    import "DPI-C" function int prisim_pri_queue_edge(
        input chandle handle,
        input bit rst_n,
        input bit request_valid,
        input longint unsigned request_address,
        input int unsigned request_stream_id,
        input int unsigned request_pasid,
        input int unsigned request_prg_index,
        input bit request_has_pasid,
        input int unsigned request_access,
        input bit request_secure,
        input bit memory_response_valid,
        input int unsigned memory_response_id,
        input int unsigned memory_response_status,
        input bit lookup_answer_valid,
        input bit lookup_answer_reachable,
        input bit lookup_answer_ppar,
        input bit control_valid,
        input int unsigned control_what,
        input longint unsigned control_value,
        input bit response_ready,
        input bit memory_request_ready,
        input bit lookup_ready,
        output bit request_ready,
        output bit response_valid,
        output int unsigned response_stream_id,
        output int unsigned response_pasid,
        output int unsigned response_prg_index,
        output bit response_has_pasid,
        output int unsigned response_code,
        output int unsigned response_cause,
        output bit memory_request_valid,
        output longint unsigned memory_request_address,
        output int unsigned memory_request_id,
        output int unsigned memory_request_size,
        output bit memory_request_write,
        output bit [127:0] memory_request_data,
        output bit lookup_valid,
        output int unsigned lookup_stream_id,
        output bit status_valid,
        output int unsigned status_prod,
        output int unsigned status_cons,
        output int unsigned status_enable_ack,
        output int unsigned status_changed,
        output bit interrupt_valid,
        output int unsigned interrupt_prod,
        output bit abort_valid,
        output bit abort_record,
        output bit abort_msi,
        output int unsigned abort_cause,
        output bit decision_valid,
        output longint unsigned decision_address,
        output int unsigned decision_stream_id,
        output int unsigned decision_pasid,
        output int unsigned decision_prg_index,
        output bit decision_has_pasid,
        output int unsigned decision_access,
        output bit decision_secure,
        output int unsigned decision_slot,
        output int unsigned decision_lap,
        output int unsigned decision_cause,
        output bit decision_overflow_starts,
        output bit commit_valid,
        output longint unsigned commit_address,
        output int unsigned commit_stream_id,
        output int unsigned commit_pasid,
        output int unsigned commit_prg_index,
        output bit commit_has_pasid,
        output int unsigned commit_access,
        output bit commit_secure,
        output int unsigned commit_slot,
        output int unsigned commit_lap,
        output int unsigned commit_cause,
        output bit idle
    );

    // The last 24 edges at which something happened at the pins, as text; `last`: the caller's number of the last one
    import "DPI-C" function string prisim_pri_queue_history(
        input chandle handle,
        input longint unsigned last
    );

    import "DPI-C" function void prisim_pri_queue_close(input chandle handle);

endpackage
