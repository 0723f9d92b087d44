# SPDX-License-Identifier: Apache-2.0
"""Faults of rtl/pri_queue.sv for resets.py, beside each register that a reset leaves out."""

# Registers that need no reset, and why nobody can see it
UNSEEN = {
}

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
    ("a record is looked at before there is one", "assign settled = count != 5'd0 && (head_offered",
     "assign settled = !head_request.secure && (head_offered"),
    ("idle looks at an empty answer FIFO", "(answers_count != 4'd0 && first.wants && !asked);",
     "(first.wants && !asked);"),
    ("count is neither reset nor 0 at power-on", "            count <= 5'd0;\n", ""),
    ("a valid is neither reset nor 0 at power-on", "            lookup_valid <= 1'b0;\n            lookup_stream_id",
     "            lookup_stream_id"),
]
