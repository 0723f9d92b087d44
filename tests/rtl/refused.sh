#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# --pri-queue rtl where it cannot be had: exit 2, one line on standard error, nothing on standard output.
#   refused.sh PRISIM TEXT RUN_ARGUMENT...
set -euo pipefail
prisim=$1 text=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
"$prisim" run "$@" --log "$work/log" >"$work/out" 2>"$work/err" || status=$?
[[ $status == 2 && ! -s $work/out && ! -e $work/log && $(wc -l <"$work/err") == 1 ]]
grep -F -- "$text" "$work/err"
