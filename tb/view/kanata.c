/* SPDX-License-Identifier: Apache-2.0
 *
 * The writer of Kanata logs, version 4 (kanata.h): lines of words with tabs between them, in the order of time.
 */
#include "tb/view/kanata.h"

#include <inttypes.h>

#include "tb/view/grow.h"
#include "tb/view/life_words.h"

struct kanata {
    FILE *to;
    const struct recording *recording;
    struct lives lives;
    prisim_cycle_t now;
    uint64_t retired;
};

static int by_event(const void *left, const void *right)
{
    const struct life_step *a = left, *b = right;
    if (a->event != b->event)
        return a->event < b->event ? -1 : 1;
    return a->request < b->request ? -1 : a->request > b->request;
}

static void advance(struct kanata *k, prisim_cycle_t cycle)
{
    if (cycle > k->now)
        fprintf(k->to, "C\t%" PRIu64 "\n", cycle - k->now);
    k->now = cycle;
}

static void begin(struct kanata *k, uint32_t number)
{
    const struct life_request *request = &k->lives.request[number];
    const struct scenario *names = k->recording->names;
    char words[LIFE_WORDS_MAX];
    life_request_words(names, request, words);
    for (char *at = words; *at; at++)
        if ((unsigned char)*at < 0x20)
            *at = ' ';
    fprintf(k->to, "I\t%" PRIu32 "\t%" PRIu64 "\t%u\nL\t%" PRIu32 "\t0\t%s", number, request->number, request->endpoint,
            number, words);
    if (request->pasid != PRISIM_PASID_NONE)
        fprintf(k->to, ", PASID %" PRIu64, request->pasid);
    fprintf(k->to, ", 0x%" PRIx64 "\n", request->address);
    if (request->binding != LIVES_NONE)
        fprintf(k->to, "L\t%" PRIu32 "\t1\tmade under binding %" PRIu64 "\n", number,
                k->lives.binding[request->binding].number);
}

/* What came to an end, against what was lost on its way or never ended. */
static bool is_flushed(enum life_end end)
{
    return end == LIFE_OPEN || end == LIFE_DROPPED || end == LIFE_DISCARDED;
}

static void end(struct kanata *k, uint32_t number)
{
    enum life_end end = k->lives.request[number].end;
    fprintf(k->to, "L\t%" PRIu32 "\t1\t%s\nR\t%" PRIu32 "\t%" PRIu64 "\t%d\n", number, life_end_name(end), number,
            k->retired, is_flushed(end));
    k->retired += !is_flushed(end);
}

static void step(struct kanata *k, const struct life_step *step)
{
    const struct life_request *request = &k->lives.request[step->request];
    enum prisim_event_type type = recording_type(k->recording, step->event);
    const struct life_step *own = &k->lives.step[request->first];
    advance(k, recording_cycle(k->recording, step->event));
    if (step->event == own[0].event)
        begin(k, step->request);
    const char *point = prisim_event_point(type);
    if (point[0] || step->event == own[0].event)
        fprintf(k->to, "S\t%" PRIu32 "\t0\t%s\n", step->request, point[0] ? point : "E1");
    if (step->event == own[request->steps - 1].event)
        end(k, step->request);
}

void kanata_write(FILE *to, const struct judged *judged)
{
    struct kanata k = {.to = to, .recording = judged->recording};
    lives_open(&k.lives, k.recording);
    struct life_step *steps = zeroed(k.lives.steps, sizeof *steps);
    memcpy(steps, k.lives.step, k.lives.steps * sizeof *steps);
    qsort(steps, k.lives.steps, sizeof *steps, by_event);
    k.now = k.lives.steps ? recording_cycle(k.recording, steps[0].event) : 0;
    fprintf(to, "Kanata\t0004\nC=\t%" PRIu64 "\n", k.now);
    for (uint32_t i = 0; i < k.lives.steps; i++)
        step(&k, &steps[i]);
    free(steps);
    lives_close(&k.lives);
}
