#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Does hazards.py see what is wrong with a row? Each row below is wrong in one way, and must be complained of in the
# words behind it.
#   hazards_sees.sh PROGRAM ROOT
set -u
program=$1 root=$2
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
race=scenarios/unbind/after_u6.yaml # RACE in a row
while IFS='|' read -r row words; do
    printf '%s\n' "${row//RACE/$race}" >"$work/row.txt"
    got=0
    "$here/hazards.py" "$program" "$root" "$work/row.txt" native >"$work/said" 2>&1 || got=$?
    if [[ $got != 1 ]] || ! grep -qF -- "$words" "$work/said"; then
        printf '%s\nexit %s, expected 1 and: %s\n' "$row" "$got" "$words"
        grep -v 'has no row' "$work/said"
        failed=1
    fi
done <<'ROWS'
served_after_fre 1 RACE system.driver.unbind=drain|served_after_fre is no hazard
stale_tlb 1 RACE system.driver.unbind=drain|stale_tlb is not judged
served_after_free - whatever|served_after_free is judged
served_after_free - whatever|stale_tlb has no row
served_after_free 1 RACE system.driver.unbind=drain|stale_binding has no row
served_after_free 2 RACE system.driver.unbind=drain|expected 2, found 1
served_after_free 1 RACE system.driver.irq_latency=501|expected 0, found 1
served_after_free 1 RACE system.driver.unbindd=drain|unknown key
served_after_free 1 RACE limits.cycles=10|1 jobs, and 0 with the cure
served_after_free 1 RACE limits.cycles=10000|steps_not_given is 0, and 2 with the cure
served_after_free 1 RACE limits.cycles=24000|1 unbinds came to U6, and 0 with the cure
served_after_free 1 RACE timeline.race.unbind.pasid=2|refused is 0, and 1 with the cure
served_after_free 1 RACE scenarios/basics/served_in_peace.yaml|other calls of unbind are made with the cure
served_after_free 1 RACE timeline.race.when.event=driver.bind|nothing is under way at timeline.race
served_after_free 1 tests/tb/due/two_wrongs.yaml system.driver.unbind=drain|is not as it expects: exit 1
wrong_address_space 1 scenarios/unbind_while_queued.yaml timeline.race.when.event=S2|served_after_free is 1, and 0
ROWS
exit $failed
