/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/smmu: the state of the SMMU, and what its registers call of one another. Nothing outside this folder
 * includes it. A transaction in flight is a slot (smmu_slot_state.h); masks of slots say what each waits for. What the
 * parts call of one another is in headers of their own, from below: smmu_slot.h, smmu_translation.h,
 * smmu_configuration.h, smmu_events.h, smmu_traffic.h, smmu_commands.h, smmu_step.h.
 */
#ifndef PRISIM_SMMU_STATE_H
#define PRISIM_SMMU_STATE_H

#include "model/core/bits.h"
#include "model/core/queue_index.h"
#include "model/core/touched.h"
#include "model/pcie/tlp.h"
#include "model/pri_queue/pri_queue.h"
#include "model/smmu/smmu.h"
#include "model/smmu/smmu_command.h"
#include "model/smmu/smmu_config_cache.h"
#include "model/smmu/smmu_records.h"
#include "model/smmu/smmu_registers.h"
#include "model/smmu/smmu_slot_state.h"

enum {
    SMMU_SLOTS_MAX = 16,
    SMMU_SLOT_LOOKUP = SMMU_SLOTS_MAX, /* one more slot: the PRI queue's question for STE.PPAR */
    SMMU_SLOT_PREFETCH,                /* one for prefetches */
    SMMU_SLOT_POSTED,                  /* and one for a write, while nothing but what is sent frees another */
    SMMU_SLOTS,
    SMMU_ORDER = 32,          /* places of the order of client accesses; a power of two */
    SMMU_RESPONSES_MAX = 512, /* automatic responses that wait: the PRG indexes of a function (assumption) */
    SMMU_REGISTERS_IN_FLIGHT = 4,
    SMMU_EVENTS_MAX = 32,   /* records that wait to be written (assumption) */
    SMMU_ITAGS = 32,        /* PCIE-ITAG */
    SMMU_PRI_ACCESSES = 32, /* memory accesses of the PRI queue in flight (assumption) */
    SMMU_MESSAGES = 64      /* on their path at once (assumption; docs/timing/smmu.md "The way in"); a power of two */
};

/* The slots of what came from the root port. */
#define SMMU_CLIENT_SLOTS (((UINT32_C(1) << SMMU_SLOTS_MAX) - 1) | UINT32_C(1) << SMMU_SLOT_POSTED)

/* Place of a register in smmu.word, by its name; the upper half of a wide one stands behind the lower. */
#define SMMU_WORD(name)      SMMU_WORD_OF_##name
#define SMMU_HIGH_WORD(name) SMMU_HIGH_WORD_OF_##name
enum smmu_word {
#define PLACE_32(name) SMMU_WORD(name)
#define PLACE_64(name) SMMU_WORD(name), SMMU_HIGH_WORD(name)

#define PRISIM_REGISTER(name, offset, width, reset, writable, guard, needs, write, rule) PLACE_##width(name),
#include "model/smmu/smmu_registers.def"
#undef PLACE_32
#undef PLACE_64
    SMMU_WORDS
};
/* The cases of a switch over places that are one register's. */
#define SMMU_CASES_32(name) case SMMU_WORD(name)
#define SMMU_CASES_64(name)                                                                                            \
    case SMMU_WORD(name):                                                                                              \
    case SMMU_HIGH_WORD(name)

/* Caches, by what they hold. The walk caches are one for each level, 0 to 2, of each stage. */
enum smmu_cache_name {
    SMMU_MICRO_TLB,
    SMMU_TLB,
    SMMU_IPA_CACHE, /* leaves of stage 2 that nested walks met */
    SMMU_WALK_1,
    SMMU_WALK_2 = SMMU_WALK_1 + 3,
    SMMU_TRANSLATION_CACHES = SMMU_WALK_2 + 3, /* those above */
    SMMU_STE_CACHE = SMMU_TRANSLATION_CACHES,
    SMMU_CD_CACHE,
    SMMU_L1STD_CACHE,
    SMMU_L1CD_CACHE,
    SMMU_CACHES
};

/* An entry of a cache of translations beside its key: 64 bits of validity, kind and page (smmu_cache_ways.c). A cache
 * of configuration has a struct smmu_ste, a struct smmu_cd or a level-1 descriptor. */
struct smmu_entry {
    uint64_t output; /* where the region, or the next table, begins */
    uint64_t ipa;
    prisim_cycle_t since; /* the walk that found it began */
    uint32_t tag;         /* VMID and ASID */
    uint32_t attributes;  /* LEAF_*, or of a table what it takes away */
};

/* Kinds that have no entry are not looked for. */
enum { SMMU_CACHE_KINDS = 16 };
struct smmu_cache {
    uint32_t first; /* of its words in the store */
    /* A cache of configuration: key and entry of the last look-up, where the next one looks first. */
    uint32_t found, found_entry;
    uint16_t sets;   /* 0: the cache is off */
    uint16_t stride; /* words from one set to the next */
    uint8_t ways;
    uint8_t head;   /* words of a set before its keys */
    uint8_t words;  /* of an entry */
    uint16_t used;  /* entries */
    uint16_t kinds; /* one bit for each that has entries */
    uint16_t count[SMMU_CACHE_KINDS];
};

struct smmu_itag {
    prisim_cycle_t deadline;
    uint32_t stream_id;
    uint32_t tlp;    /* its Invalidate Request */
    uint32_t index;  /* of its CMD_ATC_INV */
    uint8_t arrived; /* copies of the completion so far */
};

struct smmu_event_record {
    uint64_t dw[4];
    prisim_cycle_t due;
};

struct smmu_events {
    uint64_t pushed, popped;
    uint64_t written[4]; /* what is being written */
    bool writing;        /* a record's write was asked for and is not answered */
    bool of_stall;       /* it is a stalled access's; else the oldest of those that wait */
};

/* Stalled client accesses (SMMU-EVENTQ); masks of slots. */
enum { SMMU_STAG_NONE = 0xffff };
struct smmu_stalls {
    uint32_t stalled;   /* has a STAG */
    uint32_t waiting;   /* to stall, but no STAG is free */
    uint32_t unwritten; /* of the stalled: its record's write has not begun */
    uint32_t writing;   /* its record is being written */
    uint32_t stags;     /* in use */
    uint8_t stag[SMMU_SLOTS_MAX];
};

/* Message-signalled interrupts that the SMMU itself sends. */
enum smmu_msi_source { SMMU_MSI_GERROR, SMMU_MSI_EVENTQ, SMMU_MSI_SYNC, SMMU_MSI_SOURCES };

struct smmu_msi {
    uint64_t address[SMMU_MSI_SOURCES];
    uint32_t data[SMMU_MSI_SOURCES];
    uint8_t pending; /* one bit per source */
    uint8_t in_flight;
};

/* Who shares PRISIM_SMMU_TX_MEMORY_REQUEST; the high byte of a request's id. */
enum smmu_memory_source {
    SMMU_MEMORY_SLOT,
    SMMU_MEMORY_PRI,
    SMMU_MEMORY_EVENT,
    SMMU_MEMORY_MSI,
    SMMU_MEMORY_COMMAND,
    SMMU_MEMORY_SOURCES
};

/* Who shares PRISIM_SMMU_TX_DOWN. */
enum smmu_down_source { SMMU_DOWN_COMPLETION, SMMU_DOWN_AUTOMATIC, SMMU_DOWN_COMMAND, SMMU_DOWN_SOURCES };

struct smmu_pri_link {
    struct prisim_page_request request; /* under request_held */
    struct prisim_pri_queue_ppar ppar;  /* under want of PRISIM_SMMU_TX_PRI_LOOKUP */
    uint32_t access_free;               /* one bit per entry of pri_access_id */
    uint8_t answer_head, answer_count;  /* of pri_answer */
    uint8_t control;                    /* one bit per enum prisim_pri_queue_control_what that is to be said */
    uint8_t enable_ack;
    bool request_held;
    bool irqen_sent;   /* the queue was sent, or is to be, that PRIQ_IRQEN is 1 */
    bool abort_unsent; /* an abort of a record came, and the queue was not told yet that GERROR shows it */
    uint16_t response_head, response_count; /* of smmu_pri_responses, under SMMU_DOWN_AUTOMATIC */
};

/* A message on the path that these have for themselves, or a Translation Request (smmu_messages.c). */
struct smmu_message {
    prisim_cycle_t due; /* leaves at this edge, or at the first at which it can */
    uint32_t behind;    /* page requests taken at the port before it */
    uint32_t slot;      /* a Translation Request's, else SMMU_SLOTS */
    struct prisim_tlp_header head;
};
_Static_assert(sizeof(struct smmu_message) % sizeof(uint64_t) == 0, "the store is of words");

struct smmu_messages {
    uint32_t slots; /* of Translation Requests on the path */
    /* Page requests so far, counted only where they are followed (smmu_pri_follow.c): taken at the port; decided on by
     * the queue; and those that are in PROD or lost, and all before them. */
    uint32_t taken, decided, settled;
    uint32_t first;    /* where smmu_message_at lies in the store */
    uint8_t in_flight; /* accepted by the queue, and neither in PROD nor lost */
    uint8_t head, count;
    bool closed;  /* what is offered on PRISIM_SMMU_RX_UP is seen before it is taken */
    bool at_port; /* the page request offered there is on its way to PROD */
    uint8_t unused[3];
};

/* Fields that are updated with an acknowledgement (SMMU-CR0, SMMU-CR, SMMU-IRQCTRL): CR0 bits 0 to 4, IRQ_CTRL bits 0
 * to 2 above them, GBPA, CR0.VMW. */
enum { SMMU_UPDATE_IRQ_SHIFT = 5, SMMU_UPDATE_GBPA = 8, SMMU_UPDATE_VMW = 9, SMMU_UPDATES = 10 };

enum smmu_timer {
    SMMU_TIMER_SLOTS,
    SMMU_TIMER_COMMAND,
    SMMU_TIMER_EVENT,
    SMMU_TIMER_UPDATE,
    SMMU_TIMER_REGISTER,
    SMMU_TIMER_ITAG,
    SMMU_TIMER_MESSAGE,
    SMMU_TIMERS
};

/* An access to a register that is not answered yet. */
struct smmu_access {
    uint64_t address;
    uint64_t value; /* the first 8 bytes written */
    prisim_cycle_t due;
    uint32_t id;
    uint8_t size;
    uint8_t write;
};

struct prisim_smmu {
    struct prisim_touched touched;     /* no part of what the state means */
    prisim_cycle_t due;                /* no timer is earlier */
    uint64_t wants;                    /* tx ports for which there is a payload */
    uint64_t ready;                    /* rx ports that can take a payload at the next edge */
    prisim_cycle_t timer[SMMU_TIMERS]; /* or PRISIM_CYCLE_NEVER */

    uint32_t slots; /* masks of slots: all that there are */
    uint32_t free;
    uint32_t timed;       /* waits until its `due` */
    uint32_t ahead;       /* of these, looked up before the look-up's end (smmu_slots_recall) */
    uint32_t fetching;    /* wants PRISIM_SMMU_TX_MEMORY_REQUEST */
    uint32_t answering;   /* wants PRISIM_SMMU_TX_DOWN */
    uint32_t reporting;   /* in SMMU_SLOT_REPORT */
    uint32_t micro_fills; /* the TLB had what the micro TLB is to have */
    uint32_t walking;     /* has a walk slot; only where these are fewer than slots */
    uint64_t cached;      /* times that something came into a cache, or went */
    uint64_t configured;  /* times that what is known of streams, or is done by it, has changed */
    uint32_t no_fill;     /* started before an invalidation: fills no cache (SMMU-SYNC) */
    uint32_t sync_slots;  /* a CMD_SYNC waits for them */
    uint32_t anew;        /* the word under way is old: the STE or CD is fetched from its first one on */
    uint32_t enabled;     /* CR0 fields in effect: written and acknowledged */
    uint32_t lines;       /* wired interrupts to be pulsed */
    uint32_t tlps;        /* TLPs made so far */
    uint8_t memory_wants; /* one bit per smmu_memory_source */
    uint8_t memory_last;  /* served last */
    uint8_t down_wants;   /* one bit per smmu_down_source */
    uint8_t down_last;    /* served last */
    uint8_t order_head;   /* client accesses in order of arrival */
    uint8_t order_count;
    uint8_t order[SMMU_ORDER];
    uint8_t walk_head, walk_count;
    uint8_t walk_line[SMMU_SLOTS]; /* wait for a walk slot, in order */

    uint32_t word[SMMU_WORDS]; /* registers, by SMMU_WORD */
    uint32_t updating;         /* one bit per field, as SMMU_UPDATE_* */
    uint32_t gbpa;             /* in effect: the register, once its update is complete */
    prisim_cycle_t update_due[SMMU_UPDATES];
    struct smmu_access access[SMMU_REGISTERS_IN_FLIGHT];
    uint8_t access_head, access_count;

    uint32_t itags;      /* in use */
    uint32_t itags_late; /* timed out, and kept back: the completion may still come */
    uint8_t itag_turn;   /* that is given out next if it is free */
    bool itag_lost;      /* one timed out since the last CMD_SYNC */

    struct smmu_commands commands;
    struct smmu_prefetch prefetch;
    struct smmu_msi msi;
    struct smmu_pri_link pri;
    struct smmu_cache caches[SMMU_CACHES];
    struct smmu_events events;
    struct smmu_stalls stalls;
    struct smmu_messages messages;
    uint32_t words;     /* where smmu_words_of lies in the store */
    uint64_t unused[1]; /* so that a slot is whole lines of PRISIM_TOUCHED_LINE, and cheap to keep (smmu_canonical) */

    /* From here on every write is told (model/core/touched.h). */
    /* Who uses several fields of one takes its place as `slot + index`: of &slot[index] gcc 12 makes the sum anew for
     * each field, which is 4 % of a look-up. */
    struct smmu_slot slot[SMMU_SLOTS];
    struct smmu_itag itag[SMMU_ITAGS];
    struct smmu_event_record event[SMMU_EVENTS_MAX]; /* that wait, a ring */
    struct prisim_memory_response pri_answer[SMMU_PRI_ACCESSES];
    struct prisim_memory_request pri_access;   /* under SMMU_MEMORY_PRI */
    uint32_t pri_access_id[SMMU_PRI_ACCESSES]; /* the PRI queue's ids of what is in flight */
    /* As large as is configured: automatic responses, words of structures, messages on their path, the caches, set by
     * set (smmu_cache_ways.h). */
    uint64_t store[];
};

_Static_assert(offsetof(struct prisim_smmu, slot) <= 3072, "what almost every step writes is little");

/* A ring of config.automatic_responses. */
static inline struct prisim_prg_response *smmu_pri_responses(struct prisim_smmu *s)
{
    return (struct prisim_prg_response *)s->store;
}

/* There is a path for messages, or a place where Invalidate Completions wait. */
static inline bool smmu_has_messages(const struct prisim_smmu_config *config)
{
    return config->ppr_flush == PRISIM_SMMU_FLUSH_NONE ||
           config->invalidate_completion_flush == PRISIM_SMMU_FLUSH_PROD_VISIBLE;
}

/* A ring of SMMU_MESSAGES, under smmu_has_messages. */
static inline struct smmu_message *smmu_message_at(struct prisim_smmu *s, unsigned place)
{
    return (struct smmu_message *)(s->store + s->messages.first) + place % SMMU_MESSAGES;
}

/* Of an STE or CD of that slot, as far as they have come. Only with PRISIM_SMMU_STRUCTURE_WORDS. */
static inline uint8_t *smmu_words_of(struct prisim_smmu *s, unsigned index)
{
    return (uint8_t *)(s->store + s->words) + (size_t)index * PRISIM_STE_BYTES;
}

/* Whoever begins to do something with a slot at an edge says so, once. */
static inline void smmu_slot_touch(struct prisim_smmu *s, unsigned index)
{
    prisim_touch(&s->touched, s->slot + index, sizeof s->slot[index]);
}

/* One edge. */
struct smmu_edge {
    const struct prisim_smmu_config *config;
    struct prisim_smmu *s;
    struct prisim_ports *ports;
    prisim_cycle_t now;
    unsigned looked_up; /* of the slots below, the look-ups that end at this edge have been made */
    unsigned ended;     /* 1 + the slot whose end is noted and not seen to yet, or 0 */
    bool goes_on;       /* it has ended its walk only */
};

static inline void smmu_want(struct prisim_smmu *s, unsigned tx)
{
    s->wants |= UINT64_C(1) << tx;
}

static inline void smmu_unwant(struct prisim_smmu *s, unsigned tx)
{
    s->wants &= ~(UINT64_C(1) << tx);
}

/* Whether the port can take a payload at the next edge. PRISIM_SMMU_RX_UP: smmu_up_room. */
static inline void smmu_set_ready(struct prisim_smmu *s, enum prisim_smmu_rx port, bool ready)
{
    uint64_t bit = UINT64_C(1) << port;
    s->ready = ready ? s->ready | bit : s->ready & ~bit;
}

static inline void smmu_timer_set(struct prisim_smmu *s, enum smmu_timer timer, prisim_cycle_t at)
{
    s->timer[timer] = at;
    s->due = prisim_cycle_min(s->due, at);
}

static inline void smmu_timer_min(struct prisim_smmu *s, enum smmu_timer timer, prisim_cycle_t at)
{
    smmu_timer_set(s, timer, prisim_cycle_min(s->timer[timer], at));
}

/* A free slot, and room for any message: anything can be taken from the root port unseen. */
static inline void smmu_up_room(struct prisim_smmu *s)
{
    smmu_set_ready(s, PRISIM_SMMU_RX_UP, (s->free & ((1u << SMMU_SLOTS_MAX) - 1)) && !s->messages.closed);
}

/* Something has changed of what makes messages wait at the port. */
static inline void smmu_up_messages(struct smmu_edge *e)
{
    struct prisim_smmu *s = e->s;
    s->messages.closed = e->config->ppr_flush == PRISIM_SMMU_FLUSH_PROD_VISIBLE || s->messages.count == SMMU_MESSAGES ||
                         (e->config->ppr_flush == PRISIM_SMMU_FLUSH_PORT && s->pri.request_held);
    smmu_up_room(s);
}

static inline void smmu_memory_want(struct prisim_smmu *s, enum smmu_memory_source source)
{
    s->memory_wants |= (uint8_t)(1 << source);
    smmu_want(s, PRISIM_SMMU_TX_MEMORY_REQUEST);
}

static inline void smmu_down_want(struct prisim_smmu *s, enum smmu_down_source source)
{
    s->down_wants |= (uint8_t)(1 << source);
    smmu_want(s, PRISIM_SMMU_TX_DOWN);
}

/* The queue is to be told of a register. Its value is read when it is told: the last one counts. */
static inline void smmu_pri_say(struct prisim_smmu *s, enum prisim_pri_queue_control_what what)
{
    s->pri.control |= (uint8_t)(1 << what);
    smmu_want(s, PRISIM_SMMU_TX_PRI_CONTROL);
}

/* SMMU-QUEUE: LOG2SIZE of the queue whose base register has that place, and the most that IDR1 says. */
_Static_assert(QUEUE_INDEX_OVERFLOW == PRISIM_SMMU_QUEUE_OVERFLOW, "one flag, in registers and in indexes");

static inline uint32_t smmu_queue_log2size(const struct prisim_smmu *s, enum smmu_word base, uint32_t max)
{
    uint32_t log2 = s->word[base] & 0x1f;
    return log2 < max ? log2 : max;
}

static inline uint64_t smmu_word64(const struct prisim_smmu *s, unsigned word)
{
    return s->word[word] | (uint64_t)s->word[word + 1] << 32;
}

static inline bool smmu_is_enabled(const struct prisim_smmu *s, uint32_t cr0_bit)
{
    return (s->enabled & cr0_bit) != 0;
}

/* The bits of a VMID that TLB invalidation compares; in effect when acknowledged; what is reserved acts as 0
 * (SMMU-CR0, SMMU-TLBI). */
static inline uint32_t smmu_vmid_mask(const struct prisim_smmu *s)
{
    uint32_t ignored = s->word[SMMU_WORD(PRISIM_SMMU_CR0ACK)] >> PRISIM_CR0_VMW_SHIFT & 7;
    return ignored <= 4 ? UINT32_MAX << ignored : UINT32_MAX;
}

static inline uint32_t smmu_gerror_active(const struct prisim_smmu *s)
{
    return s->word[SMMU_WORD(PRISIM_SMMU_GERROR)] ^ s->word[SMMU_WORD(PRISIM_SMMU_GERRORN)];
}

static inline uint64_t smmu_pasid_field(bool has_pasid, uint32_t pasid)
{
    return has_pasid ? pasid : PRISIM_PASID_NONE;
}

/* Of the CD that a transaction's translation uses; a translated access uses none. */
static inline bool smmu_has_cd(const struct smmu_slot *slot)
{
    return slot->kind != SMMU_TRANSLATED && (slot->stages & SMMU_STAGE_1);
}

static inline uint64_t smmu_asid_field(const struct smmu_slot *slot)
{
    return smmu_has_cd(slot) && slot->ste.world != SMMU_WORLD_EL2 ? slot->cd.asid : PRISIM_PASID_NONE;
}

static inline uint64_t smmu_cd_since_field(const struct smmu_slot *slot)
{
    return smmu_has_cd(slot) ? slot->cd.since : PRISIM_PASID_NONE;
}

static inline uint32_t smmu_tlp_id(struct smmu_edge *e)
{
    return (uint32_t)e->ports->instance << 24 | (e->s->tlps++ & 0xffffff);
}

/* smmu_identification.c */
void smmu_identify(const struct prisim_smmu_config *config, struct prisim_smmu *s);
/* smmu_registers.c */
void smmu_registers_init(const struct prisim_smmu_config *config, struct prisim_smmu *s);
void smmu_registers_take(struct smmu_edge *e, const struct prisim_memory_request *request);
void smmu_registers_answer(struct smmu_edge *e);
/* What software reads: 0 where nothing is, or by a size that the register does not take. */
uint64_t smmu_register_value(const struct prisim_smmu_config *config, const struct prisim_smmu *s, uint64_t offset,
                             uint32_t size);
/* smmu_register_update.c: CR0, IRQ_CTRL, GBPA and their acknowledgement */
void smmu_update_cr0(struct smmu_edge *e, uint32_t value);
void smmu_update_irq_ctrl(struct smmu_edge *e, uint32_t value);
void smmu_update_gbpa(struct smmu_edge *e, uint32_t value);
void smmu_update_run(struct smmu_edge *e);
/* smmu_gerror_acknowledge.c: a write of GERRORN */
void smmu_gerror_acknowledge(struct smmu_edge *e, uint32_t gerrorn);
/* smmu_register_guard.c (SMMU-QUEUE): the bits of a word that software may write now. */
uint32_t smmu_writable(const struct smmu_edge *e, unsigned word);
/* The bits of a word that are kept at all: what is built. */
uint32_t smmu_kept(const struct prisim_smmu_config *config, unsigned word);
/* What a read of a word shows of it. */
uint32_t smmu_shown(const struct prisim_smmu_config *config, const struct prisim_smmu *s, unsigned word);

#endif
