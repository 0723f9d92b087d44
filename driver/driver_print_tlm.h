/* SPDX-License-Identifier: Apache-2.0
 *
 * What the driver is asked to do, as a line of text.
 */
#ifndef PRISIM_DRIVER_PRINT_TLM_H
#define PRISIM_DRIVER_PRINT_TLM_H

#include "driver/driver.h"
#include "model/core/print_tlm.h"

/* "bind function=0 pasid=3 space=1 call=7", "hold task=4 point=smmu.sync cycles=100 call=2" */
inline std::ostream &operator<<(std::ostream &out, const struct prisim_driver_stimulus &s)
{
    std::string where = prisim::printed(" function=%" PRIu32 " pasid=%" PRIu32, s.function, s.pasid);
    std::string call = prisim::printed(" call=%" PRIu32, s.call);
    std::string point = s.point < PRISIM_EVENT_TYPES ? prisim_event_name(static_cast<enum prisim_event_type>(s.point))
                                                     : std::to_string(s.point);
    std::string held = prisim::printed(" task=%" PRIu32 " point=", s.task) + point;
    switch (s.what) {
    case PRISIM_DRIVER_BIND:
        return out << "bind" + where + prisim::printed(" space=%" PRIu32, s.space) + call;
    case PRISIM_DRIVER_UNBIND:
        return out << "unbind" + where + prisim::printed(" policy=%" PRIu32, s.policy) +
                          (s.flags ? prisim::printed(" flags=%" PRIu32, s.flags) : "") +
                          (s.then_space ? prisim::printed(" then_space=%" PRIu32, s.then_space - 1) : "") + call;
    case PRISIM_DRIVER_DETACH:
        return out << prisim::printed("detach function=%" PRIu32, s.function) + call;
    case PRISIM_DRIVER_ATTACH:
        return out << prisim::printed("attach function=%" PRIu32, s.function) + call;
    case PRISIM_DRIVER_FLR:
        return out << prisim::printed("flr function=%" PRIu32, s.function) + call;
    case PRISIM_DRIVER_REMOVE:
        return out << prisim::printed("remove function=%" PRIu32, s.function) + call;
    case PRISIM_DRIVER_ISOLATE:
        return out << prisim::printed("isolate function=%" PRIu32 " how=%" PRIu32, s.function, s.how) + call;
    case PRISIM_DRIVER_UNMAP:
        return out << prisim::printed("unmap space=%" PRIu32 " address=0x%" PRIx64 " pages=%" PRIu32 " order=%" PRIu32,
                                      s.space, s.address, s.pages, s.order) +
                          call;
    case PRISIM_DRIVER_MM_EXIT:
        return out << prisim::printed("mm_exit space=%" PRIu32, s.space) + call;
    case PRISIM_DRIVER_SWEEP:
        return out << prisim::printed("sweep function=%" PRIu32, s.function) + call;
    case PRISIM_DRIVER_SIGNAL:
        return out << "signal" + where + call;
    case PRISIM_DRIVER_KEXEC:
        return out << "kexec";
    case PRISIM_DRIVER_HOLD:
        return out << "hold" + held + prisim::printed(" cycles=%" PRIu32, s.cycles) + call;
    case PRISIM_DRIVER_RELEASE:
        return out << "release" + held + call;
    }
    return out << prisim::printed("what=%" PRIu32, s.what);
}

#endif
