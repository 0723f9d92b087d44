#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The report of lockstep: with a planted fault it names the port and what both queues show there, tells the edges
# before, and the command that it prints says the same again.
#   report.sh LOCKSTEP
set -euo pipefail
lockstep=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
fail() {
    printf 'report: %s\n' "$*" >&2
    exit 1
}

while read -r fault port; do
    ! "$lockstep" --mutate-rtl "$fault" --seed 3 --quiet >out 2>said || fail "$fault is not found"
    edge=$(sed -n 's/^first difference: seed 3 episode [0-9]* edge \([0-9]*\)$/\1/p' said)
    grep -q "^edge $edge differs$" said || fail "$fault: $(cat said)"
    # What both show at the port, one line each, which are different.
    mapfile -t both < <(sed -n "/^edge $edge differs\$/,/^repeat/p" said | grep -A 2 "^  $port\$" |
        grep -E '^    (C|RTL): ')
    [[ ${#both[@]} == 2 && ${both[0]#*: } != "${both[1]#*: }" ]] || fail "$fault: not at $port: $(cat said)"
    grep -q '^configuration: size_log2_max ' said || fail "$fault: $(cat said)"
    history=$(sed -n '/^edge [0-9]*$/p' said)
    [[ $(wc -l <<<"$history") -ge 5 && $(tail -n 1 <<<"$history") == "edge $edge" ]] || fail "$fault: $(cat said)"
    ! sh -c "$(sed -n 's/^repeat: //p' said)" >out 2>again </dev/null || fail "$fault: its command finds nothing"
    diff said again || fail "$fault: its command says something else"
done <<'FAULTS'
record_pasid MEMORY_REQUEST
changed STATUS
lap COMMIT
abort_msi ABORT
FAULTS
echo "4 faults"
