#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs every command of the ```sh blocks in README.md and docs/*.md as printed, and follows every link to a file. A
# command may end with `# exit N`; without it, it must succeed. Commands of ./dev are looked up in its help and not run:
# they build, install and test. The rest runs in a folder that looks like the root of the repository, so that what it
# writes stays out of it.
#   run_commands.sh ROOT BUILD_FOLDER
set -euo pipefail
root=$(cd "$1" && pwd)
build=$(cd "$2" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for entry in "$root"/*; do
    [[ $(basename "$entry") == build* ]] || ln -s "$entry" "$work/"
done
ln -s "$build" "$work/build"
cd "$work"

documents=(README.md)
while read -r document; do
    documents+=("$document")
done < <(find docs/ -name '*.md' | sort)
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
        continue
    fi
    status=0
    bash -c "$command" >output 2>&1 </dev/null || status=$?
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
echo "$count commands and $links links of ${#documents[@]} documents"
exit $bad
