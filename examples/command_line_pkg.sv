// SPDX-License-Identifier: Apache-2.0
//
// How this simulation was called, for the line of a report that says how to repeat it. Linux tells it under any
// simulator.
package command_line_pkg;

    // Writes the command with a space behind it, so that a shell reads it as it was; no newline
    task automatic write_command_line;
        integer file;
        integer c;
        bit plain;
        file = $fopen("/proc/self/cmdline", "rb");
        if (file == 0) $write("(this simulation) ");
        else begin
            c = $fgetc(file);
            while (c >= 0) begin
                plain = (c >= "0" && c <= "9") || (c >= "A" && c <= "Z") || (c >= "a" && c <= "z") || c == "_"
                    || c == "-" || c == "+" || c == "=" || c == "." || c == "/" || c == ":" || c == ",";
                if (c == 0) $write(" ");
                else if (plain) $write("%c", c[7:0]);
                else $write("\\%c", c[7:0]);
                c = $fgetc(file);
            end
            $fclose(file);
        end
    endtask

endpackage
