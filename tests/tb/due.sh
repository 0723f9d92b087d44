#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The verdict that is due to runs which are not as expected, or say nothing: each file in tests/tb/due has it in its
# head, "# due STATUS" and lines "# says WORDS" that --quiet must print, whole and in this order, on every engine.
#   due.sh PROGRAM FOLDER ENGINE...
set -u
program=$1 folder=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0 count=0
for file in "$folder"/*.yaml; do
    status=$(sed -n 's/^# due //p' "$file")
    sed -n 's/^# says //p' "$file" >"$work/expected"
    for engine in "$@"; do
        got=0
        "$program" run --quiet --engine "$engine" "$file" >"$work/said" 2>&1 || got=$?
        sed -i 's/^ *//' "$work/said"
        count=$((count + 1))
        if [[ $got != "$status" ]] || ! cmp -s "$work/expected" "$work/said"; then
            printf '%s, %s: exit %s, expected %s; expected (-) and said (+):\n' "$file" "$engine" "$got" "$status"
            diff -u "$work/expected" "$work/said" | tail -n +3
            failed=1
        fi
    done
done
[[ $count -gt 0 ]] || failed=1
exit $failed
