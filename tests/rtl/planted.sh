#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A fault planted in the RTL changes the log of a scenario that runs with it: the plug-in is linked again with a
# Verilated copy of rtl/pri_queue.sv in which one line is another one. The first difference is the one that the fault
# makes.
#   planted.sh ROOT BUILD_FOLDER
set -euo pipefail
root=$1 build=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
scenario=$root/scenarios/unbind_while_queued.yaml

# plugin RTL FOLDER: builds FOLDER/prisim-engine-systemc.so
plugin() {
    verilator --cc --build -j 2 --trace-fst -O3 --assert --x-assign fast -Wno-fatal --prefix Vpri_queue \
        --top-module pri_queue -MAKEFLAGS "OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O0" -CFLAGS "-DVL_USER_STOP -fPIC" \
        --Mdir "$2" "$root/rtl/pri_queue_pkg.sv" "$1" "$root/rtl/pri_queue_sva.sv" >"$2.log" 2>&1
    local include
    include=$(verilator --getenv VERILATOR_ROOT)/include
    g++ -std=c++17 -w -O0 -fPIC -DVL_USER_STOP -I"$root" -I"$2" -I"$include" -I"$include/vltstd" \
        -c "$root/rtl/pri_queue_pins.cpp" -o "$2/pins.o"
    for object in verilated verilated_threads verilated_fst_c; do
        [[ -f $2/$object.o ]] || g++ -std=c++17 -w -O0 -fPIC -DVL_USER_STOP -I"$include" -I"$include/vltstd" \
            -c "$include/$object.cpp" -o "$2/$object.o"
    done
    local link
    link=$(ninja -C "$build" -t commands prisim-engine-systemc.so | tail -n 1)
    [[ $link == *rtl/libprisim_pri_queue_rtl.a* ]]
    link=${link/-o prisim-engine/-o $2/prisim-engine}
    local objects="$2/pins.o $2/Vpri_queue__ALL.a $2/verilated.o $2/verilated_threads.o $2/verilated_fst_c.o"
    (cd "$build" && sh -c "${link//rtl\/libprisim_pri_queue_rtl.a/$objects}")
}

# log_of FOLDER LOG: of a run with the plug-in of that folder
log_of() {
    PRISIM_ENGINES=$1 "$build/prisim" run "$scenario" --pri-queue rtl --quiet --log "$2" >/dev/null || true
    [[ -s $2 ]]
}

# W of every record is 0: until software reads one, nothing is different.
sed "s/^        offer_request.access\[pri_queue_pkg::ACCESS_WRITE\],/        1'b0,/" \
    "$root/rtl/pri_queue.sv" >"$work/planted.sv"
cmp -s "$root/rtl/pri_queue.sv" "$work/planted.sv" && { echo "nothing is planted" >&2; exit 1; }
plugin "$work/planted.sv" "$work/planted"
log_of "$work/planted" "$work/planted.jsonl"
log_of "$build" "$work/now.jsonl"
first=$(diff "$work/now.jsonl" "$work/planted.jsonl" | sed -n '/^>/{p;q}' || true)
[[ $first == *'"event":"driver.take"'*'"access":"RL"'* ]] || { echo "not this fault's difference: $first" >&2; exit 1; }
echo "$first"
