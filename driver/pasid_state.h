/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to driver/: how far a PASID's life is; a part of the driver's flat state (state.h).
 */
#ifndef PRISIM_DRIVER_PASID_STATE_H
#define PRISIM_DRIVER_PASID_STATE_H

/* FREE -> BOUND -> STOPPING -> DRAINING -> FREE (design 5). KEPT: it stays so, for a function may still hold a
 * translation of it. UNBIND-P2, in the place of DRAINING: STALE while its unbind is at work, LEFT to others behind
 * that, and SWEPT if a sweep is to free it. */
enum pasid_state {
    PASID_FREE,
    PASID_BOUND,
    PASID_STOPPING,
    PASID_DRAINING,
    PASID_KEPT,
    PASID_STALE,
    PASID_LEFT,
    PASID_SWEPT
};

#endif
