#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# patched.sh KERNEL: a kernel engineer's way (docs/linux.md), with KERNEL a tree in which ./dev linux has built already.
# A copy of it in which the driver has no invalidation by range and writes PRIQ_IRQ_CFG2 without MSIs too: with --fixed
# both findings are gone, without it they are missed, and beside our driver the write is seen. A patch that makes it
# worse is seen; what cannot be run is refused.
set -euo pipefail
kernel=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
driver=drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c

expect() {
    local expected=$1 status=0
    shift
    "$@" >"$work/output" 2>&1 || status=$?
    if [[ $status != "$expected" ]]; then
        printf '%s: exit %s, expected %s\n' "$*" "$status" "$expected" >&2
        tail -n 20 "$work/output" >&2
        exit 1
    fi
}

# patch EXPRESSION...: the driver of the copy is the kernel's, changed in as many lines by sed.
patch() {
    local arguments=() expression
    for expression in "$@"; do
        arguments+=(-e "$expression")
    done
    sed "${arguments[@]}" "$kernel/$driver" >"$work/tree/$driver"
    [[ $(diff "$kernel/$driver" "$work/tree/$driver" | grep -c '^>') == "$#" ]] && return
    echo "patched.sh: the driver is another" >&2
    exit 1
}

cp -a "$kernel" "$work/tree"
patch 's/|= ARM_SMMU_FEAT_RANGE_INV/|= 0/' \
    's/writeq_relaxed(0, .*PRIQ_IRQ_CFG0);/{ & writel_relaxed(0, smmu->base + ARM_SMMU_PRIQ_IRQ_CFG2); }/'
expect 0 ./dev linux --source "$work/tree" --fixed
expect 1 ./dev linux --source "$work/tree" findings
grep -q 'NOT AS DUE: an access is due' "$work/output"
expect 1 ./dev linux --fixed findings
expect 1 ./dev linux --source "$work/tree" beside
grep -q 'probe, Linux, .*: only there .write PRIQ_IRQ_CFG2 = 0x0' "$work/output"

# The first thought: TTL=0. Of one page that is an illegal command (SMMU-TLBI-11), and nothing at all is invalidated.
patch 's/\(tlbi\.ttl\) = .*/\1 = 0;/'
expect 1 ./dev linux --source "$work/tree" load --configuration no_hints
grep -q 'an access after unmap' "$work/output"

mkdir "$work/nothing"
expect 2 ./dev linux --source "$work/nothing"
grep -q 'no kernel tree' "$work/output"
expect 2 ./dev linux --source
expect 2 ./dev linux --seed
expect 2 ./dev linux --seed x
expect 2 ./dev linux --configuration wire
expect 2 ./dev linux --what
expect 2 ./dev linux load --configuration plain
expect 2 ./dev linux findings --configuration plain
expect 2 ./dev linux sequence --log /nowhere/log
expect 2 ./dev linux sequence --log /dev/full
expect 0 ./dev linux --help
expect 0 ./dev linux --configuration plain
