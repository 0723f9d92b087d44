#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The vectors of `prisim vectors` against rtl/pri_queue.sv in Icarus: for several latencies they pass, and with a fault
# planted in a copy of the RTL they fail. What cannot be made is refused with exit 2 and one line, and leaves nothing.
#   vectors.sh ROOT PRISIM
set -euo pipefail
root=$1 prisim=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
bench=$root/examples/vectors_pri_queue/vectors_pri_queue.sv

# compile RTL CYCLES PROGRAM
compile() {
    iverilog -g2012 -s vectors_pri_queue "-Pvectors_pri_queue.CYCLES=$2" -o "$3" \
        "$root/rtl/pri_queue_pkg.sv" "$1" "$bench"
}

fail() {
    printf 'vectors: %s\n' "$*" >&2
    exit 1
}

cycles=6000 sets=0
compile "$root/rtl/pri_queue.sv" $cycles queue
compile "$root/rtl/pri_queue.sv" $((cycles + 1)) longer
for settings in "" "accept_interval=1 write_latency=1 records_in_flight=1" \
    "accept_interval=1 write_latency=64 records_in_flight=16 pps=1" "accept_interval=9 size_log2_max=1 msi_supported=0"
do
    options=()
    for setting in $settings; do
        options+=(--set "$setting")
    done
    "$prisim" vectors --out "vectors$((++sets))" --cycles $cycles --seed "$sets" "${options[@]}"
    vvp queue "+dir=vectors$sets" >said || fail "$settings: $(cat said)"
    grep -q "$cycles cycles, no difference" said || fail "$settings: $(cat said)"
done
"$prisim" vectors --out again --cycles $cycles --seed 1 >/dev/null
diff -r again vectors1 || fail "the same seed gives other vectors"
! vvp longer +dir=again >said 2>&1 || fail "vectors that are too short pass"

# Each of these faults must be found: old text, new text
while IFS='|' read -r old new; do
    cp "$root/rtl/pri_queue.sv" planted.sv
    grep -q -- "$old" planted.sv || fail "no such text in the RTL: $old"
    sed -i "s|$old|$new|" planted.sv
    compile planted.sv $cycles planted
    ! vvp planted +dir=vectors1 >said 2>&1 || fail "not found: $new"
    grep -q 'the queue and the vectors differ' said || fail "$(cat said)"
done <<'FAULTS'
offer_request.prg_index,|{1'b0, offer_request.prg_index[7:0]},
accept_wait_next = cfg_accept_interval - 7'd1;|accept_wait_next = cfg_accept_interval;
assign full = taken > slot_mask|assign full = taken >= slot_mask
retired_last <= head_request.access\[pri_queue_pkg::ACCESS_LAST\];|retired_last <= 1'b1;
FAULTS

refused() {
    local status=0
    "$prisim" vectors "$@" >said 2>&1 || status=$?
    [[ $status == 2 && $(wc -l <said) == 1 ]] || fail "vectors $*: exit $status: $(cat said)"
    [[ ! -e none ]] || fail "vectors $*: left something"
}
refused
refused --out none --cycles 0
refused --out none --cycles 1000001
refused --out none --cycles 10x
refused --out none --seed -1
refused --out none --set accept_interval=65
refused --out none --set accept_interval
refused --out none --set speed=1
refused --out none extra
refused --out none/deeper
touch file
refused --out file
echo "$sets sets of vectors pass"
