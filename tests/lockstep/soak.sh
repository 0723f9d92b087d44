#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Two seeds side by side, S and S+1, each on a core of its own; what they say comes one after the other. Exit: 0 if both
# found nothing, otherwise that of the first that did not.
#   soak.sh LOCKSTEP [--seed S] [ARGS of LOCKSTEP]
set -euo pipefail
lockstep=$1
shift
seed=1 args=()
while [[ $# -gt 0 ]]; do
    case $1 in
        --seed) seed=${2:-}; shift 2 || shift ;;
        --seed=*) seed=${1#*=}; shift ;;
        *) args+=("$1"); shift ;;
    esac
done
[[ $seed =~ ^[0-9]{1,18}$ ]] || { echo "soak: --seed wants a number" >&2; exit 2; }
seed=$((10#$seed))
work=$(mktemp -d)
pids=()
# shellcheck disable=SC2317 # called by the trap
end() {
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM
for i in 0 1; do
    "$lockstep" --seed "$((seed + i))" "${args[@]}" >"$work/$i" 2>&1 &
    pids+=($!)
done
worst=0
for i in 0 1; do
    status=0
    wait "${pids[i]}" || status=$?
    cat "$work/$i"
    [[ $worst != 0 ]] || worst=$status
done
pids=()
exit "$worst"
