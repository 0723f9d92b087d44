#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# install.sh SOURCE BUILD CC LIBDIR [SANITIZE]: installs BUILD into a folder of its own and uses it as a stranger would:
# only public symbols; headers that compile alone; the examples with pkg-config, shared and static, and with
# find_package; what they print is what examples/*/expected.txt says, but for the times.
set -euo pipefail
source=$1 build=$2 cc=$3 libdir=$4 sanitize=${5:-}
work=$(mktemp -d)
alone=$(mktemp -d "$build-alone.XXXXXX") # beside the other: what is compiled there like here need not be compiled again
trap 'rm -rf "$work" "$alone"' EXIT
prefix=$work/prefix
flags=(-std=c11 -Wall -Wextra -Wconversion -Wshadow -Werror)
[[ -z $sanitize ]] || flags+=("-fsanitize=$sanitize")
export PKG_CONFIG_PATH=$prefix/$libdir/pkgconfig SYSTEMC_DISABLE_COPYRIGHT_MESSAGE=1

fail() { echo "install: $*" >&2; exit 1; }

cmake --install "$build" --prefix "$prefix" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
# The program finds its SystemC engine where that is installed.
env -u PRISIM_ENGINES "$prefix/bin/prisim" run -q "$source/scenarios/unbind_while_queued.yaml" >"$work/log" 2>&1 ||
    { cat "$work/log"; fail "the installed program does not run"; }

# The manual pages and the completion stand where man and bash look for them, and are of this program.
"$prefix/bin/prisim" write-manual "$work/manual"
for page in "$work"/manual/man?/*; do
    cmp "$page" "$prefix/share/man/${page#"$work/manual/"}" || fail "${page##*/} is not installed"
done
bash -c "source '$prefix/share/bash-completion/completions/prisim' && complete -p prisim" >"$work/log" ||
    fail "no completion"

# Public symbols: one list, all with prisim_ in front, all declared in a header (names.sh).
nm -D --defined-only "$prefix/$libdir/libprisim.so" | awk '$2 ~ /[TDBR]/ {print $3}' | sort >"$work/shared"
nm -g --defined-only "$prefix/$libdir/libprisim.a" | awk '$2 ~ /[TDBR]/ {print $3}' | sort >"$work/static"
cmp "$work/shared" "$work/static" || fail "the libraries have not the same symbols"
! grep -qv '^prisim_' "$work/shared" || fail "symbols that are not ours"
[[ $(wc -l <"$work/shared") -gt 50 ]] || fail "hardly any symbols"

# Headers: each compiles alone.
read -ra cflags <<<"$(pkg-config --cflags prisim)"
alone() {
    printf '#include "%s"\n' "$1" | "$cc" "${@:2}" -x c -fsyntax-only - || { echo "install: $1 alone"; return 1; }
}
export -f alone
export cc
(cd "$prefix/include/prisim" && find . -name '*.h' ! -name '*_tlm.h') |
    xargs -P 2 -I{} bash -c 'alone "$@"' alone {} "${flags[@]}" "${cflags[@]}" || fail "a header does not compile alone"

# show NAME PROGRAM: runs it and compares what it says.
show() {
    LD_LIBRARY_PATH=$prefix/$libdir timeout 60 "$2" >"$work/said" || { cat "$work/said"; fail "$1 failed"; }
    sed -E 's/^cycle +[0-9]+/cycle/; s/^ *[0-9]+ ns/ns/; s/^prisim [0-9.]+/prisim/' "$work/said" |
        diff "$source/examples/$1/expected.txt" - || fail "$1 says something else"
}

# platforms: examples/platform by each compiler, side by side; the standard is the program's choice. By day
# each compiler has one standard, with PRISIM_NIGHT set both.
platforms() {
    local cxx std flags compilers=(g++ clang++)
    local -A standards=([g++]=c++17 [clang++]=c++20)
    [[ -z ${PRISIM_NIGHT:-} ]] || standards=([g++]="c++17 c++20" [clang++]="c++17 c++20")
    read -ra flags <<<"$(pkg-config --cflags --libs prisim-systemc)"
    [[ ${flags[*]} != *-std=* ]] || fail "prisim-systemc.pc chooses a standard"
    for cxx in "${compilers[@]}"; do
        command -v "$cxx" >/dev/null || { echo "install: $cxx: skipped, not there"; continue; }
        for std in ${standards[$cxx]}; do
            "$cxx" "-std=$std" -Wall -Wextra -Werror "$source/examples/platform/platform.cpp" "${flags[@]}" \
                -o "$work/platform-$cxx-$std" &
        done
    done
    wait
    for cxx in "${compilers[@]}"; do
        command -v "$cxx" >/dev/null || continue
        for std in ${standards[$cxx]}; do
            [[ -x $work/platform-$cxx-$std ]] || fail "platform: $cxx -std=$std"
            show platform "$work/platform-$cxx-$std"
        done
    done
}

read -ra libs <<<"$(pkg-config --libs prisim)"
"$cc" "${flags[@]}" "${cflags[@]}" "$source/examples/bare_smmu/bare_smmu.c" "${libs[@]}" -o "$work/bare_smmu"
show bare_smmu "$work/bare_smmu"
"$cc" "${flags[@]}" "${cflags[@]}" "$source"/examples/own_driver/*.c "$prefix/$libdir/libprisim.a" -o "$work/own_driver"
show own_driver "$work/own_driver"
# Programs with names of their own that are ours but for the prefix, private and public ones; and with our short names.
for program in own_names short_names; do
    "$cc" "${flags[@]}" "${cflags[@]}" "$source/tests/install/$program.c" -Wl,--whole-archive \
        "$prefix/$libdir/libprisim.a" -Wl,--no-whole-archive -o "$work/$program"
    "$work/$program" || fail "$program"
done

# The library alone: no program, no tests, no SystemC, and nothing that these need.
if ! { cmake -S "$source" -B "$alone" -DCMAKE_C_COMPILER="$cc" -DPRISIM_PROGRAM=OFF -DPRISIM_TESTS=OFF \
    -DPRISIM_SYSTEMC=OFF -DCMAKE_BUILD_TYPE=Release -DCMAKE_DISABLE_FIND_PACKAGE_PkgConfig=ON \
    -DCMAKE_INSTALL_PREFIX="$work/alone_prefix" && cmake --build "$alone" --parallel 2 --target product &&
    cmake --install "$alone"; } >"$work/log" 2>&1; then
    cat "$work/log"
    fail "the library alone"
fi
[[ ! -e $work/alone_prefix/bin/prisim ]] || fail "the library alone has a program"
nm -D --defined-only "$work/alone_prefix/$libdir/libprisim.so" | awk '$2 ~ /[TDBR]/ {print $3}' | sort |
    diff "$work/shared" - || fail "the library alone has other symbols"
cmake -S "$source" -B "$work/refused" -DPRISIM_PROGRAM=OFF -DPRISIM_TESTS=ON >"$work/log" 2>&1 &&
    fail "tests without the program are not refused"

version=$(pkg-config --modversion prisim)
LD_LIBRARY_PATH=$prefix/$libdir "$work/bare_smmu" >"$work/said"
grep -q "^prisim $version:" "$work/said" || fail "prisim_version is not $version"

options=(-DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER="$cc")
[[ -z $sanitize ]] || options+=("-DCMAKE_C_FLAGS=-fsanitize=$sanitize" "-DCMAKE_CXX_FLAGS=-fsanitize=$sanitize")
if ! { cmake -S "$source/examples" -B "$work/examples" "${options[@]}" &&
    cmake --build "$work/examples" --parallel 2; } >"$work/log" 2>&1; then
    cat "$work/log"
    fail "find_package"
fi
show bare_smmu "$work/examples/bare_smmu"
show own_driver "$work/examples/own_driver"
if [[ -f $PKG_CONFIG_PATH/prisim-systemc.pc ]]; then
    pkg-config --exists prisim-systemc || fail "prisim-systemc.pc"
    ASAN_OPTIONS=detect_leaks=0 show tlm_smmu "$work/examples/tlm_smmu"
    ASAN_OPTIONS=detect_leaks=0 show tlm_events "$work/examples/tlm_events"
    ASAN_OPTIONS=detect_leaks=0 show platform "$work/examples/platform"
    [[ -n $sanitize ]] || platforms
fi
