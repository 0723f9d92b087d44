/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form of what the timeline asks of the driver, wherever it waits: on its port, or with its caller.
 */
#include "driver/driver.h"
#include "model/core/canonical.h"

void prisim_driver_stimulus_canonical(const struct prisim_driver_stimulus *s, struct prisim_canonical *to)
{
    prisim_canonical_word(to, s->what);
    switch ((enum prisim_driver_stimulus_what)s->what) {
    case PRISIM_DRIVER_BIND:
    case PRISIM_DRIVER_UNBIND:
        prisim_canonical_name(to, PRISIM_CANONICAL_CALL, s->call);
        prisim_canonical_word(to, (uint64_t)s->function << 32 | s->pasid);
        if (s->what == PRISIM_DRIVER_BIND) {
            prisim_canonical_word(to, s->space);
        } else {
            prisim_canonical_word(to, (uint64_t)s->policy << 32 | s->then_space);
            prisim_canonical_word(to, s->flags);
            if (prisim_driver_stimulus_is_of_marker(s))
                prisim_canonical_name(to, PRISIM_CANONICAL_BINDING, s->binding);
        }
        break;
    case PRISIM_DRIVER_DETACH:
    case PRISIM_DRIVER_ATTACH:
    case PRISIM_DRIVER_FLR:
    case PRISIM_DRIVER_REMOVE:
        prisim_canonical_name(to, PRISIM_CANONICAL_CALL, s->call);
        prisim_canonical_word(to, s->function);
        break;
    case PRISIM_DRIVER_SWEEP:
        prisim_canonical_word(to, (uint64_t)s->policy << 32 | s->function);
        break;
    case PRISIM_DRIVER_ISOLATE:
        prisim_canonical_name(to, PRISIM_CANONICAL_CALL, s->call);
        prisim_canonical_word(to, (uint64_t)s->how << 32 | s->function);
        break;
    case PRISIM_DRIVER_UNMAP:
        prisim_canonical_name(to, PRISIM_CANONICAL_CALL, s->call);
        prisim_canonical_word(to, (uint64_t)s->order << 32 | s->space);
        prisim_canonical_word(to, s->address);
        prisim_canonical_word(to, s->pages);
        break;
    case PRISIM_DRIVER_MM_EXIT:
        prisim_canonical_name(to, PRISIM_CANONICAL_CALL, s->call);
        prisim_canonical_word(to, s->space);
        break;
    case PRISIM_DRIVER_SIGNAL:
        prisim_canonical_word(to, (uint64_t)s->function << 32 | s->pasid);
        break;
    case PRISIM_DRIVER_KEXEC:
        break;
    case PRISIM_DRIVER_HOLD:
        prisim_canonical_word(to, (uint64_t)s->cycles << 32 | s->call);
        __attribute__((fallthrough));
    case PRISIM_DRIVER_RELEASE:
        prisim_canonical_word(to, (uint64_t)s->task << 32 | s->point);
        break;
    }
}
