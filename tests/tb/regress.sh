#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# prisim regress as CI uses it: exit status, TAP, JUnit XML, golden logs made, compared, kept and blessed.
#   regress.sh PROGRAM SCENARIOS
set -u
program=$1 scenarios=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# expect STATUS WHAT ARGUMENTS...: the exit status, and an extended regular expression that the output has in a line
expect() {
    local status=$1 what=$2 got=0
    shift 2
    "$program" regress "$@" >"$work/out" 2>&1 || got=$?
    if [[ $got != "$status" ]] || ! grep -qE -- "$what" "$work/out"; then
        printf 'regress %s: exit %s, expected %s and "%s"; it said\n' "$*" "$got" "$status" "$what"
        cat "$work/out"
        failed=1
    fi
}

mkdir -p "$work/set/inner"
cp "$scenarios"/unbind/unbind_drain.yaml "$work/set/a.yaml"
cp "$scenarios"/basics/served_in_peace.yaml "$work/set/inner/b.yaml"

expect 1 "^# golden log .*/a.jsonl: No such file" "$work/set"
[[ ! -e $work/set/a.jsonl ]] || { echo "a golden log appeared unasked"; failed=1; }
expect 0 "^[0-9]+ passed, 0 failed$" --verdicts "$work/set"
expect 0 "^# .*/inner/b.jsonl: made, [0-9]+ lines$" --bless "$work/set"
cmp -s "$work/set/a.jsonl" "$scenarios/unbind/unbind_drain.jsonl" ||
    { echo "the blessed log is not the log"; failed=1; }
expect 0 "^ok 1 - .*/a.yaml" "$work/set" --junit "$work/junit.xml"
grep -q 'failures="0" errors="0"' "$work/junit.xml" || { echo "JUnit: failures"; failed=1; }
expect 0 "^1\\.\\.1$" --engine native "$work/set/a.yaml"
expect 0 "^ok 1 - $work/set/a.yaml" --engine native "$work/set//"
# Seconds of each run, as the wall has them.
grep -o ' time="[^"]*"' "$work/junit.xml" | awk -F'"' '!($2 >= 0 && $2 < 100) {exit 1} END {exit NR < 2}' ||
    { echo "JUnit: not a time of a run"; cat "$work/junit.xml"; failed=1; }

# More files than fit into the first list of them.
mkdir "$work/many"
for ((i = 100; i < 300; i++)); do
    echo 'name: [' >"$work/many/$i.yaml"
done
expect 2 "^1\\.\\.200$" --engine native "$work/many"
grep -qE "^not ok 200 - $work/many/299.yaml" "$work/out" || { echo "the last of many files is not told"; failed=1; }
rm -r "$work/many"

# One line of a golden log is another one: the first difference is told with its neighbours, and nothing is written.
sed -i '30s/"cycle":/"cycle":9/' "$work/set/a.jsonl"
cp "$work/set/a.jsonl" "$work/changed"
expect 1 "^# the log differs from .*/a.jsonl at line 30:$" "$work/set" --junit "$work/junit.xml"
grep -qE '^#   - \{"cycle":9' "$work/out" || { echo "the golden line is not shown"; failed=1; }
cmp -s "$work/changed" "$work/set/a.jsonl" || { echo "the golden log was changed unasked"; failed=1; }
grep -q '<failure message="not as expected">' "$work/junit.xml" || { echo "JUnit: no failure"; failed=1; }
python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$work/junit.xml" || failed=1
expect 0 "blessed; it differed from line 30 on:$" --bless "$work/set"
expect 0 "0 failed$" "$work/set"

# A log that ends early, and one that is too long.
sed -i '$d' "$work/set/a.jsonl"
expect 1 "^#   - \\(the log ends here\\)$" "$work/set/a.yaml"
cp "$scenarios/unbind/unbind_drain.jsonl" "$work/set/a.jsonl"
echo '{}' >>"$work/set/a.jsonl"
expect 1 "^#   \\+ \\(the log ends here\\)$" "$work/set/a.yaml"
cp "$scenarios/unbind/unbind_drain.jsonl" "$work/set/a.jsonl"

# A verdict that is not as expected is not blessed.
sed -i 's/expect: .*/expect: {hazards: {queue_overflow: 1}}/' "$work/set/inner/b.yaml"
grep -q queue_overflow "$work/set/inner/b.yaml" ||
    echo 'expect: {hazards: {queue_overflow: 1}}' >>"$work/set/inner/b.yaml"
expect 1 "^#.*queue_overflow: expected 1, found 0" "$work/set"
expect 1 "^not ok" --bless "$work/set"

# A signal ends it, and nothing is left behind.
mkdir "$work/tmp"
for seconds in 0.05 0.1 0.2; do
    TMPDIR=$work/tmp timeout -s INT "$seconds" "$program" regress --verdicts "$scenarios" >/dev/null 2>&1
    [[ -z $(ls "$work/tmp") ]] || { echo "left behind after SIGINT: $(ls "$work/tmp")"; failed=1; }
done

# A run whose process dies is told, and the others are run. (The only child of the process is that run: what is behind
# a $( ) here would be one too.)
endless=$(dirname "$0")/../program/endless.yaml
"$program" regress --verdicts --engine native "$endless" "$work/set/a.yaml" \
    >"$work/out" 2>&1 &
regress=$!
for ((i = 0; i < 100; i++)); do
    child=$(pgrep -P "$regress") && break
    sleep 0.05
done
sleep 0.3
kill -KILL "$child"
wait "$regress" && got=0 || got=$?
if [[ $got != 3 ]] || ! grep -q "^# the run's process died; to repeat it: prisim run " "$work/out" ||
    ! grep -q '^ok 2 - ' "$work/out"; then
    echo "a run that dies: exit $got; it said"
    cat "$work/out"
    failed=1
fi

# Input that cannot be used.
printf 'name: [\n' >"$work/set/inner/c.yaml"
expect 2 "^# unusable input; to repeat it: prisim run" "$work/set" --engine native --junit "$work/junit.xml"
grep -q 'failures="1" errors="1"' "$work/junit.xml" || { echo "JUnit: errors"; failed=1; }
grep -qE '^# .*/inner/c.yaml:[0-9]+:[0-9]+: ' "$work/out" || { echo "no place of the error"; failed=1; }
expect 2 "No such file" "$work/nowhere"
mkdir "$work/empty"
expect 2 "expected a scenario" "$work/empty"
expect 2 "expected a folder" --verdicts
expect 2 "either --bless or --verdicts" --bless --verdicts "$work/set"
exit $failed
