#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The report of the DPI example: without a fault there is none; with one it names the pin and both values, tells the
# edges before, and the command that it prints shows the same difference again, from the reset before it. Every pin is
# planted once and called by its name.
#   dpi_report.sh BENCH PRISIM
set -euo pipefail
testbench=$1 prisim=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
fail() {
    printf 'dpi_report: %s\n' "$*" >&2
    exit 1
}

"$testbench" +seed=7 >said 2>&1 || fail "$(cat said)"
grep -q '^6000 cycles, no difference$' said || fail "$(cat said)"

# differs COMMAND FILE: the report of a run that must find something
differs() {
    ! sh -c "$1" >"$2" 2>&1 || fail "no difference: $1"
    grep -q 'the RTL and the model differ' "$2" || fail "$1: $(cat "$2")"
}

# The pins that differ, with their values, and where
what() {
    sed -n '/^first difference/p; /^edge [0-9]* differs$/,/^repeat/{/^repeat/!p}' "$1"
}

# Stream IDs are other ones in the second episode: a decision tells it first.
differs "$testbench +plant=2600" found
cycle=$(sed -n 's/^first difference: cycle \([0-9]*\), episode 1, seed 1;.*/\1/p' found)
[[ $cycle -ge 2600 && $cycle -lt 2700 ]] || fail "$(head -n 1 found)"
grep -qE '^  decision_stream_id: RTL [0-9a-f]+, model [0-9a-f]+$' found || fail "the pin is not named"
[[ $(grep -cE '^  [a-z_]+: RTL ' found) == 1 ]] || fail "more pins than the one that differs"
[[ $(grep -c '^  edge [0-9]*$' found) == 24 ]] || fail "not 24 edges before it"
[[ $(grep '^  edge ' found | tail -n 1) == "  edge $cycle" ]] || fail "the history does not end where it differs"
sed -n "/^  edge $cycle\$/,/^edge/p" found | grep -q '^    > request address ' || fail "the request is not told"
sed -n "/^  edge $cycle\$/,/^edge/p" found | grep -q '^    < decision address ' || fail "the decision is not told"

differs "$(sed -n 's/^repeat: //p' found)" again
diff <(what found) <(what again) || fail "the printed command repeats something else"
grep -q '+episode=1 +wave=' <(sed -n 's/^repeat: //p' found) || fail "the episode alone is not repeated"
[[ -s dpi_pri_queue.vcd ]] || fail "no waves"
differs "$(sed -n 's/^or the whole run[^:]*: //p' found)" again
diff <(what found) <(what again) || fail "the whole run repeats something else"
# The repetition prints itself.
differs "$(sed -n 's/^repeat: //p' found)" again
[[ $(sed -n 's/^repeat: \(.*[^ ]\) *$/\1/p' again) == "$(sed -n 's/^repeat: //p' found)" ]] || fail "$(cat again)"

# README.txt of the vectors has the pins in the order of outputs_t, which ends with idle.
"$prisim" vectors --out vectors --cycles 1 >/dev/null
pins=0
while read -r low name; do
    differs "$testbench +plant=1 +plant_bit=$((low + 1))" found
    pin=$(sed -n '/^edge [0-9]* differs$/{n;s/^  \([a-z_]*\): RTL.*/\1/p}' found)
    [[ $pin == "${name%%_[0-9]*}" ]] || fail "$name differs, and the report says $pin"
    pins=$((pins + 1))
done < <(sed -n '/^expected/,$s/^  \[[0-9]*:\([0-9]*\)\] /\1 /p' vectors/README.txt)
[[ $pins == 52 ]] || fail "$pins pins"
! "$testbench" +episode=3 >said 2>&1 || fail "an episode behind the end is let pass"
grep -q '+episode' said || fail "$(cat said)"
echo "$pins pins"
