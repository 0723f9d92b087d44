/* SPDX-License-Identifier: Apache-2.0
 *
 * The save file (wave_save.h), in GTKWave's own words.
 */
#define _POSIX_C_SOURCE 200809L
#include "tb/wave/wave_save.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tb/report/whole_file.h"

/* Flags of a line: bits, decimal, hex and right-justified; a blank line that opens or closes a group; and the names of
 * an enumeration in place of its numbers. */
enum { SHOW_BINARY = 0x28, SHOW_DECIMAL = 0x24, SHOW_HEX = 0x22, GROUP_OPEN = 0x800200, GROUP_CLOSED = 0xc00200 };
enum { GROUP_END_OPEN = 0x1000200, GROUP_END_CLOSED = 0x1401200 };
#define SHOW_WORDS UINT64_C(0x100000028)

enum colour { NORMAL, RED, ORANGE, YELLOW, GREEN, BLUE, INDIGO, VIOLET };

/* Cycles that are looked at first, if not the whole. The zoom is how many there are in 200 columns, as a power of two;
 * a window of the size below has about five times as many. */
enum { WINDOW = 20480, WINDOW_BEFORE = 15360, FRAMES = 5 };
/* GTKWave has a marker for each letter. */
enum { MARKERS = 26, SHOWN_PASIDS = 64 };

struct save {
    FILE *to;
    const struct wave_signals *signals;
};

static void show(const struct save *s, wave_signal signal, enum colour colour, const char *alias)
{
    if (!signal)
        return;
    const struct wave_variable *variable = wave_variable_of(s->signals->tree, signal);
    uint64_t flags = variable->kind == WAVE_WORD   ? SHOW_WORDS
                     : variable->kind == WAVE_TEXT ? SHOW_HEX
                     : variable->bits == 1         ? SHOW_BINARY
                     : variable->bits == 32        ? SHOW_HEX
                                                   : SHOW_DECIMAL;
    fprintf(s->to, "@%" PRIx64 "\n", flags);
    if (colour != NORMAL)
        fprintf(s->to, "[color] %d\n", (int)colour);
    if (alias)
        fprintf(s->to, "+{%s} ", alias);
    fprintf(s->to, "%s\n", wave_path(s->signals->tree, signal));
}

static void show_of(const struct save *s, wave_signal signal, enum colour colour, const char *format, const char *who)
{
    char alias[2 * SYSTEM_ID_MAX + 32];
    snprintf(alias, sizeof alias, format, who);
    show(s, signal, colour, alias);
}

static void group(const struct save *s, bool open, const char *name)
{
    fprintf(s->to, "@%x\n-%s\n", open ? (unsigned)GROUP_OPEN : (unsigned)GROUP_CLOSED, name);
}

static void group_end(const struct save *s, bool open, const char *name)
{
    fprintf(s->to, "@%x\n-%s\n", open ? (unsigned)GROUP_END_OPEN : (unsigned)GROUP_END_CLOSED, name);
}

static void show_bindings(const struct save *s)
{
    const struct wave_bindings *b = &s->signals->bindings;
    group(s, true, "Bindings");
    for (uint32_t i = 0; i < b->count && i < SHOWN_PASIDS; i++) {
        char who[SYSTEM_ID_MAX + 24];
        uint32_t pasid = (uint32_t)b->binding[i].key;
        uint64_t endpoint = b->binding[i].key >> 32;
        if (endpoint >= s->signals->scenario->system.endpoints)
            continue;
        const char *id = s->signals->scenario->system.endpoint_id[endpoint];
        if (pasid == UINT32_MAX)
            snprintf(who, sizeof who, "%s no PASID", id);
        else
            snprintf(who, sizeof who, "%s PASID %" PRIu32, id, pasid);
        show_of(s, b->binding[i].state, GREEN, "%s", who);
        show_of(s, b->binding[i].space, YELLOW, "%s space", who);
        show_of(s, b->binding[i].in_lookup, GREEN, "%s in lookup", who);
        show_of(s, b->binding[i].device, ORANGE, "%s device", who);
    }
    group_end(s, true, "Bindings");
}

/* "E0 page_request nic": a viewer cuts what stands before a point. */
static void show_point(const struct save *s, wave_signal moment, enum prisim_event_type type, unsigned instance)
{
    const struct system_config *system = &s->signals->scenario->system;
    const char *point = strchr(prisim_event_name(type), '.');
    char alias[SYSTEM_ID_MAX + 64];
    snprintf(alias, sizeof alias, "%s %s %s", prisim_event_point(type), point ? point + 1 : "",
             instance >= INSTANCE_ENDPOINT ? system->endpoint_id[instance - INSTANCE_ENDPOINT] : "");
    show(s, moment, prisim_event_point(type)[0] == 'U' ? INDIGO : NORMAL, alias);
}

/* The life of page requests from the device to the device, then that of unbinds. */
static void show_points(const struct save *s, bool unbind)
{
    const struct wave_points *points = &s->signals->points;
    unsigned instances = INSTANCE_ENDPOINT + s->signals->scenario->system.endpoints;
    static const char *const order[] = {"E0", "E1", "H0", "H1", "H2", "I0", "I1", "S0", "S1", "S2", "S3",
                                        "R0", "R1", "R2", "U0", "U1", "U2", "U3", "U4", "U5", "U6", "U7"};
    for (unsigned p = 0; p < sizeof order / sizeof order[0]; p++)
        for (unsigned type = 0; type < PRISIM_EVENT_TYPES; type++)
            for (unsigned i = 0; i < instances && (order[p][0] == 'U') == unbind; i++)
                if (strcmp(prisim_event_point((enum prisim_event_type)type), order[p]) == 0)
                    show_point(s, points->moment[i][type], (enum prisim_event_type)type, i);
}

static void show_queue(const struct save *s)
{
    group(s, true, "PRI queue");
    show(s, s->signals->blocks.pri_queue.occupancy, GREEN, "occupancy");
    show(s, s->signals->blocks.pri_queue.prod, NORMAL, "PROD");
    show(s, s->signals->blocks.pri_queue.cons, NORMAL, "CONS");
    show(s, s->signals->blocks.pri_queue.ovflg, RED, "OVFLG");
    show(s, s->signals->blocks.pri_queue.ovackflg, ORANGE, "OVACKFLG");
    show(s, s->signals->blocks.pri_queue.dropped, RED, "dropped");
    show(s, s->signals->blocks.pri_queue.interrupt, NORMAL, "interrupt");
    show(s, s->signals->points.text[INSTANCE_PRI_QUEUE], BLUE, "last point");
    group_end(s, true, "PRI queue");
}

static void show_driver(const struct save *s)
{
    const struct wave_tasks *t = &s->signals->tasks;
    char who[32];
    group(s, true, "Driver");
    show(s, t->irq.state, YELLOW, "irq");
    show(s, t->pri_thread.task.state, YELLOW, "PRI thread");
    show(s, t->work, GREEN, "work queue");
    for (unsigned i = 0; i < t->workers; i++) {
        snprintf(who, sizeof who, "worker %u", i);
        show_of(s, t->worker[i].task.state, YELLOW, "%s", who);
        show_of(s, t->worker[i].serves, BLUE, "%s serves", who);
    }
    for (unsigned i = 0; i < t->callers; i++) {
        snprintf(who, sizeof who, "caller %u", i);
        show_of(s, t->caller[i].task.state, INDIGO, "%s", who);
    }
    show(s, s->signals->points.text[INSTANCE_DRIVER], BLUE, "last point");
    group_end(s, true, "Driver");
}

static void show_functions(const struct save *s)
{
    const struct wave_signals *w = s->signals;
    for (unsigned i = 0; i < w->scenario->system.endpoints; i++) {
        bool open = i < 4;
        const char *id = w->scenario->system.endpoint_id[i];
        group(s, open, id);
        show(s, w->blocks.function[i].credits, GREEN, "credits in use");
        show(s, w->blocks.function[i].jobs, NORMAL, "jobs");
        show(s, w->links.way[i][WAVE_UP].count, NORMAL, "TLPs up");
        show(s, w->links.way[i][WAVE_UP].tlp, BLUE, "up");
        show(s, w->links.way[i][WAVE_DOWN].count, NORMAL, "TLPs down");
        show(s, w->links.way[i][WAVE_DOWN].tlp, BLUE, "down");
        show(s, w->points.text[INSTANCE_ENDPOINT + i], BLUE, "last point");
        group_end(s, open, id);
    }
}

/* At most 26 things that were found, in the order of cycles: each by a letter. */
static unsigned find_marks(const struct run_told *told, const struct finding *mark[MARKERS])
{
    unsigned marks = 0;
    const struct finding *finding;
    for (unsigned i = 0; marks < MARKERS && (finding = checkers_finding(told->checkers, i)) != NULL; i++)
        mark[marks++] = finding;
    return marks;
}

/* The time that is looked at, and how many cycles there are in a column, as a power of two. */
static void write_view(const struct save *s, const struct run_told *told, prisim_cycle_t first)
{
    const struct finding *mark[MARKERS];
    unsigned marks = find_marks(told, mark), zoom = 0;
    prisim_cycle_t end = told->outcome->cycles + 1, from = first == PRISIM_CYCLE_NEVER || first > end ? 0 : first;
    if (marks && end - from > WINDOW && mark[0]->cycle > from + WINDOW_BEFORE)
        from = mark[0]->cycle - WINDOW_BEFORE;
    while ((end - from < WINDOW ? end - from : WINDOW) >> zoom > FRAMES)
        zoom++;
    /* A window that ends behind the wave is shown from its start. */
    prisim_cycle_t shown = (prisim_cycle_t)(FRAMES + 1) << zoom;
    if (from + shown > end)
        from = end > shown ? end - shown : 0;
    fprintf(s->to, "[timestart] %" PRIu64 "\n[size] 1600 1000\n[pos] -1 -1\n*-%u.000000 %" PRIu64, (uint64_t)from, zoom,
            marks ? (uint64_t)mark[0]->cycle : (uint64_t)from);
    for (unsigned i = 0; i < MARKERS; i++)
        if (i < marks)
            fprintf(s->to, " %" PRIu64, (uint64_t)mark[i]->cycle);
        else
            fputs(" -1", s->to);
    fputs("\n", s->to);
    for (unsigned i = 0; i < marks; i++)
        fprintf(s->to, "[markername] %c%s\n", (char)('A' + i), hazard_name(mark[i]->hazard));
    fputs("[sst_width] 200\n[signals_width] 260\n[sst_expanded] 1\n", s->to);
}

static void write_save(const struct save *s, const char *path, const struct run_told *told, prisim_cycle_t first)
{
    const char *slash = strrchr(path, '/');
    fprintf(s->to, "[dumpfile] \"%s\"\n", slash ? slash + 1 : path);
    write_view(s, told, first);
    show_bindings(s);
    show_queue(s);
    show_driver(s);
    group(s, true, "Page requests");
    show_points(s, false);
    group_end(s, true, "Page requests");
    group(s, true, "Unbinds");
    show_points(s, true);
    group_end(s, true, "Unbinds");
    show_functions(s);
    group(s, true, "Checkers");
    show(s, s->signals->blocks.checkers.broken, RED, "premise broken");
    show(s, s->signals->blocks.checkers.duty, RED, "premise");
    show(s, s->signals->blocks.timeline.id, NORMAL, "step");
    group_end(s, true, "Checkers");
    fputs("[pattern_trace] 1\n[pattern_trace] 0\n", s->to);
}

bool wave_save(const char *path, const struct wave_signals *signals, const struct run_told *told, prisim_cycle_t first)
{
    struct whole_file file;
    size_t size = strlen(path) + sizeof ".gtkw";
    char *name = malloc(size);
    if (!name)
        return false;
    snprintf(name, size, "%s.gtkw", path);
    bool good = whole_file_open(&file, name);
    if (good) {
        write_save(&(struct save){file.stream, signals}, path, told, first);
        good = whole_file_close(&file, true);
    }
    int error = errno;
    free(name);
    errno = error;
    return good;
}
