/* SPDX-License-Identifier: Apache-2.0
 *
 * The C model of the PRI queue behind DPI-C, with the pins of rtl/pri_queue.sv. The SystemVerilog side of it is
 * prisim_pri_queue_dpi_pkg.sv; nobody calls this from C but tests. It exports nothing to SystemVerilog, keeps no global
 * state and knows no time: one call is one clock edge. The types are those of IEEE 1800 annex H, written out, so that
 * no simulator's svdpi.h is needed: `bit` is unsigned char, a packed vector is words of 32 bits, the lowest first.
 */
#ifndef PRISIM_PRI_QUEUE_DPI_H
#define PRISIM_PRI_QUEUE_DPI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Of the calls below; changes whenever one of them does. PRISIM_PRI_QUEUE_API of the package is the same number. */
enum { PRISIM_PRI_QUEUE_API = 3 };

#define PRISIM_DPI __attribute__((visibility("default")))

/* A queue in reset. The parameters after the first are the cfg_ pins, with the ranges of struct
 * prisim_pri_queue_config. NULL if `api` is not PRISIM_PRI_QUEUE_API, if a parameter is out of range or if there is no
 * memory. */
PRISIM_DPI void *prisim_pri_queue_create(unsigned api, unsigned size_log2_max, unsigned pps, unsigned pasid_supported,
                                         unsigned msi_supported, unsigned auto_fail_last_only,
                                         unsigned stop_marker_needs_ssv, unsigned accept_interval,
                                         unsigned write_latency, unsigned records_in_flight);

/* One rising edge of the clock: inputs as they stand before it, outputs as they stand after it. rst_n=0 at the edge is
 * reset. Inputs are cut to the width of their pin. The payload of an output whose valid is 0 is 0. `idle`=1: nothing
 * will change until an input does; it may rise before the RTL's, never later. Returns 1; 0 if `handle` is NULL: then
 * all outputs are 0. */
PRISIM_DPI int prisim_pri_queue_edge(
    void *handle, unsigned char rst_n,
    /* inputs */
    unsigned char request_valid, unsigned long long request_address, unsigned request_stream_id, unsigned request_pasid,
    unsigned request_prg_index, unsigned char request_has_pasid, unsigned request_access, unsigned char request_secure,
    unsigned char memory_response_valid, unsigned memory_response_id, unsigned memory_response_status,
    unsigned char lookup_answer_valid, unsigned char lookup_answer_reachable, unsigned char lookup_answer_ppar,
    unsigned char control_valid, unsigned control_what, unsigned long long control_value, unsigned char response_ready,
    unsigned char memory_request_ready, unsigned char lookup_ready,
    /* outputs */
    unsigned char *request_ready, unsigned char *response_valid, unsigned *response_stream_id, unsigned *response_pasid,
    unsigned *response_prg_index, unsigned char *response_has_pasid, unsigned *response_code, unsigned *response_cause,
    unsigned char *memory_request_valid, unsigned long long *memory_request_address, unsigned *memory_request_id,
    unsigned *memory_request_size, unsigned char *memory_request_write, uint32_t *memory_request_data /* 4 words */,
    unsigned char *lookup_valid, unsigned *lookup_stream_id, unsigned char *status_valid, unsigned *status_prod,
    unsigned *status_cons, unsigned *status_enable_ack, unsigned *status_changed, unsigned char *interrupt_valid,
    unsigned *interrupt_prod, unsigned char *abort_valid, unsigned char *abort_record, unsigned char *abort_msi,
    unsigned *abort_cause, unsigned char *decision_valid, unsigned long long *decision_address,
    unsigned *decision_stream_id, unsigned *decision_pasid, unsigned *decision_prg_index,
    unsigned char *decision_has_pasid, unsigned *decision_access, unsigned char *decision_secure,
    unsigned *decision_slot, unsigned *decision_lap, unsigned *decision_cause, unsigned char *decision_overflow_starts,
    unsigned char *commit_valid, unsigned long long *commit_address, unsigned *commit_stream_id, unsigned *commit_pasid,
    unsigned *commit_prg_index, unsigned char *commit_has_pasid, unsigned *commit_access, unsigned char *commit_secure,
    unsigned *commit_slot, unsigned *commit_lap, unsigned *commit_cause, unsigned char *idle);

/* For the report of a difference: the last 24 edges at which something arrived at the pins or was newly put on them, as
 * the model saw them, the oldest first, by the names of the pins and in hexadecimal. The caller's number of the last
 * edge is `last`; numbers count back from it. Lines end with a newline; "" if `handle` is NULL. The text stands until
 * the next call with this handle. */
PRISIM_DPI const char *prisim_pri_queue_history(void *handle, unsigned long long last);

/* Frees the queue; NULL is let pass. */
PRISIM_DPI void prisim_pri_queue_close(void *handle);

#ifdef __cplusplus
}
#endif

#endif
