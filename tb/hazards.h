/* SPDX-License-Identifier: Apache-2.0
 *
 * What can go wrong (tb/hazards.def), and where something of a binding may stand when its PASID is unbound
 * (tb/places.def), as words. Nothing is judged here.
 */
#ifndef PRISIM_TB_HAZARDS_H
#define PRISIM_TB_HAZARDS_H

#include <stdbool.h>

/* The hazards, in the order of tb/hazards.def. */
enum hazard {
#define HAZARD(id, name, kind, explains, about) HAZARD_##id,
#include "tb/hazards.def"
#undef HAZARD
    HAZARDS
};

enum hazard_kind { HAZARD_OF_RUN, HAZARD_OF_HANG, HAZARD_OF_CONFIGURATION, HAZARD_OF_UNRAISED, HAZARD_OF_UNJUDGED };
enum hazard_explains { HAZARD_EXPLAINS_NOTHING, HAZARD_EXPLAINS_FAILED_JOBS, HAZARD_EXPLAINS_STANDSTILL };

/* Where something of a binding may stand (UNBIND-STEP, "Promise"; UNBIND-TABLE): a page request from E0 to R0, a
 * response from there to R2, a translation, a memory TLP, a job. In the order of tb/places.def. */
enum place {
#define PLACE(id, name, about) PLACE_##id,
#include "tb/places.def"
#undef PLACE
    PLACES
};

/* The points of an unbind at which that is looked at. */
enum exposure_point {
    EXPOSURE_U0,
    EXPOSURE_U2,
    EXPOSURE_U3,
    EXPOSURE_U4,
    EXPOSURE_U5,
    EXPOSURE_U6,
    EXPOSURE_U7,
    EXPOSURE_POINTS
};

const char *hazard_name(enum hazard hazard);
const char *hazard_about(enum hazard hazard);
enum hazard_kind hazard_kind(enum hazard hazard);
enum hazard_explains hazard_explains(enum hazard hazard);
/* A checker watches for it. */
bool hazard_checked(enum hazard hazard);
/* A scenario can raise it: its zero says something. */
bool hazard_raisable(enum hazard hazard);
/* The hazard of which this one is a sub-count, or itself. */
enum hazard hazard_parent(enum hazard hazard);

const char *place_name(enum place place);
const char *place_about(enum place place);
const char *exposure_point_name(enum exposure_point point);

#endif
