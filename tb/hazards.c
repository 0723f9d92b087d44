/* SPDX-License-Identifier: Apache-2.0
 *
 * The words of hazards and places (hazards.h).
 */
#include "tb/hazards.h"

#include <assert.h>
#include <string.h>

static const struct {
    const char *name;
    enum hazard_kind kind;
    enum hazard_explains explains;
    const char *about;
} hazards[HAZARDS] = {
#define HAZARD(id, name, kind, explains, about) {name, HAZARD_OF_##kind, HAZARD_EXPLAINS_##explains, about},
#include "tb/hazards.def"
#undef HAZARD
};

static const struct {
    const char *name;
    const char *about;
} places[PLACES] = {
#define PLACE(id, name, about) {name, about},
#include "tb/places.def"
#undef PLACE
};

const char *hazard_name(enum hazard hazard)
{
    assert(hazard < HAZARDS);
    return hazards[hazard].name;
}

const char *hazard_about(enum hazard hazard)
{
    assert(hazard < HAZARDS);
    return hazards[hazard].about;
}

enum hazard_kind hazard_kind(enum hazard hazard)
{
    assert(hazard < HAZARDS);
    return hazards[hazard].kind;
}

enum hazard_explains hazard_explains(enum hazard hazard)
{
    assert(hazard < HAZARDS);
    return hazards[hazard].explains;
}

bool hazard_checked(enum hazard hazard)
{
    return hazard_kind(hazard) != HAZARD_OF_UNJUDGED;
}

bool hazard_raisable(enum hazard hazard)
{
    return hazard_checked(hazard) && hazard_kind(hazard) != HAZARD_OF_UNRAISED;
}

enum hazard hazard_parent(enum hazard hazard)
{
    const char *name = hazard_name(hazard);
    const char *dot = strchr(name, '.');
    for (unsigned i = 0; dot != NULL && i < HAZARDS; i++) {
        const char *other = hazard_name((enum hazard)i);
        if (strncmp(other, name, (size_t)(dot - name)) == 0 && other[dot - name] == '\0')
            return (enum hazard)i;
    }
    return hazard;
}

const char *place_name(enum place place)
{
    assert(place < PLACES);
    return places[place].name;
}

const char *place_about(enum place place)
{
    assert(place < PLACES);
    return places[place].about;
}

const char *exposure_point_name(enum exposure_point point)
{
    static const char *const names[EXPOSURE_POINTS] = {"U0", "U2", "U3", "U4", "U5", "U6", "U7"};
    assert(point < EXPOSURE_POINTS);
    return names[point];
}
