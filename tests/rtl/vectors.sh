#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The vectors of `prisim vectors` against rtl/pri_queue.sv in Icarus: for several latencies they pass, and with a fault
# planted in a copy of the RTL they fail: the report names the pin, tells the edges before, and the commands that it
# prints show the same again. What cannot be made is refused with exit 2 and one line, and leaves nothing.
#   vectors.sh ROOT PRISIM
set -euo pipefail
root=$1 prisim=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
testbench=$root/examples/vectors_pri_queue/vectors_pri_queue.sv

# compile RTL CYCLES PROGRAM
compile() {
    iverilog -g2012 -s vectors_pri_queue "-Pvectors_pri_queue.CYCLES=$2" -o "$3" \
        "$root/examples/command_line_pkg.sv" "$root/rtl/pri_queue_pkg.sv" "$1" "$testbench"
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
diff -r -x command.txt again vectors1 || fail "the same seed gives other vectors"
! vvp longer +dir=again >said 2>&1 || fail "vectors that are too short pass"
grep -q "the vectors end before line $cycles" said || fail "$(cat said)"

# The pins that differ, with their values, and where
what() {
    sed -n '/^first difference/p; /^edge [0-9]* differs$/,/^repeat/{/^repeat/!p}' "$1"
}

# printed PREFIX FILE: the command behind it
printed() {
    sed -n "s/^$1: //p" "$2"
}

# repeats REPORT PREFIX: the command that it prints shows the same
repeats() {
    ! sh -c "$(printed "$2" "$1")" >again.said 2>&1 </dev/null || fail "no difference: $(printed "$2" "$1")"
    diff <(what "$1") <(what again.said) || fail "$(printed "$2" "$1"): another difference"
}

# What waits is told once: a request where the queue takes it and decides, a memory request where it is new.
told_once() {
    [[ $(grep -c '^    > request ' "$1") == $(grep -c '^    < decision ' "$1") ]] || fail "requests: $(cat "$1")"
    [[ -z $(grep -E '^    < (memory_request|response) ' "$1" | uniq -d) ]] || fail "told twice: $(cat "$1")"
}

refused="status_prod status_changed decision_lap decision_cause decision_overflow_starts"
writes=0
# Each of these faults must be found: old text, new text, the pins that it is first seen at
while IFS='|' read -r old new names; do
    cp "$root/rtl/pri_queue.sv" planted.sv
    grep -q -- "$old" planted.sv || fail "no such text in the RTL: $old"
    sed -i "s|$old|$new|" planted.sv
    compile planted.sv $cycles planted
    ! vvp planted +dir=vectors1 >said 2>&1 || fail "not found: $new"
    grep -q 'the queue and the vectors differ' said || fail "$(cat said)"
    pins=$(sed -n 's/^  \([a-z_]*\): shown [0-9a-fxz]*, expected [0-9a-f]*$/\1/p' said | xargs)
    [[ $pins == "${names/REFUSED/$refused}" ]] || fail "$new: expected $names: $(cat said)"
    line=$(sed -n 's/^first difference: line \([0-9]*\),.*/\1/p' said)
    [[ $(grep '^  edge ' said | tail -n 1) == "  edge $line" ]] || fail "the history does not end at line $line"
    told_once said
    writes=$((writes + $(grep -c '^    < memory_request ' said || true)))
    edges=$(grep -c '^  edge ' said)
    [[ $edges == 24 || $(grep -A 1 -m 1 '^  edge ' said | tail -n 1) == "    > rst_n 0" ]] || fail "$edges edges"
    repeats said repeat
    [[ -s vectors_pri_queue.vcd ]] || fail "no waves"
    rm vectors_pri_queue.vcd
    repeats said "or the whole run[^:]*"
done <<'FAULTS'
offer_request.prg_index,|{1'b0, offer_request.prg_index[7:0]},|memory_request_data
accept_wait_next = cfg_accept_interval - 7'd1;|accept_wait_next = cfg_accept_interval;|request_ready
assign full = taken > slot_mask|assign full = taken >= slot_mask|request_ready
visible > slot_mask;|visible > 20'd0;|REFUSED
retired_last <= head_request.access\[pri_queue_pkg::ACCESS_LAST\];|retired_last <= 1'b1;|interrupt_valid
FAULTS

[[ $writes -gt 4 ]] || fail "$writes memory requests are told"
[[ $(printed repeat said) == *+from=[1-9]* ]] || fail "no fault was in a later episode: $(printed repeat said)"

# What a report says of the vectors writes them again.
mv vectors1 kept
sh -c "$(printed vectors said)" >/dev/null
diff -r kept vectors1 || fail "not the command that wrote them: $(printed vectors said)"
printed "configuration (decimal)" said | grep -q ' accept_interval 4 .* records_in_flight 4$' || fail "$(cat said)"

# Each pin is called by its name.
compile "$root/rtl/pri_queue.sv" 1500 short
"$prisim" vectors --out short.vectors --cycles 1500 --seed 1 >/dev/null
pins=0
while read -r low name; do
    ! vvp short +dir=short.vectors "+plant=$low" >said 2>&1 || fail "$name: not found"
    name=${name%%_[0-9]*}
    [[ $(sed -n 's/^  \([a-z_]*\): shown.*/\1/p' said | xargs) == "$name" ]] || fail "$name: $(cat said)"
    pins=$((pins + 1))
done < <(sed -n '/^expected/,$s/^  \[[0-9]*:\([0-9]*\)\] /\1 /p' short.vectors/README.txt)
[[ $pins == 52 ]] || fail "$pins pins"

# From each reset on, a report: rst_n is the highest bit.
resets=0
while read -r line; do
    ! vvp queue +dir=vectors1 "+from=$line" +plant=0 >said 2>&1 || fail "from $line: not found"
    told_once said
    resets=$((resets + 1))
done < <(awk '{ reset = /^[0-7]/ } reset && !was { print NR - 1 } { was = reset }' vectors1/inputs.hex)
[[ $resets -gt 5 ]] || fail "$resets resets"
! vvp short +dir=short.vectors +from=7 >said 2>&1 || fail "it begins where no reset does"
grep -q '+from: no reset begins there' said || fail "$(cat said)"

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
refused --out none --reset-within 0
refused --out none --reset-within 1000001
refused --out none --set accept_interval=65
refused --out none --set accept_interval
refused --out none --set speed=1
refused --out none extra
refused --out none/deeper
touch file
refused --out file
echo "$sets sets of vectors pass"
