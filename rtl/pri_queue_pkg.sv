// SPDX-License-Identifier: Apache-2.0
//
// Numbers that rtl/pri_queue.sv shares with whoever connects it: causes in the order of model/core/causes.def and the
// words of model/pri_queue/pri_queue.h. No types and no functions: Icarus 11 and yosys 0.23 do not take them from here.
package pri_queue_pkg;

    // model/core/causes.def, the part that a PRI queue says; 0 is CAUSE_NONE
    localparam logic [7:0] CAUSE_ACCEPTED = 8'd1;
    localparam logic [7:0] CAUSE_QUEUE_OFF = 8'd2;
    localparam logic [7:0] CAUSE_QUEUE_ABORTED = 8'd3;
    localparam logic [7:0] CAUSE_SECURE_STREAM = 8'd4;
    localparam logic [7:0] CAUSE_OVERFLOW_ACTIVE = 8'd5;
    localparam logic [7:0] CAUSE_QUEUE_FULL = 8'd6;
    localparam logic [7:0] CAUSE_WRITE_ABORT = 8'd7;
    localparam logic [7:0] CAUSE_WRITE_ABORT_LATE = 8'd8;
    localparam logic [7:0] CAUSE_AUTO_NO_PASID = 8'd9;
    localparam logic [7:0] CAUSE_AUTO_PPS = 8'd10;
    localparam logic [7:0] CAUSE_AUTO_PPAR = 8'd11;
    localparam logic [7:0] CAUSE_AUTO_NO_PPAR = 8'd12;
    localparam logic [7:0] CAUSE_AUTO_NO_STE = 8'd13;

    // PCIE-MESSAGE: code of a PRG Response
    localparam logic [3:0] PRG_SUCCESS = 4'h0;
    localparam logic [3:0] PRG_FAILURE = 4'hf;

    // memory_response.status; anything but these two is a synchronous abort
    localparam logic [1:0] MEMORY_OK = 2'd0;
    localparam logic [1:0] MEMORY_ABORT_LATE = 2'd2;

    // pri_queue_control.what
    localparam logic [2:0] CONTROL_BASE = 3'd0;
    localparam logic [2:0] CONTROL_PROD = 3'd1;
    localparam logic [2:0] CONTROL_CONS = 3'd2;
    localparam logic [2:0] CONTROL_IRQ_CFG0 = 3'd3;
    localparam logic [2:0] CONTROL_IRQ_CFG1 = 3'd4;
    localparam logic [2:0] CONTROL_IRQ_CFG2 = 3'd5;
    localparam logic [2:0] CONTROL_ENABLE = 3'd6;
    localparam logic [2:0] CONTROL_ABORT_ACTIVE = 3'd7;

    // Bits of `enable` and `enable_ack`
    localparam int ENABLE_PRIQEN = 0;
    localparam int ENABLE_SMMUEN = 1;
    localparam int ENABLE_IRQEN = 2;

    // Bits of `access`
    localparam int ACCESS_READ = 0;
    localparam int ACCESS_WRITE = 1;
    localparam int ACCESS_LAST = 2;
    localparam int ACCESS_EXECUTE = 3;
    localparam int ACCESS_PRIVILEGED = 4;

    localparam logic [31:0] MSI_ID = 32'd16;

endpackage
