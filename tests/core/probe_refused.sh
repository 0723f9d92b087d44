#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# probe_refused.sh COMPILER SOURCE: a PRISIM_PROBE that does not name each field of its event once does not build, with
# no flag but the language's, and for the reason that is expected; the right one does.
set -u
compiler=$1
cd "$2" || exit 2
failed=0

# try WHAT EXPECTED ARGUMENTS: what the compiler says of one PRISIM_PROBE of pri_queue.prod must match; "" for nothing.
try() {
    local said
    said=$("$compiler" -std=c11 -I. -fsyntax-only -x c - 2>&1 <<END
#include "model/core/ports.h"
void probe_it(const struct prisim_ports *p, prisim_cycle_t now);
void probe_it(const struct prisim_ports *p, prisim_cycle_t now)
{
    PRISIM_PROBE(p, now, $3);
}
END
    )
    if [[ -z $2 && -n $said ]] || ! grep -qE "$2" <<<"$said"; then
        printf '%s: expected "%s", the compiler said:\n%s\n' "$1" "$2" "$said"
        failed=1
    fi
}

try "all fields, once" "" "pri_queue_prod, .prod = 3, .ovflg = 1"
try "in another order" "" "pri_queue_prod, .ovflg = 1, .prod = 3"
try "one is missing" "PRISIM_PROBE names each field" "pri_queue_prod, .prod = 3"
try "one too many" "PRISIM_PROBE names each field" "pri_queue_prod, .prod = 3, .ovflg = 1, .ovflg = 1"
try "one of another event" "no member named|does not refer to any field" "pri_queue_prod, .prod = 3, .slot = 1"
try "one repeated for another" "Werror=override-init|Winitializer-overrides" "pri_queue_prod, .prod = 3, .prod = 1"
try "no such event" "prisim_probe_next.*no member|no member named|undeclared" "pri_queue_prdo, .prod = 3, .ovflg = 1"
case $("$compiler" --version) in
    *clang*) ;; # it cannot tell
    *) try "by position" "Werror=designated-init" "pri_queue_prod, 3, 1" ;;
esac
exit $failed
