#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# names.sh SOURCE BUILD CC [CXX]: the names of the installed headers are ours, so that nobody's stand in their way.
# Each begins with prisim_ or PRISIM_; each header compiles after one that has the names of a kernel's headers; programs
# with names like ours, and with our short names, link and run. With CXX the headers of the modules too.
set -euo pipefail
source=$1 build=$2 cc=$3 cxx=${4:-}
cd "$source"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags=(-Wall -Wextra -Wconversion -Wshadow -Werror -I. -Itests/install)

fail() { echo "names: $*" >&2; exit 1; }

if command -v clang >/dev/null; then
    python3 tests/install/public_names.py . || fail "names that are not ours"
    python3 tests/install/public_names.py . --stale
    python3 tests/install/public_names.py . --functions >"$work/declared"
    nm -g --defined-only "$build/library/libprisim.a" | awk '$2 ~ /[TDBR]/ {print $3}' | sort >"$work/exported"
    diff "$work/declared" "$work/exported" || fail "the library has other functions than its headers declare"
else
    echo "names: no clang: the headers are not read"
fi

headers=$(sed -n '/^set(headers$/,/)$/p; /APPEND headers/,/)$/p' cmake/library.cmake | grep -oE '[a-z_/0-9]+\.h')
[[ $(wc -w <<<"$headers") -gt 15 ]] || fail "hardly any headers"
for header in $headers; do
    [[ $header == *_tlm.h || $header == *short_names.h ]] && continue
    printf '#include "kernel_names.h"\n#include "%s"\n' "$header" |
        "$cc" -std=c11 "${flags[@]}" -x c -fsyntax-only - || fail "$header is in the way of a kernel's names"
done
if [[ -n $cxx ]]; then
    {
        printf '#include <systemc>\n#include <tlm>\n#include "kernel_names.h"\n'
        for header in $headers; do
            [[ $header == *short_names.h ]] || printf '#include "%s"\n' "$header"
        done
    } >"$work/all.cpp"
    read -ra systemc <<<"$(pkg-config --cflags systemc)"
    "$cxx" -std=c++17 -Wall -Wextra -Wshadow -Werror -I. -Itests/install "${systemc[@]}" -fsyntax-only \
        "$work/all.cpp" ||
        fail "the modules are in the way of a kernel's names"
fi

for program in own_names short_names; do
    "$cc" -std=c11 "${flags[@]}" "tests/install/$program.c" -Wl,--whole-archive "$build/library/libprisim.a" \
        -Wl,--no-whole-archive -o "$work/$program"
    "$work/$program" || fail "$program"
    "$cc" -std=c11 "${flags[@]}" "tests/install/$program.c" -L"$build/library" -lprisim -o "$work/$program"
    LD_LIBRARY_PATH=$build/library "$work/$program" || fail "$program, shared"
done
