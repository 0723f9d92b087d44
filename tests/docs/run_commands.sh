#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs every command of the ```sh blocks in README.md and docs/*.md as printed and in order, in an empty clone: the
# files of the tree that git knows or would take, and no build. A command may end with `# exit N`; without it, it must
# succeed.
# What stands in `exempt` is looked up in ./dev help and not run. Then it follows every link to a file.
#   run_commands.sh ROOT [DOCUMENT...]
set -euo pipefail
root=$(cd "$1" && pwd)
shift
seconds=420 # of all commands together, on two cores that do nothing else
declare -A exempt=(
    [test]="it runs this test; .ci/run runs it"
    [lint]="it reads what it would read here; .ci/run runs it"
    [bench]="figures want a machine that does nothing else; minutes"
    [linux]="a kernel is unpacked and built; ./dev nightly runs it"
    [mutate]="hours; ctest runs a sample by day, all of it at night"
)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$root"
if [[ -e .git ]] && command -v git >/dev/null; then
    git ls-files -z --cached --others --exclude-standard
else
    find . -path './build*' -prune -o -type f -print0
fi | while IFS= read -r -d '' file; do
    [[ ! -e $file ]] || printf '%s\0' "$file"
done | tar --create --null --files-from=- | tar --extract --directory="$work"
cd "$work"
unset CFLAGS CXXFLAGS LDFLAGS MAKEFLAGS
# Builds that are printed without ./dev are made as it makes its own: what it compiled like this is there.
export CMAKE_GENERATOR=Ninja
if command -v ccache >/dev/null; then
    export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache
    export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
fi

documents=("$@")
if [[ ${#documents[@]} == 0 ]]; then
    documents=(README.md)
    while read -r document; do
        documents+=("$document")
    done < <(find docs/ -name '*.md' | sort)
fi
bad=0
complain() {
    printf '%s\n' "$*" >&2
    bad=1
}

# FILE:LINE, a tab, and the command, with continued lines joined; comments and empty lines left out.
commands() {
    awk '/^```/ { inside = !inside && $0 == "```sh"; next }
        !inside { next }
        { line = line $0 }
        /\\$/ { sub(/\\$/, "", line); next }
        line !~ /^[ ]*(#|$)/ { print FILENAME ":" FNR "\t" line }
        { line = "" }' "$@"
}

count=0
while IFS=$'\t' read -r place command; do
    count=$((count + 1))
    expected=0
    [[ ! $command =~ \#\ exit\ ([0-9]+) ]] || expected=${BASH_REMATCH[1]}
    if [[ $command == ./dev* ]]; then
        read -r _ subcommand _ <<<"$command"
        ./dev help | grep -qE "^  $subcommand( |\$)" || complain "$place: ./dev has no command $subcommand"
        [[ -z ${exempt[$subcommand]:-} ]] || continue
    fi
    status=0 start=$SECONDS
    timeout "$seconds" bash -c "$command" >output 2>&1 </dev/null || status=$?
    seconds=$((seconds - SECONDS + start))
    [[ $seconds -gt 0 ]] || { complain "$place: $command: the commands took too long"; break; }
    if [[ $status != "$expected" ]]; then
        complain "$place: $command: exit $status, expected $expected"
        tail -n 5 output >&2
    fi
done < <(commands "${documents[@]}")
[[ $count -gt 0 ]] || complain "the documents have no command in them"
while read -r place; do
    complain "${place%:*}: a block of commands is called sh, so that it is run"
done < <(grep -nHE '^ *```(bash|console|shell|zsh|terminal)' "${documents[@]}")

links=0
while IFS=: read -r document link; do
    links=$((links + 1))
    link=${link#](}
    link=${link%)}
    link=${link%%#*}
    [[ -z $link || -e $(dirname "$document")/$link ]] || complain "$document: no such file: $link"
done < <(grep -oHE '\]\([^):]+\)' "${documents[@]}")
echo "$count commands and $links links of ${#documents[@]} documents, $((420 - seconds)) s"
exit $bad
