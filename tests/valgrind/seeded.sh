#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# valgrind sees a read of what nobody wrote: pins.c is built with a copy of pri_queue_pins.h that initialises only some
# of the fields of the ports, as that header once did. With the header as it stands nothing is found.
#   seeded.sh ROOT
set -euo pipefail
root=$1
header=model/pri_queue/pri_queue_pins.h
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
    printf 'seeded: %s\n' "$*" >&2
    exit 1
}

# program NAME: with what lies in the folder NAME before the tree
program() {
    gcc -std=c11 -O1 -g "-I$work/$1" "-I$root" -o "$work/$1/pins" "$root"/tests/valgrind/pins.c \
        "$root"/tb/vectors/pri_queue_stimulus.c "$root"/model/pri_queue/*.c "$root"/model/core/config_check.c \
        "$root"/model/core/probe.c "$root"/model/core/canonical.c "$root"/model/core/memory_port.c
}

# memcheck NAME: prints its exit status
memcheck() {
    local status=0
    valgrind --quiet --error-exitcode=99 "$work/$1/pins" >"$work/$1/said" 2>"$work/$1/found" || status=$?
    echo $status
}

mkdir -p "$work/clean" "$work/seeded/$(dirname $header)"
sed 's/^\( *\)prisim_ports_init(&queue->ports, queue->probe, 0);/\1queue->ports.probe = queue->probe;/' \
    "$root/$header" >"$work/seeded/$header"
! cmp -s "$root/$header" "$work/seeded/$header" || fail "nothing is planted"
program clean
program seeded
[[ $(memcheck clean) == 0 && ! -s $work/clean/found ]] || fail "without a seed: $(cat "$work/clean/found")"
[[ $(memcheck seeded) == 99 ]] || fail "the seeded read is not found"
grep -q 'depends on uninitialised value' "$work/seeded/found" || fail "$(cat "$work/seeded/found")"
grep -q 'prisim_pri_queue_step' "$work/seeded/found" || fail "not the seeded read: $(cat "$work/seeded/found")"
grep -m 1 -A 2 'depends on uninitialised value' "$work/seeded/found"
