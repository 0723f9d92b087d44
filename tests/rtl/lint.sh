#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The RTL passes what its users have: verilator --lint-only -Wall, yosys synth with no latch and no loose wire, Icarus.
#   lint.sh ROOT verilator|yosys|icarus
set -euo pipefail
cd "$1"
sources=(rtl/pri_queue_pkg.sv rtl/pri_queue.sv)
case $2 in
    verilator)
        verilator --lint-only -Wall --top-module pri_queue "${sources[@]}"
        verilator --lint-only -Wall --assert --top-module pri_queue "${sources[@]}" rtl/pri_queue_sva.sv
        ;;
    yosys)
        yosys -q -p "read_verilog -sv ${sources[*]}; synth -top pri_queue; check -assert;
            select -assert-none t:\$dlatch*"
        ;;
    icarus)
        said=$(iverilog -g2012 -Wall -t null "${sources[@]}" 2>&1)
        [[ -z $said ]] || { printf '%s\n' "$said" >&2; exit 1; }
        ;;
esac
