// SPDX-License-Identifier: Apache-2.0
//
// Plays the vectors that `prisim vectors` writes against a PRI queue with the pins of rtl/pri_queue.sv, in any
// simulator that has $readmemh: put your module in the place of `dut`. A payload without its valid is X on the pins.
// Reset falls at either level of clk. What is shown counts after the edge and until the next one, whatever the inputs
// do meanwhile; an X where it counts is a difference, and so is one on idle.
// At the first difference that counts it says what led there, the pins that differ and the command that repeats it, and
// stops with $fatal.
//   CYCLES: lines to play. +dir=DIR: the folder of the vectors. +from=N: begin with line N, where a reset begins.
//   +wave=FILE: waves. +plant=BIT: that bit of expected.hex is seen flipped where it counts, to show a report.
`timescale 1ns / 1ps
module vectors_pri_queue;

    import command_line_pkg::*;

    parameter CYCLES = 10000;
    localparam INPUTS = 272;
    localparam OUTPUTS = 870;

    reg [INPUTS-1:0] inputs[0:CYCLES-1];
    reg [OUTPUTS-1:0] expected[0:CYCLES-1];
    reg [OUTPUTS-1:0] mask[0:CYCLES-1];

    reg clk;
    reg rst_n;
    reg [4:0] cfg_size_log2_max;
    reg cfg_pps;
    reg cfg_pasid_supported;
    reg cfg_msi_supported;
    reg cfg_auto_fail_last_only;
    reg cfg_stop_marker_needs_ssv;
    reg [6:0] cfg_accept_interval;
    reg [6:0] cfg_write_latency;
    reg [4:0] cfg_records_in_flight;
    reg request_valid;
    reg [63:0] request_address;
    reg [31:0] request_stream_id;
    reg [19:0] request_pasid;
    reg [8:0] request_prg_index;
    reg request_has_pasid;
    reg [4:0] request_access;
    reg request_secure;
    reg memory_response_valid;
    reg [31:0] memory_response_id;
    reg [1:0] memory_response_status;
    reg lookup_answer_valid;
    reg lookup_answer_reachable;
    reg lookup_answer_ppar;
    reg control_valid;
    reg [2:0] control_what;
    reg [63:0] control_value;
    reg response_ready;
    reg memory_request_ready;
    reg lookup_ready;

    wire request_ready;
    wire response_valid;
    wire [31:0] response_stream_id;
    wire [19:0] response_pasid;
    wire [8:0] response_prg_index;
    wire response_has_pasid;
    wire [3:0] response_code;
    wire [7:0] response_cause;
    wire memory_request_valid;
    wire [63:0] memory_request_address;
    wire [31:0] memory_request_id;
    wire [7:0] memory_request_size;
    wire memory_request_write;
    wire [127:0] memory_request_data;
    wire lookup_valid;
    wire [31:0] lookup_stream_id;
    wire status_valid;
    wire [31:0] status_prod;
    wire [31:0] status_cons;
    wire [2:0] status_enable_ack;
    wire [3:0] status_changed;
    wire interrupt_valid;
    wire [31:0] interrupt_prod;
    wire abort_valid;
    wire abort_record;
    wire abort_msi;
    wire [7:0] abort_cause;
    wire decision_valid;
    wire [63:0] decision_address;
    wire [31:0] decision_stream_id;
    wire [19:0] decision_pasid;
    wire [8:0] decision_prg_index;
    wire decision_has_pasid;
    wire [4:0] decision_access;
    wire decision_secure;
    wire [31:0] decision_slot;
    wire [31:0] decision_lap;
    wire [7:0] decision_cause;
    wire decision_overflow_starts;
    wire commit_valid;
    wire [63:0] commit_address;
    wire [31:0] commit_stream_id;
    wire [19:0] commit_pasid;
    wire [8:0] commit_prg_index;
    wire commit_has_pasid;
    wire [4:0] commit_access;
    wire commit_secure;
    wire [31:0] commit_slot;
    wire [31:0] commit_lap;
    wire [7:0] commit_cause;
    wire idle;  // says when nothing will change; the vectors do not hold it, but it is not X. Without one leave it open

    pri_queue dut (
        .clk(clk), .rst_n(rst_n), .cfg_size_log2_max(cfg_size_log2_max), .cfg_pps(cfg_pps),
        .cfg_pasid_supported(cfg_pasid_supported), .cfg_msi_supported(cfg_msi_supported),
        .cfg_auto_fail_last_only(cfg_auto_fail_last_only), .cfg_stop_marker_needs_ssv(cfg_stop_marker_needs_ssv),
        .cfg_accept_interval(cfg_accept_interval), .cfg_write_latency(cfg_write_latency),
        .cfg_records_in_flight(cfg_records_in_flight),
        .request_valid(request_valid), .request_address(request_address), .request_stream_id(request_stream_id),
        .request_pasid(request_pasid), .request_prg_index(request_prg_index), .request_has_pasid(request_has_pasid),
        .request_access(request_access), .request_secure(request_secure),
        .memory_response_valid(memory_response_valid), .memory_response_id(memory_response_id),
        .memory_response_status(memory_response_status), .lookup_answer_valid(lookup_answer_valid),
        .lookup_answer_reachable(lookup_answer_reachable), .lookup_answer_ppar(lookup_answer_ppar),
        .control_valid(control_valid), .control_what(control_what), .control_value(control_value),
        .response_ready(response_ready), .memory_request_ready(memory_request_ready), .lookup_ready(lookup_ready),
        .request_ready(request_ready), .response_valid(response_valid), .response_stream_id(response_stream_id),
        .response_pasid(response_pasid), .response_prg_index(response_prg_index),
        .response_has_pasid(response_has_pasid), .response_code(response_code), .response_cause(response_cause),
        .memory_request_valid(memory_request_valid), .memory_request_address(memory_request_address),
        .memory_request_id(memory_request_id), .memory_request_size(memory_request_size),
        .memory_request_write(memory_request_write), .memory_request_data(memory_request_data),
        .lookup_valid(lookup_valid), .lookup_stream_id(lookup_stream_id), .status_valid(status_valid),
        .status_prod(status_prod), .status_cons(status_cons), .status_enable_ack(status_enable_ack),
        .status_changed(status_changed), .interrupt_valid(interrupt_valid), .interrupt_prod(interrupt_prod),
        .abort_valid(abort_valid), .abort_record(abort_record), .abort_msi(abort_msi), .abort_cause(abort_cause),
        .decision_valid(decision_valid), .decision_address(decision_address),
        .decision_stream_id(decision_stream_id), .decision_pasid(decision_pasid),
        .decision_prg_index(decision_prg_index), .decision_has_pasid(decision_has_pasid),
        .decision_access(decision_access), .decision_secure(decision_secure), .decision_slot(decision_slot),
        .decision_lap(decision_lap), .decision_cause(decision_cause),
        .decision_overflow_starts(decision_overflow_starts), .commit_valid(commit_valid),
        .commit_address(commit_address), .commit_stream_id(commit_stream_id), .commit_pasid(commit_pasid),
        .commit_prg_index(commit_prg_index), .commit_has_pasid(commit_has_pasid), .commit_access(commit_access),
        .commit_secure(commit_secure), .commit_slot(commit_slot), .commit_lap(commit_lap),
        .commit_cause(commit_cause), .idle(idle)
    );

    wire [OUTPUTS-1:0] shown;
    assign shown = {
        request_ready, response_valid, response_stream_id, response_pasid, response_prg_index, response_has_pasid,
        response_code, response_cause, memory_request_valid, memory_request_address, memory_request_id,
        memory_request_size, memory_request_write, memory_request_data, lookup_valid, lookup_stream_id, status_valid,
        status_prod, status_cons, status_enable_ack, status_changed, interrupt_valid, interrupt_prod, abort_valid,
        abort_record, abort_msi, abort_cause, decision_valid, decision_address, decision_stream_id, decision_pasid,
        decision_prg_index, decision_has_pasid, decision_access, decision_secure, decision_slot, decision_lap,
        decision_cause, decision_overflow_starts, commit_valid, commit_address, commit_stream_id, commit_pasid,
        commit_prg_index, commit_has_pasid, commit_access, commit_secure, commit_slot, commit_lap, commit_cause
    };

    reg [8*1024-1:0] dir;
    reg [8*1024-1:0] wave;
    integer n;
    integer from;
    reg from_given;
    integer plant;
    reg [OUTPUTS-1:0] planted;
    reg [OUTPUTS-1:0] differs;

    task read_vectors;
        begin
            if (!$value$plusargs("dir=%s", dir)) dir = ".";
            $readmemh({dir, "/inputs.hex"}, inputs);
            $readmemh({dir, "/expected.hex"}, expected);
            $readmemh({dir, "/mask.hex"}, mask);
        end
    endtask

    task read_arguments;
        begin
            from = 0;
            from_given = $value$plusargs("from=%d", from);
            if (from < 0 || from >= CYCLES || !reset_begins(from)) $fatal(1, "+from: no reset begins there");
            planted = 0;
            if ($value$plusargs("plant=%d", plant)) begin
                if (plant < 0 || plant >= OUTPUTS) $fatal(1, "+plant: there are %0d bits", OUTPUTS);
                planted[plant] = 1;
            end
            if ($value$plusargs("wave=%s", wave)) begin
                $dumpfile(wave);
                $dumpvars(0, vectors_pri_queue);
            end
        end
    endtask

    // What stands on the pins before edge n
    task drive;
        begin
            {
                rst_n, cfg_size_log2_max, cfg_pps, cfg_pasid_supported, cfg_msi_supported, cfg_auto_fail_last_only,
                cfg_stop_marker_needs_ssv, cfg_accept_interval, cfg_write_latency, cfg_records_in_flight, request_valid,
                request_address,
                request_stream_id, request_pasid, request_prg_index, request_has_pasid, request_access,
                request_secure, memory_response_valid, memory_response_id, memory_response_status,
                lookup_answer_valid, lookup_answer_reachable, lookup_answer_ppar, control_valid, control_what,
                control_value, response_ready, memory_request_ready, lookup_ready
            } = inputs[n];
            if (!request_valid)
                {
                    request_address, request_stream_id, request_pasid, request_prg_index, request_has_pasid,
                    request_access, request_secure
                } = {132{1'bx}};
            if (!memory_response_valid)
                {
                    memory_response_id, memory_response_status
                } = {34{1'bx}};
            if (!lookup_answer_valid)
                {
                    lookup_answer_reachable, lookup_answer_ppar
                } = {2{1'bx}};
            if (!control_valid)
                {
                    control_what, control_value
                } = {67{1'bx}};
        end
    endtask

    // ---- The report of a difference ----

    localparam HISTORY = 24;  // edges with something that are told before a difference

    // The pins of a line, from its highest bit down: the fields of a channel follow its valid
    localparam ROWS = 96;
    localparam PIN = 0;
    localparam CONFIG = 1;
    localparam VALID = 2;
    localparam FIELD = 3;
    localparam PULSE = -1;  // a valid that needs no ready,
    localparam WAITS = -2;  // one whose ready is request_ready; otherwise: the bit of the inputs that is its ready
    integer kind[0:ROWS-1];
    reg [8*24-1:0] name[0:ROWS-1];
    integer width[0:ROWS-1];
    integer ready[0:ROWS-1];
    integer rows;
    integer input_rows;

    task row(input integer a_kind, input [8*24-1:0] a_name, input integer a_width, input integer a_ready);
        begin
            kind[rows] = a_kind;
            name[rows] = a_name;
            width[rows] = a_width;
            ready[rows] = a_ready;
            rows = rows + 1;
        end
    endtask

    task make_rows;
        begin
            rows = 0;
            row(PIN, "rst_n", 1, PULSE);
            row(CONFIG, "size_log2_max", 5, PULSE);
            row(CONFIG, "pps", 1, PULSE);
            row(CONFIG, "pasid_supported", 1, PULSE);
            row(CONFIG, "msi_supported", 1, PULSE);
            row(CONFIG, "auto_fail_last_only", 1, PULSE);
            row(CONFIG, "stop_marker_needs_ssv", 1, PULSE);
            row(CONFIG, "accept_interval", 7, PULSE);
            row(CONFIG, "write_latency", 7, PULSE);
            row(CONFIG, "records_in_flight", 5, PULSE);
            row(VALID, "request", 1, WAITS);
            row(FIELD, "address", 64, PULSE);
            row(FIELD, "stream_id", 32, PULSE);
            row(FIELD, "pasid", 20, PULSE);
            row(FIELD, "prg_index", 9, PULSE);
            row(FIELD, "has_pasid", 1, PULSE);
            row(FIELD, "access", 5, PULSE);
            row(FIELD, "secure", 1, PULSE);
            row(VALID, "memory_response", 1, PULSE);
            row(FIELD, "id", 32, PULSE);
            row(FIELD, "status", 2, PULSE);
            row(VALID, "lookup_answer", 1, PULSE);
            row(FIELD, "reachable", 1, PULSE);
            row(FIELD, "ppar", 1, PULSE);
            row(VALID, "control", 1, PULSE);
            row(FIELD, "what", 3, PULSE);
            row(FIELD, "value", 64, PULSE);
            row(PIN, "response_ready", 1, PULSE);
            row(PIN, "memory_request_ready", 1, PULSE);
            row(PIN, "lookup_ready", 1, PULSE);
            input_rows = rows;
            row(PIN, "request_ready", 1, PULSE);
            row(VALID, "response", 1, 2);
            row(FIELD, "stream_id", 32, PULSE);
            row(FIELD, "pasid", 20, PULSE);
            row(FIELD, "prg_index", 9, PULSE);
            row(FIELD, "has_pasid", 1, PULSE);
            row(FIELD, "code", 4, PULSE);
            row(FIELD, "cause", 8, PULSE);
            row(VALID, "memory_request", 1, 1);
            row(FIELD, "address", 64, PULSE);
            row(FIELD, "id", 32, PULSE);
            row(FIELD, "size", 8, PULSE);
            row(FIELD, "write", 1, PULSE);
            row(FIELD, "data", 128, PULSE);
            row(VALID, "lookup", 1, 0);
            row(FIELD, "stream_id", 32, PULSE);
            row(VALID, "status", 1, PULSE);
            row(FIELD, "prod", 32, PULSE);
            row(FIELD, "cons", 32, PULSE);
            row(FIELD, "enable_ack", 3, PULSE);
            row(FIELD, "changed", 4, PULSE);
            row(VALID, "interrupt", 1, PULSE);
            row(FIELD, "prod", 32, PULSE);
            row(VALID, "abort", 1, PULSE);
            row(FIELD, "record", 1, PULSE);
            row(FIELD, "msi", 1, PULSE);
            row(FIELD, "cause", 8, PULSE);
            row(VALID, "decision", 1, PULSE);
            row(FIELD, "address", 64, PULSE);
            row(FIELD, "stream_id", 32, PULSE);
            row(FIELD, "pasid", 20, PULSE);
            row(FIELD, "prg_index", 9, PULSE);
            row(FIELD, "has_pasid", 1, PULSE);
            row(FIELD, "access", 5, PULSE);
            row(FIELD, "secure", 1, PULSE);
            row(FIELD, "slot", 32, PULSE);
            row(FIELD, "lap", 32, PULSE);
            row(FIELD, "cause", 8, PULSE);
            row(FIELD, "overflow_starts", 1, PULSE);
            row(VALID, "commit", 1, PULSE);
            row(FIELD, "address", 64, PULSE);
            row(FIELD, "stream_id", 32, PULSE);
            row(FIELD, "pasid", 20, PULSE);
            row(FIELD, "prg_index", 9, PULSE);
            row(FIELD, "has_pasid", 1, PULSE);
            row(FIELD, "access", 5, PULSE);
            row(FIELD, "secure", 1, PULSE);
            row(FIELD, "slot", 32, PULSE);
            row(FIELD, "lap", 32, PULSE);
            row(FIELD, "cause", 8, PULSE);
        end
    endtask

    // What a walk over the pins of a line does:
    localparam COUNT = 0;    // says in `found` whether something happened,
    localparam TELL = 1;     // tells what arrived or was newly shown, under the line's number,
    localparam SETTING = 2;  // tells the configuration,
    localparam COMPARE = 3;  // or tells the pins that differ

    integer walk;
    reg moved;    // between two edges
    integer line;
    integer top;     // the lowest bit of the pin at hand
    integer at;      // its row
    integer channel; // the row of its channel's valid
    reg [OUTPUTS-1:0] bits;
    reg [OUTPUTS-1:0] counts;
    reg [OUTPUTS-1:0] stood;  // what the outputs had before the edge
    reg open;  // the fields of this channel are told
    reg found;

    function reset_begins(input integer k);
        reset_begins = !inputs[k][INPUTS-1] && (k == 0 || inputs[k==0?0 : k-1][INPUTS-1]);
    endfunction

    // The pin at hand of a whole line
    function [127:0] pin_of(input [OUTPUTS-1:0] all);
        reg [OUTPUTS-1:0] moved;
        begin
            moved = all >> top;
            pin_of = moved[127:0] & ~({128{1'b1}} << width[at]);
        end
    endfunction

    // Both values, if they differ
    task compare_pin;
        if (pin_of(counts & (bits ^ shown ^ planted)) !== 128'd0) begin
            if (kind[at] == FIELD) $write("  %0s_%0s", name[channel], name[at]);
            else if (kind[at] == VALID) $write("  %0s_valid", name[at]);
            else $write("  %0s", name[at]);
            $display(": shown %0h, expected %0h", pin_of(counts & (shown ^ planted)), pin_of(counts & bits));
        end
    endtask

    // What a channel offers is told at the edge at which an input is taken and an output is new
    task open_channel;
        begin
            open = bits[top];
            if (ready[at] == WAITS) open = open && stood[OUTPUTS-1];
            else if (ready[at] >= 0) open = open && !(stood[top] && !inputs[line][ready[at]]);
            if (open && !found && walk == TELL) $display("  edge %0d", line);
            found = found || open;
            if (open && walk == TELL) $write("    %0s %0s", at < input_rows ? ">" : "<", name[at]);
        end
    endtask

    task close_channel;
        begin
            if (open && walk == TELL) $display("");
            open = 0;
        end
    endtask

    task walk_rows(input integer first, input integer last);
        begin
            for (at = first; at < last; at = at + 1) begin
                top = top - width[at];
                if (kind[at] != FIELD) close_channel;
                if (kind[at] == VALID) channel = at;
                if (walk == COMPARE) compare_pin;
                else if (walk == SETTING && kind[at] == CONFIG) $write(" %0s %0d", name[at], pin_of(bits));
                else if (walk != SETTING && kind[at] == VALID) open_channel;
                else if (walk == TELL && kind[at] == FIELD && open && pin_of(counts) != 0)
                    $write(" %0s %0h", name[at], pin_of(counts & bits));
            end
            close_channel;
        end
    endtask

    task walk_line(input integer what, input integer k);
        begin
            walk = what;
            line = k;
            open = 0;
            found = reset_begins(k);
            if (walk == TELL && found) $display("  edge %0d\n    > rst_n 0", k);
            stood = k == 0 || reset_begins(k) ? 0 : expected[k==0?0 : k-1];
            if (walk != COMPARE) begin
                top = INPUTS;
                bits = {{OUTPUTS - INPUTS{1'b0}}, inputs[k]};
                counts = {OUTPUTS{1'b1}};
                walk_rows(0, input_rows);
            end
            if (walk != SETTING) begin
                top = OUTPUTS;
                bits = expected[k];
                counts = mask[k];
                walk_rows(input_rows, rows);
            end
        end
    endtask

    // The last edges with something up to edge n, not beyond its reset
    task tell_history;
        integer first;
        integer k;
        integer edges;
        begin
            first = n;
            edges = 0;
            for (k = n; k >= from && edges < HISTORY; k = k - 1) begin
                walk_line(COUNT, k);
                if (found) begin
                    first = k;
                    edges = edges + 1;
                end
                if (reset_begins(k)) edges = HISTORY;
            end
            for (k = first; k <= n; k = k + 1) walk_line(TELL, k);
        end
    endtask

    // The first line of a file beside the vectors
    task write_line_of(input [8*1036-1:0] path);
        integer file;
        integer c;
        begin
            file = $fopen(path, "r");
            c = file == 0 ? -1 : $fgetc(file);
            while (c >= 0 && c != 10) begin
                $write("%c", c[7:0]);
                c = $fgetc(file);
            end
            if (file != 0) $fclose(file);
            $display("");
        end
    endtask

    task report;
        integer reset;
        begin
            make_rows;
            reset = n;
            while (!reset_begins(reset)) reset = reset - 1;
            $display("first difference: line %0d, %0d edges after its reset; values are hexadecimal", n, n - reset);
            $write("vectors: ");
            write_line_of({dir, "/command.txt"});
            $write("configuration (decimal):");
            walk_line(SETTING, n);
            $display("");
            tell_history;
            $display("edge %0d differs", n);
            if (moved) $display("  before the next one, with its inputs:");
            walk_line(COMPARE, n);
            if (idle === 1'bx) $display("  idle: shown x");
            $write("repeat: ");
            write_command_line;
            if (from_given) $display("");
            else begin
                $display("+from=%0d +wave=vectors_pri_queue.vcd", reset);
                $write("or the whole run, if state has survived the reset: ");
                write_command_line;
                $display("");
            end
        end
    endtask

    // What counts of line k is as expected
    task compare(input integer k, input [OUTPUTS-1:0] flipped);
        begin
            differs = (shown ^ flipped ^ expected[k]) & mask[k];
            if (differs !== {OUTPUTS{1'b0}} || idle === 1'bx) begin
                moved = k != n;
                n = k;
                report;
                $fatal(1, "the queue and the vectors differ");
            end
        end
    endtask

    initial begin
        read_vectors;
        read_arguments;
        clk = 0;
        for (n = from; n < CYCLES; n = n + 1) begin
            if (mask[n][OUTPUTS-1] !== 1'b1) $fatal(1, "the vectors end before line %0d", n);
            drive;
            #4;
            if (n > from && rst_n) compare(n - 1, 0);
            #1 clk = 1;
            #4;
            compare(n, planted);
            if (n % 2 == 1 && n + 1 < CYCLES && !inputs[n+1==CYCLES?n : n+1][INPUTS-1]) rst_n = 0;
            #1 clk = 0;
        end
        $display("%0d cycles, no difference", CYCLES - from);
        $finish;
    end

endmodule
