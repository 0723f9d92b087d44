/* SPDX-License-Identifier: Apache-2.0
 *
 * What is on the links (wave_links.h).
 */
#include "tb/wave/wave_links.h"

#include <string.h>

/* Nothing, then enum prisim_tlp_type. */
static const char *const type_words[] = {"idle", "MRd", "MWr", "CfgRd", "CfgWr", "Cpl", "CplD", "Msg", "MsgD"};
_Static_assert(sizeof type_words / sizeof type_words[0] == PRISIM_TLP_TYPES + 1, "a word for each type of TLP");
static const struct wave_words types = {"tlp", PRISIM_TLP_TYPES + 1, type_words};

static void declare_way(struct wave_links *links, struct wave_way *way, const char *name)
{
    wave_scope(links->tree, name);
    way->count = wave_bits(links->tree, "count", 9);
    way->type = wave_word(links->tree, "type", &types);
    way->tlp = wave_text_signal(links->tree, "tlp");
    way->id = wave_bits(links->tree, "id", 32);
    wave_scope_end(links->tree);
}

void wave_links_declare(struct wave_links *links, struct wave_tree *tree, const struct scenario *scenario)
{
    memset(links, 0, sizeof *links);
    links->tree = tree;
    links->links = scenario->system.endpoints;
    for (unsigned i = 0; i < links->links; i++) {
        wave_scope_key(tree, "link", scenario->system.endpoint_id[i]);
        declare_way(links, &links->way[i][WAVE_UP], "up");
        declare_way(links, &links->way[i][WAVE_DOWN], "down");
        wave_scope_end(tree);
    }
}

static struct wave_note *note_of(struct wave_links *links, uint64_t tlp)
{
    uint32_t producer = prisim_tlp_producer(tlp);
    return producer < SYSTEM_INSTANCES_MAX ? &links->note[producer][tlp % WAVE_NOTES] : NULL;
}

static void keep(struct wave_links *links, struct wave_note note)
{
    struct wave_note *place = note_of(links, note.tlp);
    if (place)
        *place = note;
}

static void say(struct wave_text *to, const struct wave_note *note)
{
    wave_text_add(to, note->what);
    wave_text_add(to, " pasid ");
    if (note->pasid == PRISIM_PASID_NONE)
        wave_text_add(to, "none");
    else
        wave_text_number(to, note->pasid);
    if (!note->number_of)
        return;
    wave_text_add(to, note->number_of);
    wave_text_number(to, note->number);
}

static void enter(struct wave_links *links, const struct prisim_event_fabric_enter *e)
{
    struct wave_note *note = note_of(links, e->tlp);
    struct wave_text text;
    if (e->link >= links->links)
        return;
    struct wave_way *way = &links->way[e->link][e->up ? WAVE_UP : WAVE_DOWN];
    wave_text_begin(&text);
    if (note && note->tlp == e->tlp && note->what)
        say(&text, note);
    else
        wave_text_add(&text, type_words[e->type + 1]);
    wave_set(links->tree, way->count, ++way->on_it);
    wave_set(links->tree, way->type, e->type + 1);
    wave_set(links->tree, way->id, e->tlp);
    wave_set_text(links->tree, way->tlp, &text);
}

static void leave(struct wave_links *links, struct wave_way *way)
{
    static const struct wave_text nothing;
    if (way->on_it)
        way->on_it--;
    wave_set(links->tree, way->count, way->on_it);
    if (way->on_it)
        return;
    wave_set(links->tree, way->type, 0);
    wave_set(links->tree, way->id, 0);
    wave_set_text(links->tree, way->tlp, &nothing);
}

/* What the root port drops on its way down was on no link; up, it leaves the link of the function that made it. */
static void drop(struct wave_links *links, uint64_t tlp)
{
    uint32_t producer = prisim_tlp_producer(tlp);
    if (producer >= INSTANCE_ENDPOINT && producer - INSTANCE_ENDPOINT < links->links)
        leave(links, &links->way[producer - INSTANCE_ENDPOINT][WAVE_UP]);
}

#define KEEP(e, words, of, value)                                                                                      \
    keep(links, (struct wave_note){                                                                                    \
                    .tlp = (e).tlp, .what = (words), .pasid = (e).pasid, .number_of = (of), .number = (value)})

void wave_links_event(struct wave_links *links, const struct prisim_event *event)
{
    switch (event->type) {
    case PRISIM_EVENT_FABRIC_ENTER:
        enter(links, &event->fabric_enter);
        break;
    case PRISIM_EVENT_FABRIC_LEAVE:
        if (event->fabric_leave.link < links->links)
            leave(links, &links->way[event->fabric_leave.link][event->fabric_leave.up ? WAVE_UP : WAVE_DOWN]);
        break;
    case PRISIM_EVENT_FABRIC_LOST:
        if (event->fabric_lost.link < links->links)
            leave(links, &links->way[event->fabric_lost.link][event->fabric_lost.up ? WAVE_UP : WAVE_DOWN]);
        break;
    case PRISIM_EVENT_FABRIC_UNROUTABLE:
        drop(links, event->fabric_unroutable.tlp);
        break;
    case PRISIM_EVENT_ENDPOINT_PAGE_REQUEST_SENT:
        KEEP(event->endpoint_page_request_sent, "Page Request", " prgi ", event->endpoint_page_request_sent.prgi);
        break;
    case PRISIM_EVENT_ENDPOINT_STOP_MARKER:
        KEEP(event->endpoint_stop_marker, "Stop Marker", NULL, 0);
        break;
    case PRISIM_EVENT_ENDPOINT_TRANSLATION_REQUEST:
        KEEP(event->endpoint_translation_request, "Translation Request", " job ",
             event->endpoint_translation_request.job);
        break;
    case PRISIM_EVENT_ENDPOINT_DMA:
        KEEP(event->endpoint_dma, event->endpoint_dma.write ? "MWr" : "MRd", " job ", event->endpoint_dma.job);
        break;
    case PRISIM_EVENT_SMMU_PRG_RESPONSE:
        KEEP(event->smmu_prg_response, "PRG Response", " prgi ", event->smmu_prg_response.prgi);
        break;
    case PRISIM_EVENT_SMMU_INVALIDATE:
        KEEP(event->smmu_invalidate, "Invalidate Request", " itag ", event->smmu_invalidate.itag);
        break;
    default:
        break;
    }
}
