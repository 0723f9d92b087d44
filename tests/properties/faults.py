# SPDX-License-Identifier: Apache-2.0
"""A fault for each property: pins of a recorded answer are changed, without a look at the queue behind them.
FAULTS has (property, set of vectors, plan). A plan gives changes ({line: {pin: value}}) one after the other; the first
that the property alone finds will do."""

ACCEPTED, OFF, ABORTED, SECURE, OVERFLOW, FULL = 1, 2, 3, 4, 5, 6
NO_PASID, PPS, PPAR = 9, 10, 11
LAST = 4


def slot(s):
    """Where the next record goes if none is on its way."""
    index = s["prod"] % (2 << s["qs"])
    return {"decision_slot": index % (1 << s["qs"]), "decision_lap": index >> s["qs"]}


def used(s):
    return (s["prod"] - s["cons"]) % (2 << s["qs"])


def settled(v, n):
    """PROD stands, software writes nothing."""
    s = v.state[n]
    return s["records"] == 0 and s["quiet"] > 4 and not v.inputs[n]["control_valid"]


def decisions(v, cause):
    for n in range(v.count):
        if v.shown[n]["decision_valid"] and v.shown[n]["decision_cause"] == cause:
            yield n, v.state[n]


def accept_instead(cause, condition):
    def plan(v):
        for n, s in decisions(v, cause):
            if s["records"] == 0 and not v.inputs[n]["control_valid"] and condition(s, v, n):
                edits = dict(slot(s), decision_cause=ACCEPTED, decision_overflow_starts=0)
                if v.shown[n]["status_valid"]:
                    edits["status_prod"] = v.shown[n]["status_prod"] & 0x7fffffff | s["ovflg"] << 31
                yield {n: edits}
    return plan


def free(s, *_):
    return s["known"] and used(s) < 1 << s["qs"] and s["ovflg"] == s["ovackflg"]


def flip(channel, pin, bit, condition=lambda row: True):
    """In what a channel newly shows."""
    def plan(v):
        for n in range(1, v.count):
            row = v.shown[n]
            pulse = channel in ("status", "interrupt", "abort", "decision", "commit")
            if row[f"{channel}_valid"] and (pulse or v.new(n, channel)) and v.inputs[n]["rst_n"] and condition(row):
                yield {n: {pin: row[pin] ^ bit}}
    return plan


def insert(channel, pins, condition):
    """A payload where the channel shows none."""
    def plan(v):
        for n in range(8, v.count):
            if v.inputs[n]["rst_n"] and not v.shown[n][f"{channel}_valid"] and condition(v, n):
                yield {n: dict(pins(v, n), **{f"{channel}_valid": 1})}
    return plan


def hide(channel, condition):
    """A pulse that does not come, with half an episode behind it."""
    def plan(v):
        for n in range(8, v.count):
            if v.shown[n][f"{channel}_valid"] and condition(v.shown[n]) and v.episode(n)[1] - n > 90:
                yield {n: {f"{channel}_valid": 0}}
    return plan


def reset_shows(v):
    for n in range(v.count):
        if n > 0 and not v.inputs[n]["rst_n"]:
            yield {n: {"interrupt_valid": 1}}


def old_value_returns(v):
    """The ACK of an enable is kept back, and the second decision behind it goes by the old value."""
    for n in range(8, v.count):
        i, s = v.inputs[n], v.state[n]
        if i["control_valid"] and i["control_what"] == 6 and i["control_value"] & 3 == 3 and s["ack"] & 3 != 3:
            found = [k for k in range(n + 2, min(n + 60, v.count)) if v.shown[k]["decision_valid"]]
            served = [k for k in found if v.shown[k]["decision_cause"] in (ACCEPTED, OVERFLOW)]
            if len(served) > 1 and s["enable"] == s["ack"]:
                edits = {k: {"status_enable_ack": v.shown[k]["status_enable_ack"] & 4 | s["ack"] & 3}
                         for k in range(n, served[1] + 1) if v.shown[k]["status_valid"]}
                edits.setdefault(served[1], {})["decision_cause"] = OFF
                yield edits


def prod_behind_ovflg(v):
    """The PROD update that filled the queue does not show before OVFLG toggles."""
    last = 0
    for n in range(8, v.count):
        o = v.shown[n]
        if o["status_valid"]:
            if o["status_changed"] & 3 == 2 and v.shown[last]["status_changed"] == 1 and v.episode(n)[0] < last:
                old = v.state[last]["prod"]
                yield {last: {"status_valid": 0}, n: {"status_prod": o["status_prod"] & ~0xfffff | old}}
            last = n


def error_beside_writes(v):
    """An abort is told while another record is on its way."""
    for n in range(8, v.count):
        i, s = v.inputs[n], v.state[n]
        if i["memory_response_valid"] and i["memory_response_status"] and i["memory_response_id"] in s["writes"] \
                and len(s["writes"]) > 1 and not v.shown[n]["abort_valid"]:
            yield {n: {"abort_valid": 1, "abort_record": 1, "abort_msi": 0, "abort_cause": 7}}


def answered_marker(v):
    for n, s in decisions(v, OFF):
        o = v.shown[n]
        if o["decision_has_pasid"] and o["decision_access"] & 7 == LAST and not v.shown[n + 1]["response_valid"]:
            yield {n + 1: {"response_valid": 1, "response_stream_id": o["decision_stream_id"], "response_code": 15,
                           "response_prg_index": o["decision_prg_index"], "response_has_pasid": 0}}


def answer_withdrawn(v):
    for n in range(8, v.count - 1):
        if v.new(n, "response") and not v.inputs[n + 1]["response_ready"] and v.inputs[n + 1]["rst_n"]:
            yield {n + 1: {"response_valid": 0}}


def answer_hidden(v, bare=False):
    """An answer never shows, with half an episode behind it."""
    asked = {}
    for n in range(8, v.count):
        o = v.shown[n]
        if o["decision_valid"]:
            key = o["decision_stream_id"], o["decision_prg_index"]
            asked[key] = o["decision_has_pasid"] and o["decision_access"] & 7 == LAST
        if v.new(n, "response") and v.episode(n)[1] - n > 120:
            key = o["response_stream_id"], o["response_prg_index"]
            if bool(asked.get(key)) == bare:
                edits = {n: {"response_valid": 0}}
                k = n + 1
                while k < v.count and v.shown[k]["response_valid"] and not v.new(k, "response"):
                    edits[k] = {"response_valid": 0}
                    k += 1
                yield edits


def bare_answer_hidden(v):
    return answer_hidden(v, True)


def early_ack(v):
    """The queue is said to be off while a record is on its way."""
    for n in range(8, v.count - 1):
        i, s, after = v.inputs[n], v.state[n], v.state[n + 1]
        if i["control_valid"] and i["control_what"] == 6 and i["control_value"] & 3 != 3 and s["ack"] & 3 == 3 \
                and s["enable"] == s["ack"] and after["records"] and not v.shown[n + 1]["status_valid"]:
            yield {n + 1: {"status_valid": 1, "status_prod": after["prod"] | after["ovflg"] << 31,
                           "status_cons": after["cons"] | after["ovackflg"] << 31,
                           "status_enable_ack": i["control_value"] & 7}}


def status_now(v, n):
    s = v.state[n]
    return s["prod"] | s["ovflg"] << 31


def interrupt_pins(v, n):
    return {"interrupt_prod": v.state[n]["prod"]}


def other_response(v, n):
    return {"response_stream_id": 0x12345678, "response_prg_index": 5, "response_has_pasid": 0, "response_code": 15}


def one_more(v, n):
    """The next index, without a record for it."""
    return {"status_prod": status_now(v, n) + 1, "status_enable_ack": v.state[n]["ack"],
            "status_cons": v.state[n]["cons"] | v.state[n]["ovackflg"] << 31}


ERROR_PINS = {"abort_record": 1, "abort_msi": 0, "abort_cause": 7}

FAULTS = [
    ("reset_is_quiet", "plain", reset_shows),
    ("request_is_decided_once", "plain", flip("decision", "decision_prg_index", 1)),
    ("off_is_refused", "plain", accept_instead(OFF, lambda s, v, n: s["enable"] & 3 != 3 and free(s))),
    ("aborted_is_refused", "plain", accept_instead(ABORTED, free)),
    ("secure_is_refused", "plain", accept_instead(SECURE, free)),
    ("overflow_is_refused", "plain", accept_instead(OVERFLOW, lambda s, v, n: used(s) < 1 << s["qs"])),
    ("full_is_refused", "plain", accept_instead(FULL, lambda s, v, n: used(s) == 1 << s["qs"])),
    ("refusal_has_its_row", "plain", flip("decision", "decision_cause", ACCEPTED ^ SECURE,
                                          lambda o: o["decision_cause"] == ACCEPTED)),
    ("refusal_has_its_row", "plain", flip("decision", "decision_cause", ACCEPTED ^ OVERFLOW,
                                          lambda o: o["decision_cause"] == ACCEPTED)),
    ("new_value_stays", "fast", old_value_returns),
    ("ovflg_toggles_once", "plain", flip("status", "status_prod", 1 << 31)),
    ("ovflg_toggles_once", "plain", flip("decision", "decision_overflow_starts", 1,
                                         lambda o: o["decision_cause"] == OVERFLOW)),
    ("overflow_shows_when_full", "plain", prod_behind_ovflg),
    ("cons_is_as_written", "plain", flip("status", "status_cons", 8)),
    ("cons_is_as_written", "plain", flip("status", "status_cons", 1 << 31)),
    ("record_has_its_place", "plain", flip("memory_request", "memory_request_address", 1 << 40,
                                           lambda o: o["memory_request_size"] == 16)),
    ("record_has_its_place", "plain", flip("decision", "decision_lap", 1, lambda o: o["decision_cause"] == ACCEPTED)),
    ("record_has_its_fields", "plain", flip("memory_request", "memory_request_data_63_32", 1 << 28,
                                            lambda o: o["memory_request_size"] == 16)),
    ("record_has_its_fields", "plain", flip("memory_request", "memory_request_data_127_64", 1 << 9,
                                            lambda o: o["memory_request_size"] == 16)),
    ("record_has_its_substream", "plain", flip("memory_request", "memory_request_data_63_32", 1,
                                               lambda o: o["memory_request_data_63_32"] >> 31 & 1)),
    ("record_has_its_substream", "plain", flip("memory_request", "memory_request_data_63_32", 1 << 26,
                                               lambda o: o["memory_request_size"] == 16 and
                                               not o["memory_request_data_63_32"] >> 31)),
    ("record_without_substreams", "no_substreams",
     flip("memory_request", "memory_request_data_63_32", 1 << 26,
          lambda o: o["memory_request_size"] == 16 and not o["memory_request_data_63_32"] & 0x8c000000)),
    ("prod_follows_data", "plain", insert("status", one_more, settled)),
    ("prod_follows_data", "plain", flip("commit", "commit_cause", ACCEPTED ^ 7, lambda o: o["commit_cause"] == 7)),
    ("error_follows_writes", "plain", error_beside_writes),
    ("error_has_its_abort", "plain", insert("abort", lambda v, n: ERROR_PINS,
                                            lambda v, n: settled(v, n) and not v.state[n]["error"])),
    ("response_is_due", "plain", insert("response", other_response, lambda v, n: True)),
    ("marker_is_not_answered", "plain", answered_marker),
    ("failure_has_no_pasid", "plain", flip("response", "response_has_pasid", 1, lambda o: o["response_cause"] == OFF)),
    ("failure_has_no_pasid", "plain", flip("response", "response_code", 15, lambda o: o["response_cause"] == 7)),
    ("success_without_pasid", "plain", flip("response", "response_code", 15,
                                            lambda o: o["response_cause"] == NO_PASID)),
    ("pps_returns_pasid", "fast", flip("response", "response_pasid", 1, lambda o: o["response_cause"] == PPS)),
    ("ppar_decides_pasid", "plain", flip("response", "response_has_pasid", 1, lambda o: o["response_cause"] == PPAR)),
    ("ppar_decides_pasid", "plain", flip("response", "response_code", 15, lambda o: o["response_cause"] == 13)),
    ("lookup_is_for_ppar", "plain", insert("lookup", lambda v, n: {"lookup_stream_id": 0x12345678},
                                           lambda v, n: True)),
    ("answer_is_given", "plain", answer_withdrawn),
    ("answer_is_given", "plain", answer_hidden),
    ("marker_has_substream", "no_substreams", bare_answer_hidden),
    ("ack_follows_write", "plain", flip("status", "status_enable_ack", 1)),
    ("ack_follows_write", "fast", early_ack),
    ("interrupt_if_nonempty", "plain", insert("interrupt", interrupt_pins, lambda v, n: not v.state[n]["lo"] and
                                              v.state[n]["ack"] & 4 and settled(v, n))),
    ("interrupt_if_last", "plain", insert("interrupt", interrupt_pins, lambda v, n: v.state[n]["lo"] and
                                          v.state[n]["ack"] & 4 and settled(v, n))),
    ("interrupt_needs_enable", "plain", insert("interrupt", interrupt_pins, lambda v, n: not v.state[n]["ack"] & 4 and
                                               not v.state[n]["enable"] & 4)),
    ("interrupt_follows_prod", "plain", flip("interrupt", "interrupt_prod", 1)),
    ("msi_is_as_configured", "plain", flip("memory_request", "memory_request_data_31_0", 1,
                                           lambda o: o["memory_request_size"] == 4)),
    ("msi_is_as_configured", "plain", flip("memory_request", "memory_request_address", 4,
                                           lambda o: o["memory_request_size"] == 4)),
    ("nothing_is_forgotten", "plain", hide("abort", lambda o: o["abort_record"])),
    ("nothing_is_forgotten", "no_msi", hide("interrupt", lambda o: True)),
]
