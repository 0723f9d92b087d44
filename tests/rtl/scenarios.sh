#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Every scenario has one log and one verdict, whether the PRI queue is ours in C or the Verilated RTL.
#   scenarios.sh ROOT PRISIM
set -euo pipefail
root=$1 prisim=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0
while read -r scenario; do
    for queue in c rtl; do
        status=0
        "$prisim" run "$scenario" --pri-queue $queue --quiet --log "$work/$queue.jsonl" >"$work/$queue.said" ||
            status=$?
        echo "exit $status" >>"$work/$queue.said"
    done
    cmp "$work/c.jsonl" "$work/rtl.jsonl" || { echo "$scenario: the log is another one with the RTL" >&2; exit 1; }
    cmp "$work/c.said" "$work/rtl.said" || { echo "$scenario: the verdict is another one with the RTL" >&2; exit 1; }
    count=$((count + 1))
done < <(find "$root/scenarios" -name '*.yaml' | sort)
[[ $count -gt 0 ]]
echo "$count scenarios"
