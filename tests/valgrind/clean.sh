#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A program runs to its end with exit 0 and valgrind finds no error in it and no memory that it lost.
#   clean.sh PROGRAM ARGUMENT...
set -euo pipefail
options=(--quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite)
# In a folder of its own: vectors and logs go there.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
status=0
valgrind "${options[@]}" "$@" >said 2>found || status=$?
[[ $status == 0 && ! -s found ]] || { cat said found >&2; echo "exit $status: valgrind ${options[*]} $*" >&2; exit 1; }
tail -n 1 said
