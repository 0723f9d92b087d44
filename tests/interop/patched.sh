#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# patched.sh KERNEL: a kernel engineer's way (docs/linux.md), with KERNEL a tree in which ./dev linux has built already. A
# copy of it in which the driver sends no TTL and writes PRIQ_IRQ_CFG2 without MSIs too: with --fixed both findings are
# gone, without it they are missed; and a tree that has nothing to build is refused.
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

cp -a "$kernel" "$work/tree"
sed -e 's/\(tlbi\.ttl\) = .*/\1 = 0;/' \
    -e 's/writeq_relaxed(0, .*PRIQ_IRQ_CFG0);/{ & writel_relaxed(0, smmu->base + ARM_SMMU_PRIQ_IRQ_CFG2); }/' \
    "$kernel/$driver" >"$work/tree/$driver"
[[ $(diff "$kernel/$driver" "$work/tree/$driver" | grep -c '^>') == 2 ]] || { echo "the driver is another" >&2; exit 1; }
expect 0 ./dev linux --source "$work/tree" --fixed findings
expect 0 ./dev linux --source "$work/tree" --fixed load
expect 1 ./dev linux --source "$work/tree" findings
expect 1 ./dev linux --fixed findings

mkdir "$work/nothing"
expect 2 ./dev linux --source "$work/nothing"
grep -q 'no kernel tree' "$work/output"
expect 2 ./dev linux --source
expect 2 ./dev linux --seed
expect 2 ./dev linux --seed x
expect 2 ./dev linux --configuration wire
expect 2 ./dev linux --what
expect 2 ./dev linux load --configuration plain
