# SPDX-License-Identifier: Apache-2.0
"""Faults of rtl/pri_queue.sv for resets.py, beside each register that a reset leaves out."""

SOFTWARE = "software writes it before it enables the queue: SMMUv3 has it UNKNOWN at reset"
FIRST = "written before it is read: with the valid, the count or the record that it belongs to"

# Registers that need no reset, and why: all of them left out at once change nothing that counts
UNSEEN = {
    "base": SOFTWARE,
    "size_log2": SOFTWARE,
    "msi_address": SOFTWARE,
    "msi_data": SOFTWARE,
    "lo": SOFTWARE,
    "prod": SOFTWARE,
    "ovflg": SOFTWARE,
    "reserve": SOFTWARE,
    "started": "only idle depends on it, which the vectors do not hold",
    "due_wait": FIRST,
    "answered[place]": FIRST,
    "answered_ok[place]": FIRST,
    "answered_late[place]": FIRST,
    "failing": "falls at edge 0: the ring is empty",
    "retired": "does nothing without retired_written; see TOGETHER",
    "retired_last": FIRST,
    "retired_index": FIRST,
    "abort_late": FIRST,
    "answers_head": "the FIFO may begin at any place",
    "decision_request": FIRST,
    "commit_request": FIRST,
    "resolved_pasid": FIRST,
    "resolved_code": FIRST,
    "resolved_cause": FIRST,
}

# Each alone is covered by the other
TOGETHER = [["retired", "retired_written"]]

# (name, text in the source, what takes its place): what does not count reaches what does
LEAKS = [
    ("a request's payload reaches its ready", "assign request_ready = accept_ready && !awaits_fate;",
     "assign request_ready = accept_ready && !awaits_fate && !(request_secure && abort_active && !queue_on);"),
    ("a register write without its valid", "assign write_prod = control_valid && control_what",
     "assign write_prod = control_what"),
    ("an MSI's answer without its valid", "assign msi_aborts = msi_answer && memory",
     "assign msi_aborts = msi_in_flight && memory"),
    ("a mux whose select has no valid", "assign head_response = record_answer && response_place == head;",
     "assign head_response = response_place == head;"),
    ("a lookup's answer without its valid", "assign lookup_answered = lookup_answer_valid && asked && !resolved;",
     "assign lookup_answered = asked && !resolved;"),
    ("a request is kept an edge late", "            if (accept) begin\n                decision_request <= request;",
     "            if (decision_valid) decision_request <= request;\n            if (accept) begin"),
    ("idle looks at an empty answer FIFO", "(answers_count != 4'd0 && first.wants && !asked);",
     "(first.wants && !asked);"),
    ("count is neither reset nor 0 at power-on", "            count <= 5'd0;\n", ""),
    ("a valid is neither reset nor 0 at power-on", "            lookup_valid <= 1'b0;\n            lookup_stream_id",
     "            lookup_stream_id"),
]
