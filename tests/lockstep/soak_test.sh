#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A soak runs two seeds, without assertions, and fails if either finds something; the short run has the assertions in.
#   soak_test.sh LOCKSTEP SOAK LOCKSTEP_SOAK
set -euo pipefail
lockstep=$1 soak=$2 bare=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
fail() {
    printf 'soak_test: %s\n' "$*" >&2
    exit 1
}

"$soak" "$bare" --cycles 20000 --seed 7 --quiet >said
[[ $(sed -n 's/^C and RTL without assertions: .* seed \([0-9]*\), .* no difference$/\1/p' said | xargs) == "7 8" ]] ||
    fail "$(cat said)"
"$lockstep" --cycles 1000 --quiet >said
grep -q '^C and RTL with assertions: ' said || fail "$(cat said)"

# What they say of themselves is so: the text of a failed assertion stands in the program that can fail by one.
grep -aq 'pri_queue_sva\.sv:[0-9]*: Assertion failed' "$lockstep" || fail "$lockstep has no assertions"
! grep -aq 'pri_queue_sva\.sv:[0-9]*: Assertion failed' "$bare" || fail "$bare has assertions"

status=0
"$soak" "$bare" --cycles 20000 --mutate-rtl changed --quiet >said || status=$?
[[ $status == 1 && $(grep -c '^first difference: seed [12] ' said) == 2 ]] || fail "exit $status: $(cat said)"

# One seed of the two is enough, whichever it is.
cat >one_of_two <<'PROGRAM'
#!/bin/sh
[ "$2" != "$BAD" ]
PROGRAM
chmod +x one_of_two
for bad in 1 2; do
    ! BAD=$bad "$soak" ./one_of_two || fail "seed $bad fails, and nobody sees it"
done
BAD=3 "$soak" ./one_of_two || fail "no seed fails"
for seed in "" x -1; do
    status=0
    "$soak" ./one_of_two --seed "$seed" >said 2>&1 || status=$?
    [[ $status == 2 && $(wc -l <said) == 1 ]] || fail "--seed '$seed': exit $status: $(cat said)"
done
