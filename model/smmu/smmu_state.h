/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/smmu: the state of the SMMU, and what its parts call of one another. Nothing outside this folder
 * includes it. A transaction in flight is a slot; masks of slots say what each waits for.
 */
#ifndef PRISIM_SMMU_STATE_H
#define PRISIM_SMMU_STATE_H

#include "model/core/bits.h"
#include "model/pcie/tlp.h"
#include "model/pri_queue/pri_queue.h"
#include "model/smmu/smmu.h"
#include "model/smmu/smmu_command.h"
#include "model/smmu/smmu_config_cache.h"
#include "model/smmu/smmu_records.h"
#include "model/smmu/smmu_registers.h"
#include "model/smmu/smmu_structures.h"

enum {
    SMMU_SLOTS_MAX = 16,
    SMMU_SLOT_LOOKUP = SMMU_SLOTS_MAX, /* one more slot: the PRI queue's question for STE.PPAR */
    SMMU_SLOT_PREFETCH,                /* one for prefetches */
    SMMU_SLOT_POSTED,                  /* and one for a write, while nothing but what is sent frees another */
    SMMU_SLOTS,
    SMMU_ORDER = 32,          /* places of the order of client accesses; a power of two */
    SMMU_RESPONSES_MAX = 512, /* automatic responses that wait: the PRG indexes of a function (assumption) */
    SMMU_REGISTERS_IN_FLIGHT = 4,
    SMMU_EVENTS_MAX = 32,  /* records that wait to be written (assumption) */
    SMMU_ITAGS = 32,       /* PCIE-ITAG */
    SMMU_PRI_ACCESSES = 32 /* memory accesses of the PRI queue in flight (assumption) */
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

/* What a slot carries. */
enum smmu_kind {
    SMMU_TRANSLATION_REQUEST, /* AT=1 */
    SMMU_UNTRANSLATED,        /* AT=0 */
    SMMU_TRANSLATED,          /* AT=2 */
    SMMU_PPAR,                /* SMMU_SLOT_LOOKUP only */
    SMMU_PREFETCH_CONFIG,     /* SMMU_SLOT_PREFETCH only: ends when STE and CD are there */
    SMMU_PREFETCH_ADDRESS     /* SMMU_SLOT_PREFETCH only: ends as a read would, and nobody hears of it */
};

enum smmu_slot_state {
    SMMU_SLOT_FREE,
    SMMU_SLOT_CONFIG,     /* the configuration cache is being looked up, until `due` */
    SMMU_SLOT_L1STD,      /* the level-1 descriptor of the stream table is being fetched */
    SMMU_SLOT_STE,        /* the STE is being fetched */
    SMMU_SLOT_L1CD,       /* the level-1 descriptor of the CD table is being fetched */
    SMMU_SLOT_CD,         /* the CD is being fetched */
    SMMU_SLOT_MICRO,      /* the micro TLB is being looked up, until `due` */
    SMMU_SLOT_TLB,        /* the TLB is being looked up, until `due` */
    SMMU_SLOT_WALK,       /* the walk caches are being looked up, until `due` */
    SMMU_SLOT_OUTSIDE,    /* until `due`, when the TLB's look-up ends and the address is out of range */
    SMMU_SLOT_LEAF,       /* until `due`, when the micro TLB says walk.leaf */
    SMMU_SLOT_TLB_LEAF,   /* until `due`, when the TLB says walk.leaf */
    SMMU_SLOT_TABLE,      /* until `due`, when the walk caches say walk.table and walk.level */
    SMMU_SLOT_QUEUED,     /* waits for a walk slot */
    SMMU_SLOT_IPA,        /* the IPA cache is being looked up, until `due` */
    SMMU_SLOT_IPA_TABLE,  /* the walk caches of stage 2 are being looked up, until `due` */
    SMMU_SLOT_DESCRIPTOR, /* a descriptor is being fetched */
    SMMU_SLOT_SWAP,       /* a descriptor is being updated */
    SMMU_SLOT_STALLED,    /* client access: faulted, until software says what becomes of it; `due`: its record's */
    SMMU_SLOT_REPORT,     /* ended by `cause`, but there is no room for its event record yet */
    SMMU_SLOT_READY,      /* client access: waits for its turn */
    SMMU_SLOT_MEMORY,     /* client access: in memory */
    SMMU_SLOT_ANSWER      /* its completion waits for SMMU_TX_DOWN */
};

/* A region and what it permits, as the TLBs keep it (smmu_walk.h). */
struct smmu_leaf {
    uint64_t output;     /* where the region begins */
    uint64_t ipa;        /* where it begins after stage 1 */
    cycle_t since;       /* of a leaf out of a cache: as its entry's */
    uint32_t attributes; /* LEAF_* */
    uint8_t size_log2;
    uint8_t unused[3];
};

/* What an access needs and is, after the STE's overrides (SMMU-EVENT, SMMU-STE). */
struct smmu_wish {
    uint8_t needed; /* ACCESS_* */
    bool privileged;
    bool instruction;
    bool writes; /* makes a writable-clean page dirty */
};

/* A walk. Nested, stage 1's own place is kept while stage 2 translates the address of its descriptor. */
struct smmu_walk {
    struct smmu_leaf leaf; /* that the TLB says; nested, that stage 1 gave */
    uint64_t table;        /* from which the walk starts, an IPA if it is nested */
    uint64_t at;           /* where stage 1's descriptor lies, after stage 2 */
    uint64_t descriptor;   /* the same before stage 2 */
    uint64_t ipa;          /* input of the stage 2 at work */
    uint64_t expected[2];  /* a descriptor that is updated, by stage: as it was read */
    uint64_t desired[2];   /* and as it is to be */
    cycle_t since;         /* the walk began */
    cycle_t since2;        /* that part of it began which is stage 2's own */
    cycle_t table_since;   /* of the walk cache's entry, under `found` */
    uint64_t missed_at;    /* s->cached when no cache of stage 1 had anything that this walk fills in */
    uint64_t key;          /* of the input in the caches, without kind and of a page (smmu_walk.h) */
    uint32_t tag;          /* VMID and ASID there */
    uint32_t global_tag;   /* and of global entries */
    struct smmu_wish wish;
    uint8_t stage;  /* 1 or 2: whose descriptor is fetched */
    uint8_t level;  /* of stage 1's descriptor */
    uint8_t level2; /* of stage 2's */
    uint8_t limits; /* LIMIT_*: what the tables above the leaf took away */
    uint8_t class;  /* enum smmu_class: what stage 2 translates */
    uint8_t half;   /* of the input range, 0 or 1 */
    bool updating;  /* stage 2 translates for an update of stage 1's descriptor */
    bool global;    /* stage 1's leaf has nG=0 */
    bool uncached;  /* a leaf with AF=0 is part of it (SMMU-HTTU) */
    bool refused;   /* a TLB has a leaf that must become dirty first */
    bool found;     /* there is a table in a walk cache */
    bool inside;    /* the address is in the input range, and there is a walk for it */
    bool searched;  /* the TLBs are looked up: `inside`, or EPDx=1 and epd_hits_tlb */
};

struct smmu_slot {
    uint64_t address; /* input address */
    uint64_t output;  /* where it was translated to */
    uint64_t ipa;     /* the same after stage 1 only */
    uint64_t fetch;   /* address of the STE, CD or descriptor that is fetched */
    cycle_t fetched;  /* that fetch began */
    cycle_t due;
    cycle_t begin; /* of the TLB's look-up */
    struct smmu_walk walk;
    struct smmu_ste ste; /* as it was when the transaction looked it up, whatever becomes of the cache */
    struct smmu_cd cd;
    struct smmu_fault fault;
    uint32_t stream_id;
    uint32_t pasid; /* meaningful under has_pasid */
    uint32_t ssid;  /* that selects the CD, once the STE is known */
    /* For whom `ste`, `cd`, `stages` and `ssid` were looked up, and s->configured then: they hold as long as it is the
     * same (smmu_translate.c). */
    uint64_t looked_up_for;
    uint64_t looked_up_at;
    /* Likewise walk.leaf, and s->cached then; and how long it took to find (smmu_walk.c). */
    uint64_t found_for;
    uint64_t found_at;
    cycle_t found_after;
    uint8_t found_state;
    bool has_pasid;
    bool privileged;   /* as it is checked and reported: after STE.PRIVCFG once the STE is known */
    bool execute;      /* a read that fetches instructions: after STE.INSTCFG; a Translation Request has its own rule */
    uint8_t kind;      /* enum smmu_kind */
    uint8_t state;     /* enum smmu_slot_state */
    uint8_t cause;     /* enum cause: how its translation ended */
    uint8_t stages;    /* SMMU_STAGE_*: what translates its input */
    uint8_t structure; /* SMMU_SLOT_L1CD or SMMU_SLOT_CD: fetched once stage 2 has translated its address */
    uint8_t word;      /* of an STE or CD that comes in words: which one is being fetched */
    bool split; /* a Translation Request under EATS=10: its output is the IPA, its permissions are of both stages */
    uint8_t size_log2;  /* of the translation found */
    uint8_t access;     /* ACCESS_* that are granted */
    uint8_t status;     /* enum tlp_status of its completion */
    bool passes;        /* client access: goes to memory; else it is aborted or RAZ/WI */
    bool abort;         /* a fault ends with an abort, not RAZ/WI */
    bool crowded;       /* it was to stall, and there was no room: recorded as what stalls would be */
    uint8_t parts;      /* memory accesses it is made of, 1..2 */
    uint8_t parts_sent; /* of these, offered on SMMU_TX_DMA_REQUEST */
    uint8_t parts_done;
    struct tlp tlp;
};

/* Caches of translations, by what they hold. The walk caches are one for each level, 0 to 2, of each stage. */
enum smmu_cache_name {
    SMMU_MICRO_TLB,
    SMMU_TLB,
    SMMU_IPA_CACHE, /* leaves of stage 2 that nested walks met */
    SMMU_WALK_1,
    SMMU_WALK_2 = SMMU_WALK_1 + 3,
    SMMU_CACHES = SMMU_WALK_2 + 3
};

/* An entry beside its key: 64 bits of validity, kind and page (smmu_cache.c). */
struct smmu_entry {
    uint64_t output; /* where the region, or the next table, begins */
    uint64_t ipa;
    cycle_t since;       /* the walk that found it began */
    uint32_t tag;        /* VMID and ASID */
    uint32_t attributes; /* LEAF_*, or of a table what it takes away */
    uint32_t turn;       /* of the first of a set: the way that is replaced next */
    uint32_t unused;
};

/* Kinds that have no entry are not looked for. */
enum { SMMU_CACHE_KINDS = 16 };
struct smmu_cache {
    uint32_t first; /* of its entries in the store */
    uint32_t sets;  /* 0: the cache is off */
    uint32_t ways;
    uint32_t used;  /* entries */
    uint32_t kinds; /* one bit for each that has entries */
    uint16_t count[SMMU_CACHE_KINDS];
};

struct smmu_itag {
    cycle_t deadline;
    uint32_t stream_id;
    uint32_t tlp;    /* its Invalidate Request */
    uint32_t index;  /* of its CMD_ATC_INV */
    uint8_t arrived; /* copies of the completion so far */
};

struct smmu_event_record {
    uint64_t dw[4];
    cycle_t due;
};

struct smmu_events {
    struct smmu_event_record record[SMMU_EVENTS_MAX];
    uint64_t pushed, popped;
    uint64_t written[4]; /* what is being written */
    bool writing;        /* a record's write was asked for and is not answered */
    bool of_stall;       /* it is a stalled access's; else the oldest of `record` */
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
    uint8_t flying;
};

/* Who shares SMMU_TX_MEMORY_REQUEST; the high byte of a request's id. */
enum smmu_memory_source {
    SMMU_MEMORY_SLOT,
    SMMU_MEMORY_PRI,
    SMMU_MEMORY_EVENT,
    SMMU_MEMORY_MSI,
    SMMU_MEMORY_COMMAND,
    SMMU_MEMORY_SOURCES
};

/* Who shares SMMU_TX_DOWN. */
enum smmu_down_source { SMMU_DOWN_COMPLETION, SMMU_DOWN_AUTOMATIC, SMMU_DOWN_COMMAND, SMMU_DOWN_SOURCES };

struct smmu_pri_link {
    struct page_request request;           /* under request_held */
    struct memory_request access;          /* under SMMU_MEMORY_PRI */
    struct pri_queue_ppar ppar;            /* under want of SMMU_TX_PRI_LOOKUP */
    uint32_t access_id[SMMU_PRI_ACCESSES]; /* the PRI queue's ids of what is in flight */
    uint32_t access_free;                  /* one bit per entry of access_id */
    struct memory_response answer[SMMU_PRI_ACCESSES];
    uint8_t answer_head, answer_count;
    uint8_t control; /* one bit per enum pri_queue_control_what that is to be said */
    uint8_t enable_ack;
    bool request_held;
    bool irqen_told;   /* the queue has been told, or is to be, that PRIQ_IRQEN is 1 */
    bool abort_unsaid; /* an abort of a record came, and the queue was not told yet that GERROR shows it */
    uint16_t response_head, response_count;
    struct prg_response response[SMMU_RESPONSES_MAX]; /* under SMMU_DOWN_AUTOMATIC */
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
    SMMU_TIMERS
};

/* An access to a register that is not answered yet. */
struct smmu_access {
    uint64_t address;
    uint64_t value; /* the first 8 bytes written */
    cycle_t due;
    uint32_t id;
    uint8_t size;
    uint8_t write;
};

struct smmu {
    cycle_t due;                /* no timer is earlier */
    uint64_t wants;             /* tx ports for which there is a payload */
    uint64_t ready;             /* rx ports that can take a payload at the next edge */
    cycle_t timer[SMMU_TIMERS]; /* or CYCLE_NEVER */

    uint32_t slots; /* masks of slots: all that there are */
    uint32_t free;
    uint32_t timed;       /* waits until its `due` */
    uint32_t ahead;       /* of these, looked up before the look-up's end (smmu_slots_recall) */
    uint32_t fetching;    /* wants SMMU_TX_MEMORY_REQUEST */
    uint32_t answering;   /* wants SMMU_TX_DOWN */
    uint32_t reporting;   /* in SMMU_SLOT_REPORT */
    uint32_t micro_fills; /* the TLB had what the micro TLB is to have */
    uint32_t walking;     /* has a walk slot; only where these are fewer than slots */
    uint64_t cached;      /* times that something came into a TLB or a walk cache, or went */
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
    cycle_t update_due[SMMU_UPDATES];
    struct smmu_access access[SMMU_REGISTERS_IN_FLIGHT];
    uint8_t access_head, access_count;

    uint32_t itags;      /* in use */
    uint32_t itags_late; /* timed out, and kept back: the completion may still come */
    uint8_t itag_turn;   /* that is given out next if it is free */
    bool itag_lost;      /* one timed out since the last CMD_SYNC */
    struct smmu_itag itag[SMMU_ITAGS];

    struct smmu_commands commands;
    struct smmu_prefetch prefetch;
    struct smmu_msi msi;
    struct smmu_pri_link pri;
    struct smmu_cache caches[SMMU_CACHES];
    uint32_t entries; /* of all of them */
    struct smmu_config_cache cache;
    struct smmu_slot slot[SMMU_SLOTS];
    struct smmu_events events;
    struct smmu_stalls stalls;
    uint8_t words[SMMU_SLOTS][STE_BYTES]; /* of an STE or CD, as far as they have come */
    uint64_t store[]; /* of the caches: all keys, all struct smmu_entry, one byte for each (smmu_cache.c) */
};

/* One edge. */
struct smmu_edge {
    const struct smmu_config *config;
    struct smmu *s;
    struct ports *ports;
    cycle_t now;
    unsigned looked_up; /* of the slots below, the look-ups that end at this edge have been made */
    unsigned ended;     /* 1 + the slot whose end is noted and not seen to yet, or 0 */
    bool goes_on;       /* it has ended its walk only */
};

static inline void smmu_want(struct smmu *s, unsigned tx)
{
    s->wants |= UINT64_C(1) << tx;
}

static inline void smmu_unwant(struct smmu *s, unsigned tx)
{
    s->wants &= ~(UINT64_C(1) << tx);
}

/* Whether the port can take a payload at the next edge. SMMU_RX_UP: smmu_up_room. */
static inline void smmu_set_ready(struct smmu *s, enum smmu_rx port, bool ready)
{
    uint64_t bit = UINT64_C(1) << port;
    s->ready = ready ? s->ready | bit : s->ready & ~bit;
}

static inline void smmu_timer_set(struct smmu *s, enum smmu_timer timer, cycle_t at)
{
    s->timer[timer] = at;
    s->due = cycle_min(s->due, at);
}

static inline void smmu_timer_min(struct smmu *s, enum smmu_timer timer, cycle_t at)
{
    smmu_timer_set(s, timer, cycle_min(s->timer[timer], at));
}

/* A free slot, and no page request on hold: anything can be taken from the root port. */
static inline void smmu_up_room(struct smmu *s)
{
    smmu_set_ready(s, SMMU_RX_UP, (s->free & ((1u << SMMU_SLOTS_MAX) - 1)) && !s->pri.request_held);
}

static inline void smmu_memory_want(struct smmu *s, enum smmu_memory_source source)
{
    s->memory_wants |= (uint8_t)(1 << source);
    smmu_want(s, SMMU_TX_MEMORY_REQUEST);
}

/* The slot's next fetch waits for the port. */
static inline void smmu_slot_ask(struct smmu *s, unsigned index)
{
    assert(!(s->fetching >> index & 1));
    s->fetching |= UINT32_C(1) << index;
    smmu_memory_want(s, SMMU_MEMORY_SLOT);
}

static inline void smmu_down_want(struct smmu *s, enum smmu_down_source source)
{
    s->down_wants |= (uint8_t)(1 << source);
    smmu_want(s, SMMU_TX_DOWN);
}

/* The queue is to be told of a register. Its value is read when it is told: the last one counts. */
static inline void smmu_pri_say(struct smmu *s, enum pri_queue_control_what what)
{
    s->pri.control |= (uint8_t)(1 << what);
    smmu_want(s, SMMU_TX_PRI_CONTROL);
}

/* How much a slot in this state fetches; 0 if it fetches nothing. */
static inline unsigned smmu_fetch_bytes(enum smmu_slot_state state)
{
    switch ((unsigned)state) {
    case SMMU_SLOT_STE:
    case SMMU_SLOT_CD:
        return STE_BYTES;
    case SMMU_SLOT_L1STD:
    case SMMU_SLOT_L1CD:
    case SMMU_SLOT_DESCRIPTOR:
    case SMMU_SLOT_SWAP:
        return DESCRIPTOR_BYTES;
    }
    return 0;
}

static inline bool smmu_event_room(const struct smmu *s)
{
    return s->events.pushed - s->events.popped < SMMU_EVENTS_MAX;
}

/* SMMU-QUEUE: LOG2SIZE of the queue whose base register has that place, and the most that IDR1 says. */
static inline uint32_t smmu_queue_log2size(const struct smmu *s, enum smmu_word base, uint32_t max)
{
    uint32_t log2 = s->word[base] & 0x1f;
    return log2 < max ? log2 : max;
}

static inline uint64_t smmu_word64(const struct smmu *s, unsigned word)
{
    return s->word[word] | (uint64_t)s->word[word + 1] << 32;
}

static inline bool smmu_is_enabled(const struct smmu *s, uint32_t cr0_bit)
{
    return (s->enabled & cr0_bit) != 0;
}

/* The bits of a VMID that TLB invalidation compares; in effect when acknowledged; what is reserved acts as 0
 * (SMMU-CR0, SMMU-TLBI). */
static inline uint32_t smmu_vmid_mask(const struct smmu *s)
{
    uint32_t ignored = s->word[SMMU_WORD(SMMU_CR0ACK)] >> CR0_VMW_SHIFT & 7;
    return ignored <= 4 ? UINT32_MAX << ignored : UINT32_MAX;
}

static inline uint32_t smmu_gerror_active(const struct smmu *s)
{
    return s->word[SMMU_WORD(SMMU_GERROR)] ^ s->word[SMMU_WORD(SMMU_GERRORN)];
}

/* A cache that is off takes no time to look up. */
static inline cycle_t smmu_micro_tlb_latency(const struct smmu_edge *e)
{
    return e->s->caches[SMMU_MICRO_TLB].sets ? e->config->micro_tlb_latency : 0;
}

static inline cycle_t smmu_tlb_latency(const struct smmu_edge *e)
{
    return e->s->caches[SMMU_TLB].sets ? e->config->tlb_latency : 0;
}

static inline uint64_t smmu_pasid_field(bool has_pasid, uint32_t pasid)
{
    return has_pasid ? pasid : PASID_NONE;
}

/* Of the CD that a transaction's translation uses; a translated access uses none. */
static inline bool smmu_has_cd(const struct smmu_slot *slot)
{
    return slot->kind != SMMU_TRANSLATED && (slot->stages & SMMU_STAGE_1);
}

static inline uint64_t smmu_asid_field(const struct smmu_slot *slot)
{
    return smmu_has_cd(slot) && slot->ste.world != SMMU_WORLD_EL2 ? slot->cd.asid : PASID_NONE;
}

static inline uint64_t smmu_cd_since_field(const struct smmu_slot *slot)
{
    return smmu_has_cd(slot) ? slot->cd.since : PASID_NONE;
}

static inline uint32_t smmu_tlp_id(struct smmu_edge *e)
{
    return (uint32_t)e->ports->instance << 24 | (e->s->tlps++ & 0xffffff);
}

/* smmu_identification.c */
void smmu_identify(const struct smmu_config *config, struct smmu *s);
/* smmu_registers.c */
void smmu_registers_init(const struct smmu_config *config, struct smmu *s);
void smmu_registers_take(struct smmu_edge *e, const struct memory_request *request);
void smmu_registers_answer(struct smmu_edge *e);
/* What software reads: 0 where nothing is, or by a size that the register does not take. */
uint64_t smmu_register_value(const struct smmu_config *config, const struct smmu *s, uint64_t offset, uint32_t size);
/* smmu_register_update.c: CR0, IRQ_CTRL, GBPA and their acknowledgement */
void smmu_update_cr0(struct smmu_edge *e, uint32_t value);
void smmu_update_irq_ctrl(struct smmu_edge *e, uint32_t value);
void smmu_update_gbpa(struct smmu_edge *e, uint32_t value);
void smmu_update_run(struct smmu_edge *e);
/* smmu_register_guard.c (SMMU-QUEUE): the bits of a word that software may write now. */
uint32_t smmu_writable(const struct smmu_edge *e, unsigned word);
/* The bits of a word that are kept at all: what is built. */
uint32_t smmu_kept(const struct smmu_config *config, unsigned word);
/* What a read of a word shows of it. */
uint32_t smmu_shown(const struct smmu_config *config, const struct smmu *s, unsigned word);

/* smmu_itag.c */
bool smmu_itag_is_free(const struct smmu *s);
/* Gives the Invalidate Request that TLP of the command at work an ITag that is free. */
unsigned smmu_itag_open(struct smmu_edge *e, uint32_t stream_id, uint32_t tlp);
void smmu_itag_close(struct smmu *s, unsigned itag);
void smmu_itags_timer(struct smmu *s); /* the first deadline has changed */
/* smmu_atc_invalidate.c */
void smmu_itag_completed(struct smmu_edge *e, const struct tlp_header *head);
void smmu_itag_timeouts(struct smmu_edge *e);
/* smmu_event_queue.c */
void smmu_event_push(struct smmu_edge *e, const struct smmu_slot *slot, const uint64_t dw[4]);
/* Looks at the record that is next: true if it was dropped, so that there is room for one, and another may be due. */
bool smmu_event_next(struct smmu_edge *e);
void smmu_event_request(struct smmu_edge *e, struct memory_request *to);
/* The write was answered: true if there is room for a record. PROD, the interrupt and GERROR follow. */
bool smmu_event_written(struct smmu_edge *e, uint8_t status);
void smmu_event_publish(struct smmu_edge *e, uint8_t status);
/* smmu_slot_answer.c */
/* Stalls, reports and answers what has ended by slot->cause; not a prefetch. */
void smmu_slot_answer(struct smmu_edge *e, unsigned index);
/* Decides on the records that are due, up to the first that is written. */
void smmu_event_run(struct smmu_edge *e);
void smmu_event_answered(struct smmu_edge *e, uint8_t status);
/* smmu_stall.c */
bool smmu_stall_begin(struct smmu_edge *e, unsigned index); /* true if the slot, which has faulted, stalls */
/* Does CMDQ_OP_RESUME or CMDQ_OP_STALL_TERM; false if it is CERROR_ILL. */
bool smmu_stall_command(struct smmu_edge *e, uint32_t opcode, const uint64_t dw[2]);
void smmu_stall_sync(struct smmu_edge *e); /* a CMD_SYNC is at work */
void smmu_stall_abort_all(struct smmu_edge *e);
/* smmu_stall_record.c */
unsigned smmu_stall_oldest(const struct smmu *s, uint32_t slots); /* of those in the mask: has waited longest */
unsigned smmu_stall_due(const struct smmu_edge *e);
cycle_t smmu_stall_next(const struct smmu_edge *e);
void smmu_stall_record(struct smmu_edge *e, unsigned index, uint64_t dw[4]);
void smmu_stall_written(struct smmu_edge *e, bool ok);
/* smmu_gerror_msi.c */
void smmu_gerror_raise(struct smmu_edge *e, uint32_t bits);
void smmu_gerror_changed(struct smmu_edge *e, uint32_t before); /* `before`: what was active */
void smmu_interrupt(struct smmu_edge *e, enum smmu_msi_source source);
void smmu_interrupt_line(struct smmu_edge *e, uint32_t line);
void smmu_msi_send(struct smmu_edge *e, enum smmu_msi_source source, uint64_t address, uint32_t data);
void smmu_msi_request(struct smmu_edge *e, struct memory_request *to);
void smmu_msi_written(struct smmu_edge *e, unsigned source, uint8_t status);
/* smmu_gerror_acknowledge.c: a write of GERRORN */
void smmu_gerror_acknowledge(struct smmu_edge *e, uint32_t gerrorn);
/* smmu_memory_arbiter.c */
void smmu_memory_grant(struct smmu_edge *e);
void smmu_memory_answered(struct smmu_edge *e, const struct memory_response *response);
/* smmu_down_arbiter.c */
void smmu_down_grant(struct smmu_edge *e);
/* smmu_cache.c: the store of the TLBs and walk caches */
size_t smmu_cache_bytes(const struct smmu_config *config);
void smmu_cache_init(const struct smmu_config *config, struct smmu *s);
/* smmu_lookup.c: from the TLB look-up on. Before: slot->ste, cd (with SMMU_STAGE_1) and stages. */
void smmu_walk_ahead(struct smmu_edge *e, unsigned index, cycle_t begin);
/* STE and CD are those of the slot's last transaction: true if that goes for its leaf as well. */
bool smmu_walk_again(struct smmu_edge *e, unsigned index, cycle_t begin);
void smmu_walk_due(struct smmu_edge *e, unsigned index);
/* Stage 2 translates the address of slot->structure, which is fetched then. */
void smmu_walk_context(struct smmu_edge *e, unsigned index, uint64_t ipa);
void smmu_walk_ended(struct smmu_edge *e, unsigned index);
void smmu_micro_fills(struct smmu_edge *e);
/* smmu_walk.c: what was fetched for it is here */
void smmu_walk_descriptor(struct smmu_edge *e, unsigned index, uint64_t descriptor);
void smmu_walk_swapped(struct smmu_edge *e, unsigned index, uint64_t was);
void smmu_walk_aborted(struct smmu_edge *e, unsigned index);
/* smmu_tlbi.c: false is CERROR_ILL */
bool smmu_tlbi_execute(struct smmu_edge *e, uint32_t opcode, const uint64_t dw[2]);
/* smmu_translate.c: the path of a slot */
/* What was looked up for the slot's last transaction is of no use for this one. */
static inline void smmu_slot_forget(struct smmu_slot *slot)
{
    slot->looked_up_for = 0;
    slot->stages = 0;
    slot->split = false;
    slot->cd.flags = 0;
    slot->ste.mev = true; /* while no STE is known */
}
void smmu_slot_start(struct smmu_edge *e, unsigned index);
static inline void smmu_slot_wait(struct smmu_edge *e, unsigned index, enum smmu_slot_state state, cycle_t due)
{
    struct smmu *s = e->s;
    assert(due >= e->now && !(s->free >> index & 1));
    s->slot[index].state = (uint8_t)state;
    s->slot[index].due = due;
    s->timed |= UINT32_C(1) << index;
    smmu_timer_min(s, SMMU_TIMER_SLOTS, due);
}
/* smmu_slot.c */
/* Its translation is over, well or not: the last that its path does with it in this edge. */
static inline void smmu_slot_end(struct smmu_edge *e, unsigned index, enum cause cause)
{
    assert(e->ended == 0);
    e->s->slot[index].cause = (uint8_t)cause;
    e->ended = index + 1;
}
/* Its walk is over, but not its translation: stage 2 has said where its CD lies. */
static inline void smmu_slot_goes_on(struct smmu_edge *e, unsigned index)
{
    assert(e->ended == 0);
    if (!(e->s->walking >> index & 1))
        return;
    e->ended = index + 1;
    e->goes_on = true;
}
void smmu_slot_free(struct smmu *s, unsigned index);
void smmu_slot_reset(struct smmu_slot *slot); /* as before its translation */
void smmu_slots_recall_all(struct smmu_edge *e, cycle_t last);
/* A cache is about to change: look-ups that were made ahead and end after `last` will be made again, at their ends. */
static inline void smmu_slots_recall(struct smmu_edge *e, cycle_t last)
{
    if (e->s->ahead)
        smmu_slots_recall_all(e, last);
}
void smmu_slot_fetch(struct smmu_edge *e, unsigned index, enum smmu_slot_state state, uint64_t address);
/* smmu_structure_fetch.c: STEs and CDs that come in words, beginning with that one */
enum { SMMU_WORD_FIRST = 1 };
static inline bool smmu_comes_in_words(const struct smmu_edge *e, unsigned state)
{
    return e->config->structure_fetch == SMMU_STRUCTURE_WORDS && (state == SMMU_SLOT_STE || state == SMMU_SLOT_CD);
}
void smmu_words_request(const struct smmu_slot *slot, struct memory_request *to);
/* The whole structure, or NULL while words are missing. */
const uint8_t *smmu_words_fetched(struct smmu_edge *e, unsigned index, const struct memory_response *response);
/* What the slot has of its structure is not to be used. */
void smmu_words_anew(struct smmu_edge *e, unsigned index);
void smmu_slot_configure(struct smmu_edge *e, unsigned index); /* its configuration look-up is over */
void smmu_slot_fetched(struct smmu_edge *e, unsigned index, const struct memory_response *response);
/* smmu_slots.c */
void smmu_slots_due(struct smmu_edge *e);
void smmu_slot_ended(struct smmu_edge *e);
/* To be called before anything else happens, after what may have ended a translation. */
static inline void smmu_slots_ended(struct smmu_edge *e)
{
    if (e->ended)
        smmu_slot_ended(e);
}
/* smmu_fault.c: true if the end of this slot is to be recorded, and the record */
bool smmu_fault_record(const struct smmu_edge *e, const struct smmu_slot *slot, enum cause cause, uint64_t dw[4]);
void smmu_fault_write(const struct smmu_edge *e, const struct smmu_slot *slot, uint64_t dw[4]); /* the record alone */
/* smmu_ats.c */
void smmu_ats_end(struct smmu_edge *e, unsigned index);
void smmu_ats_completion(const struct smmu_slot *slot, struct tlp *to);
/* smmu_dma.c */
void smmu_dma_enter(struct smmu_edge *e, unsigned index, enum cause ended); /* CAUSE_NONE: is to be translated */
void smmu_dma_leave(struct smmu_edge *e, unsigned index);
void smmu_dma_end(struct smmu_edge *e, unsigned index);
void smmu_dma_advance(struct smmu_edge *e);
void smmu_dma_answered(struct smmu_edge *e, const struct memory_response *response);
void smmu_dma_completion(const struct smmu_slot *slot, struct tlp *to);
/* smmu_up.c: what comes from the root port */
void smmu_up_take(struct smmu_edge *e, const struct tlp *tlp);
bool smmu_up_takes_offered(const struct smmu_edge *e);
/* smmu_pri_link.c: traffic with the PRI queue */
void smmu_pri_request(struct smmu_edge *e, const struct tlp_header *head);
void smmu_pri_request_put(struct smmu_edge *e);
void smmu_pri_response(struct smmu_edge *e, const struct prg_response *response);
void smmu_pri_response_send(struct smmu_edge *e, struct tlp *to);
void smmu_pri_access(struct smmu_edge *e, const struct memory_request *request);
void smmu_pri_access_request(struct smmu_edge *e, struct memory_request *to);
void smmu_pri_access_answered(struct smmu_edge *e, unsigned entry, const struct memory_response *response);
void smmu_pri_answer_put(struct smmu_edge *e);
void smmu_pri_lookup(struct smmu_edge *e, const struct pri_queue_lookup *lookup);
void smmu_pri_lookup_end(struct smmu_edge *e, unsigned index, const struct smmu_ste *ste);
void smmu_pri_lookup_put(struct smmu_edge *e);
void smmu_pri_status(struct smmu_edge *e, const struct pri_queue_status *status);
void smmu_pri_abort(struct smmu_edge *e, const struct pri_queue_abort *abort);
void smmu_pri_control_put(struct smmu_edge *e);

/* Fills a PRG Response; the caller has the port. */
void smmu_prg_response_fill(struct smmu_edge *e, struct tlp *to, const struct prg_response *response,
                            uint32_t command_index);

#endif
