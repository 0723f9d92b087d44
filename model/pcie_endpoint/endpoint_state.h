/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/pcie_endpoint: the state of an endpoint function, and what its parts call of one another. Nothing
 * outside this folder includes it. Jobs are named by their slot, which is also the tag of their Translation Request.
 */
#ifndef PRISIM_ENDPOINT_STATE_H
#define PRISIM_ENDPOINT_STATE_H

#include "model/core/bits.h"
#include "model/core/random.h"
#include "model/core/touched.h"
#include "model/pcie_endpoint/pcie_endpoint.h"

enum {
    ENDPOINT_PENDING_MAX = 64,                    /* jobs that wait for a slot */
    ENDPOINT_READS_MAX = 64,                      /* memory reads in flight (assumption) */
    ENDPOINT_READ_TAG = PRISIM_ENDPOINT_JOBS_MAX, /* tags of memory reads follow those of Translation Requests */
    ENDPOINT_REGISTERS_MAX = 64,                  /* completions of registers not yet due (assumption) */
    ENDPOINT_INVALIDATES_MAX = 32,                /* PCIE-ITAG: 32 ITags */
    ENDPOINT_OUTGOING_MAX = 512,                  /* the transmit FIFO (assumption); a power of two */
    ENDPOINT_OUTGOING_MARKERS = PRISIM_ENDPOINT_PASIDS_MAX, /* of these, kept for Stop Markers */
    ENDPOINT_WINDOW = 16, /* the DMA engine waits while this many TLPs wait (assumption) */
    ENDPOINT_ATC_BUCKETS = 512,
    ENDPOINT_LINE_BYTES = 64,
    ENDPOINT_PAGE_BYTES = 4096
};

enum { ENDPOINT_STU = 0x1f }; /* of ats_control */
enum { COMMAND_MEMORY_SPACE = 1 << 1, COMMAND_BUS_MASTER = 1 << 2 };
enum { ENDPOINT_NO_CONTEXT = 0xff, ENDPOINT_NO_STREAM = 0xff, ENDPOINT_ATC_NONE = 0xffff };
enum { ENDPOINT_PASID_EVERY = 0x200000 }; /* the key of an entry of every PASID: no key of a PASID is that large */
enum { PRG_WORDS = PRISIM_PRG_INDEXES / 64 };

/* Access rights, as in events and in the low bits of a translation completion entry (PCIE-ATSCPL), where bit 3 is Exe.
 */
enum { ENDPOINT_READ = 1, ENDPOINT_WRITE = 2, ENDPOINT_LAST = 4, ENDPOINT_EXECUTE = 8 };

enum endpoint_job_state {
    ENDPOINT_JOB_FREE,
    ENDPOINT_JOB_LOOKUP,      /* the ATC is being looked up, until `due` */
    ENDPOINT_JOB_TRANSLATE,   /* wants to send a Translation Request */
    ENDPOINT_JOB_TRANSLATING, /* waits for the Translation Completion */
    ENDPOINT_JOB_FAULT,       /* wants to make a page request: held until a credit is there */
    ENDPOINT_JOB_MEMBER,      /* wants to make the next request of its group, which has its credits */
    ENDPOINT_JOB_LAST,        /* its group stays open: makes the last request of it at `due` */
    ENDPOINT_JOB_ASKED,       /* waits for the PRG Response */
    ENDPOINT_JOB_BACKOFF,     /* waits until `due` to translate again */
    ENDPOINT_JOB_TRANSFER,    /* sends the lines of a page */
    ENDPOINT_JOB_ENDING,      /* makes nothing more; waits for what it has open */
    ENDPOINT_JOB_OVERDUE, /* is over, its Translation Request timed out or was before a reset: its tag waits for a late
                             completion */
    ENDPOINT_JOB_STATES
};

struct endpoint_job {
    uint64_t start;     /* as submitted; names the job in endpoint.job_done */
    uint64_t address;   /* next byte */
    uint64_t output;    /* translated page; meaningful in TRANSFER */
    prisim_cycle_t due; /* LOOKUP, BACKOFF, LAST; TRANSLATING: its time-out, NEVER until its request has left */
    uint32_t remaining; /* bytes */
    uint32_t number;    /* names the job in events */
    uint32_t pasid;
    uint32_t faults;      /* of the current page */
    uint32_t ats_enables; /* TRANSLATING: those of the function when its Translation Request left */
    uint32_t members;     /* MEMBER, LAST: pages from the missing one on that its group has not asked for yet */
    uint16_t prg_index;
    uint16_t open;   /* memory TLPs not over: writes not sent, reads not completed */
    uint8_t state;   /* enum endpoint_job_state */
    uint8_t cause;   /* TRANSLATING, ASKED: ends with it when the answer comes, if not NONE. ENDING: ends with it */
    uint8_t context; /* or ENDPOINT_NO_CONTEXT */
    uint8_t stream;  /* that it is an access of, or ENDPOINT_NO_STREAM */
    uint8_t mode;    /* PRISIM_TLP_EXECUTE, PRISIM_TLP_PRIVILEGED: what its requests ask for beside read and write */
    bool has_pasid;
    bool write;
    bool untranslated; /* U=1: the page is accessed with untranslated requests (PCIE-ATSCPL) */
    bool poisoned;     /* its Translation Request overlaps an invalidation (PCIE-ATC) */
    bool overdue;      /* its Translation Request timed out, and has no completion yet */
    bool clipped;      /* an invalidation hit beside its page: a larger translation is cut to 4 KiB */
};

enum endpoint_marker {
    ENDPOINT_MARKER_NONE,  /* not begun */
    ENDPOINT_MARKER_WAITS, /* is made at `due` */
    ENDPOINT_MARKER_MADE,  /* waits to leave */
    ENDPOINT_MARKER_LEFT,  /* too early: the report waits for what is under way */
    ENDPOINT_MARKER_SENT   /* the report waits for `due` */
};

/* A running or stopping PASID; or one whose stop is reported, and that owes its marker. */
struct endpoint_context {
    uint64_t jobs;      /* slots */
    prisim_cycle_t due; /* marker WAITS, SENT */
    uint32_t pasid;
    uint32_t use;    /* counts the uses of this context */
    uint16_t groups; /* page request groups of this use that are not answered */
    uint8_t state;   /* enum prisim_endpoint_pasid_state */
    uint8_t marker;  /* enum endpoint_marker */
};

/* A memory read in flight. */
struct endpoint_read {
    uint64_t address;   /* untranslated page */
    prisim_cycle_t due; /* its time-out, NEVER until it has left */
    uint32_t pasid;     /* PASID + 1, or 0 without */
    uint8_t job;
    bool overdue; /* it timed out: the tag waits for a late completion */
};

/* A DMA of many accesses. */
struct endpoint_stream {
    struct prisim_endpoint_stimulus what; /* address, job and count are those of what is left */
    uint64_t begin;                       /* of the span */
    uint8_t context;                      /* or ENDPOINT_NO_CONTEXT */
    uint8_t under_way;                    /* accesses that are jobs */
    uint8_t unused[6];
};

struct endpoint_group {
    uint32_t use;   /* of the context */
    uint32_t pasid; /* that its requests had: PASID + 1, or 0 without */
    uint8_t job;    /* slot, unless stale */
    uint8_t context;
    uint8_t members; /* credits that its response brings back */
    bool stale;      /* PCIE-STOP-3, model B */
};

struct endpoint_atc_entry {
    uint64_t base, output; /* aligned to the size */
    uint32_t pasid;        /* PASID + 1, 0 without, or ENDPOINT_PASID_EVERY */
    uint16_t next;         /* in its bucket */
    uint16_t older, younger;
    uint8_t size_log2;
    uint8_t access;
    bool untranslated;
    bool privileged;
    uint8_t unused[2];
};

/* What every look-up reads. */
struct endpoint_atc {
    uint64_t valid[PRISIM_ENDPOINT_ATC_MAX / 64];
    uint64_t sizes; /* bit s: entries of 2^s bytes may be there */
    uint32_t used;  /* entries */
    uint16_t oldest, youngest;
};

enum endpoint_outgoing_kind {
    ENDPOINT_OUT_REGISTER, /* completion of a request of the host's: outlives a reset */
    ENDPOINT_OUT_INVALIDATED,
    ENDPOINT_OUT_TRANSLATE,
    ENDPOINT_OUT_DMA,
    ENDPOINT_OUT_PAGE_REQUEST,
    ENDPOINT_OUT_RAW, /* a raw page request: outlives a Response Failure */
    ENDPOINT_OUT_MARKER,
    ENDPOINT_OUT_MSIX
};

struct endpoint_outgoing {
    struct prisim_tlp_header head;
    uint64_t value;    /* REGISTER, MSIX: the data. DMA: untranslated address */
    uint32_t request;  /* page request: its number. INVALIDATED: the TLP that it completes */
    uint32_t epoch;    /* page request, marker: of the PRI engine */
    uint8_t kind;      /* enum endpoint_outgoing_kind */
    uint8_t job_index; /* TRANSLATE, DMA: job; MARKER: context */
};

struct endpoint_answer { /* a completion of a register, waiting for register_latency */
    prisim_cycle_t due;
    uint32_t value;
    uint16_t requester_id, tag;
    uint8_t size; /* bytes of data */
    uint8_t type, status, traffic_class;
};

/* The range that an Invalidate Request names. */
struct endpoint_range {
    uint64_t base;
    unsigned size_log2;
    uint32_t pasid; /* key; 0: hits every PASID and none (PCIE-ATC) */
};

struct endpoint_invalidate {
    prisim_cycle_t due; /* it has been processed: its entries are gone by then, its completion is made then or later */
    uint64_t reads;     /* memory reads that used what it invalidates (PCIE-ATC) */
    uint64_t pasid;     /* as events say it */
    struct endpoint_range range;
    uint32_t tlp;
    uint16_t requester_id, itag;
    uint8_t fault; /* enum prisim_endpoint_invalidate_fault */
    bool bad_pasid;
    bool answered; /* EARLY: its completion is made, its entries are not yet gone */
    uint8_t unused[5];
};

/* Of a Translation Request for more than one translation, beside its job (PCIE-ATSREQ-8). */
struct endpoint_asked {
    uint8_t pages;  /* STUs asked for; 0 is 1 */
    uint8_t got;    /* translations, of the first of two completions */
    uint8_t access; /* of the first translation; the rest of it is in the job */
};

/* The BARs by their places in `bar`. */
enum { ENDPOINT_BAR0, ENDPOINT_BAR2, ENDPOINT_BARS };

/* Registers that software writes and few steps read (endpoint_header.c, endpoint_capabilities.c, endpoint_msix.c). */
struct endpoint_function {
    uint64_t bar[ENDPOINT_BARS]; /* addresses */
    uint64_t msix_address;
    uint32_t msix_data;
    uint16_t msix_control; /* Message Control */
    uint16_t device_control, device_control2;
    uint8_t device_status; /* its error bits */
    bool msix_masked;      /* the vector */
    bool msix_pending;
    uint8_t unused[7];
};
_Static_assert(sizeof(struct endpoint_function) == 48, "no hidden padding");

/* Written by almost every step, and small; then what few steps write, which say so (model/core/touched.h) by the
 * functions below. What leaves its place leaves it zero, and a line that gets empty begins at its first place again. */
struct prisim_endpoint {
    struct prisim_touched touched;

    /* What an idle step reads. */
    prisim_cycle_t due; /* of the earliest timer */
    bool more;          /* something can be made at once */

    uint8_t answer_head, answer_count;
    uint8_t invalidate_head, invalidate_count;
    uint8_t invalidate_gone; /* of these, the oldest, whose entries have left the ATC */
    uint8_t pending_head, pending_count;
    prisim_cycle_t job_due;     /* of the earliest job timer; may be too early */
    prisim_cycle_t timeout_due; /* of the earliest completion time-out; may be too early */
    uint16_t outgoing_head, outgoing_count;
    uint8_t turn_translate, turn_fault, turn_transfer; /* round robin: the slot to be asked first */
    uint8_t turn_stream;
    uint8_t unused[3];
    bool msix_waits;                            /* a message may be made, and waits for room in the FIFO */
    uint32_t page_requests, page_request_limit; /* outstanding messages; min(allocation, capacity), 0 if not allowed */

    /* Jobs. */
    uint64_t in[ENDPOINT_JOB_STATES]; /* slots in each state; FREE: only those of config.jobs */
    uint64_t writes;                  /* slots whose job writes */
    uint64_t free_reads;              /* memory read tags */
    uint64_t free_contexts;
    uint64_t owing;          /* contexts whose stop is reported, and whose marker has not left */
    prisim_cycle_t stop_due; /* of the earliest marker or report that waits; may be too early */
    uint32_t streams;        /* places in use */
    uint32_t streams_ready;  /* of these, with an access to begin */
    uint64_t marked;         /* IDLE contexts whose last use ended with a Stop Marker that was sent */

    /* Configuration space. */
    uint32_t pri_allocation;
    uint32_t pri_epoch;   /* counts what dropped all groups */
    uint32_t ats_enables; /* counts how often ATS was enabled */
    uint16_t command, ats_control, pasid_control;
    bool ats_refused; /* a Translation Request was answered UR (PCIE-ATSCPL) */
    bool pri_enable, pri_halted, pri_rf, pri_uprgi, pri_stopped;

    uint16_t prg_last;              /* the PRG index given out last */
    uint32_t tlps;                  /* sent, for their ids */
    uint32_t request_count;         /* page requests made, for their numbers */
    uint64_t drawn;                 /* the counter of what is drawn at random (model/core/random.h) */
    prisim_cycle_t invalidate_free; /* when the invalidation in work is done */
    uint64_t prg_busy[PRG_WORDS];
    struct endpoint_atc atc;

    prisim_cycle_t ready_at;                /* a reset lasts until then */
    struct random_stream invalidate_random; /* out_of_order */
    uint32_t invalidates;                   /* of invalidate_fault_nth, taken */

    uint8_t to_a_line[52];

    struct endpoint_job job[PRISIM_ENDPOINT_JOBS_MAX];
    struct endpoint_context context[PRISIM_ENDPOINT_PASIDS_MAX];
    struct endpoint_read read[ENDPOINT_READS_MAX];
    struct endpoint_function function;
    struct endpoint_answer answer[ENDPOINT_REGISTERS_MAX];
    struct endpoint_invalidate invalidate[ENDPOINT_INVALIDATES_MAX];
    struct endpoint_group group[PRISIM_PRG_INDEXES];
    struct prisim_endpoint_stimulus pending[ENDPOINT_PENDING_MAX];
    struct endpoint_stream stream[PRISIM_ENDPOINT_STREAMS_MAX];
    struct endpoint_outgoing outgoing[ENDPOINT_OUTGOING_MAX];
    uint32_t completing[ENDPOINT_INVALIDATES_MAX]; /* by ITag, in a completion of several that waits: its TLP + 1 */
    struct endpoint_asked asked[PRISIM_ENDPOINT_JOBS_MAX];
    uint16_t atc_count[65]; /* entries of each size */
    uint16_t atc_bucket[ENDPOINT_ATC_BUCKETS];
    struct endpoint_atc_entry atc_entry[]; /* config.atc_entries */
};

_Static_assert(offsetof(struct prisim_endpoint, job) % PRISIM_TOUCHED_LINE == 0, "what is touched begins with a line");

/* For writing. */
static inline struct endpoint_job *endpoint_job_write(struct prisim_endpoint *s, unsigned job_index)
{
    prisim_touch(&s->touched, &s->job[job_index], sizeof s->job[job_index]);
    return &s->job[job_index];
}

static inline struct endpoint_context *endpoint_context_write(struct prisim_endpoint *s, unsigned context)
{
    prisim_touch(&s->touched, &s->context[context], sizeof s->context[context]);
    return &s->context[context];
}

static inline struct endpoint_read *endpoint_read_write(struct prisim_endpoint *s, unsigned read)
{
    prisim_touch(&s->touched, &s->read[read], sizeof s->read[read]);
    return &s->read[read];
}

static inline struct endpoint_answer *endpoint_answer_write(struct prisim_endpoint *s, unsigned at)
{
    prisim_touch(&s->touched, &s->answer[at], sizeof s->answer[at]);
    return &s->answer[at];
}

static inline struct endpoint_group *endpoint_group_write(struct prisim_endpoint *s, unsigned index)
{
    prisim_touch(&s->touched, &s->group[index], sizeof s->group[index]);
    return &s->group[index];
}

static inline struct prisim_endpoint_stimulus *endpoint_pending_write(struct prisim_endpoint *s, unsigned at)
{
    prisim_touch(&s->touched, &s->pending[at], sizeof s->pending[at]);
    return &s->pending[at];
}

static inline struct endpoint_stream *endpoint_stream_write(struct prisim_endpoint *s, unsigned at)
{
    prisim_touch(&s->touched, &s->stream[at], sizeof s->stream[at]);
    return &s->stream[at];
}

static inline struct endpoint_outgoing *endpoint_outgoing_write(struct prisim_endpoint *s, unsigned at)
{
    prisim_touch(&s->touched, &s->outgoing[at], sizeof s->outgoing[at]);
    return &s->outgoing[at];
}

static inline struct endpoint_asked *endpoint_asked_write(struct prisim_endpoint *s, unsigned job_index)
{
    prisim_touch(&s->touched, &s->asked[job_index], sizeof s->asked[job_index]);
    return &s->asked[job_index];
}

static inline uint32_t *endpoint_completing_write(struct prisim_endpoint *s, unsigned itag)
{
    prisim_touch(&s->touched, &s->completing[itag], sizeof s->completing[itag]);
    return &s->completing[itag];
}

/* One step: what every part needs. */
struct endpoint_edge {
    const struct prisim_endpoint_config *config;
    struct prisim_endpoint *s;
    struct prisim_ports *ports;
    prisim_cycle_t now;
};

static inline uint64_t endpoint_bit(unsigned at)
{
    return UINT64_C(1) << at;
}

/* PCIE-ATSCAP: the STU, in which Translation Requests count. */
static inline unsigned endpoint_unit_log2(const struct prisim_endpoint *s)
{
    return 12 + (s->ats_control & ENDPOINT_STU);
}

/* The value of a "pasid" field. */
static inline uint64_t endpoint_pasid_field(bool has_pasid, uint32_t pasid)
{
    return has_pasid ? pasid : PRISIM_PASID_NONE;
}

/* The key of a PASID: 0 without one. */
static inline uint32_t endpoint_pasid_key(bool has_pasid, uint32_t pasid)
{
    return has_pasid ? pasid + 1 : 0;
}

/* True if 2^size_log2 bytes at base (both aligned) and the range have a byte in common. */
static inline bool endpoint_range_overlaps(const struct endpoint_range *range, uint64_t base, unsigned size_log2)
{
    unsigned larger = size_log2 > range->size_log2 ? size_log2 : range->size_log2;
    return ((base ^ range->base) & ~prisim_bits_mask(larger)) == 0;
}

static inline bool endpoint_range_names(const struct endpoint_range *range, uint32_t pasid_key)
{
    return range->pasid == 0 || range->pasid == pasid_key;
}

/* The first set bit of a mask that is not 0, from `from` on and then from 0. */
static inline unsigned endpoint_round_robin(uint64_t mask, unsigned from)
{
    uint64_t behind = mask & (UINT64_MAX << from);
    return (unsigned)__builtin_ctzll(behind ? behind : mask);
}

/* Of a line in a ring that lost its first: a line that is empty begins at the first place. */
static inline uint8_t endpoint_next_head(unsigned head, unsigned count, unsigned length)
{
    return (uint8_t)(count ? (head + 1) % length : 0);
}

/* Moves a job to another state. */
static inline void endpoint_job_go(struct prisim_endpoint *s, unsigned job_index, enum endpoint_job_state state)
{
    uint64_t bit = endpoint_bit(job_index);
    struct endpoint_job *job = endpoint_job_write(s, job_index);
    assert(s->in[job->state] & bit);
    s->in[job->state] &= ~bit;
    s->in[state] |= bit;
    job->state = (uint8_t)state;
}

/* endpoint_stream.c: DMAs of many accesses */
void endpoint_stream_open(struct endpoint_edge *e, const struct prisim_endpoint_stimulus *what, unsigned context);
/* The next access of the stream whose turn it is; there is one. Returns the stream. */
unsigned endpoint_stream_next(struct prisim_endpoint *s, struct prisim_endpoint_stimulus *what);
void endpoint_stream_access_over(struct prisim_endpoint *s, unsigned stream);
void endpoint_stream_stop(struct prisim_endpoint *s, unsigned context);
void endpoint_stream_forget(struct prisim_endpoint *s); /* all of them */
void endpoint_stream_disown(struct prisim_endpoint *s, unsigned context);

/* endpoint_job.c */
void endpoint_job_submit(struct endpoint_edge *e, const struct prisim_endpoint_stimulus *stimulus);
void endpoint_job_timers(struct endpoint_edge *e);
/* Ends a job; the second form lets a Translation Request or page request in flight come back first. */
void endpoint_job_end(struct endpoint_edge *e, unsigned job_index, enum prisim_cause cause);
void endpoint_job_abort(struct endpoint_edge *e, unsigned job_index, enum prisim_cause cause);
void endpoint_job_closed(struct endpoint_edge *e, unsigned job_index); /* a memory TLP of it is over */
void endpoint_job_tag_back(struct endpoint_edge *e, unsigned job_index);
void endpoint_job_drop_pending(struct endpoint_edge *e, uint32_t pasid);
/* A reset ends all jobs; a slot whose tag is out is free when the answer has come. unsent: slots whose Translation
 * Request has not left. */
void endpoint_job_reset(struct endpoint_edge *e, uint64_t unsent);

/* The rights that a translation must give it. */
static inline uint8_t endpoint_job_needs(const struct endpoint_job *job)
{
    return job->write                       ? ENDPOINT_WRITE
           : job->mode & PRISIM_TLP_EXECUTE ? ENDPOINT_READ | ENDPOINT_EXECUTE
                                            : ENDPOINT_READ;
}

static inline bool endpoint_job_may(const struct endpoint_job *job, uint8_t access)
{
    return (endpoint_job_needs(job) & ~access) == 0;
}

/* Its Translation Request timed out, and has no completion yet. */
static inline bool endpoint_job_awaits_late(const struct prisim_endpoint *s, unsigned job_index)
{
    return s->job[job_index].overdue || s->job[job_index].state == ENDPOINT_JOB_OVERDUE;
}

/* PCIE-ATSCAP: Enable=0 sends no Translation Request. PCIE-ATSCPL row UR: nor does a function that was refused. */
static inline bool endpoint_job_allowed(const struct endpoint_edge *e, bool has_pasid)
{
    const struct prisim_endpoint *s = e->s;
    return ((s->command & COMMAND_BUS_MASTER) && (s->ats_control & PRISIM_ATS_CONTROL_ENABLE) && !s->ats_refused &&
            (!has_pasid || (s->pasid_control & PRISIM_PASID_CONTROL_ENABLE))) ||
           e->config->profile == PRISIM_ENDPOINT_IGNORES_ENABLE;
}

static inline void endpoint_job_wait(struct endpoint_edge *e, unsigned job_index, enum endpoint_job_state state,
                                     prisim_cycle_t due)
{
    struct prisim_endpoint *s = e->s;
    assert(state == ENDPOINT_JOB_LOOKUP || state == ENDPOINT_JOB_BACKOFF || state == ENDPOINT_JOB_LAST);
    endpoint_job_go(s, job_index, state);
    s->job[job_index].due = due;
    s->job_due = prisim_cycle_min(s->job_due, due);
}

/* PCIE-ATC "Race": what a Translation Completion says is not taken if an invalidation came between, for it may be
 * stale. */
static inline bool endpoint_job_takes(const struct endpoint_edge *e, const struct endpoint_job *job)
{
    return job->cause == PRISIM_CAUSE_NONE && endpoint_job_allowed(e, job->has_pasid) && !job->poisoned;
}

static inline void endpoint_job_look_up(struct endpoint_edge *e, unsigned job_index)
{
    endpoint_job_wait(e, job_index, ENDPOINT_JOB_LOOKUP, e->now + e->config->atc_latency);
}

/* endpoint_timeout.c: completion time-outs. A non-posted TLP that leaves begins one. */
static inline prisim_cycle_t endpoint_timeout_begin(struct endpoint_edge *e)
{
    if (e->config->completion_timeout == 0)
        return PRISIM_CYCLE_NEVER;
    prisim_cycle_t due = e->now + e->config->completion_timeout;
    e->s->timeout_due = prisim_cycle_min(e->s->timeout_due, due);
    return due;
}
static inline bool endpoint_timeout_possible(const struct prisim_endpoint *s)
{
    return s->in[ENDPOINT_JOB_TRANSLATING] != 0 || s->free_reads != UINT64_MAX;
}
void endpoint_timeouts(struct endpoint_edge *e);

/* endpoint_translate.c, endpoint_translations.c, endpoint_dma.c, endpoint_atc.c */
/* PCIE-ATSCPL: what a completion says of a page. */
struct endpoint_translation {
    uint64_t output; /* of the page asked for */
    unsigned size_log2;
    uint8_t access; /* ENDPOINT_READ | ENDPOINT_WRITE | ENDPOINT_EXECUTE */
    bool untranslated, privileged, global;
};
struct endpoint_translation endpoint_translation_decode(const struct prisim_tlp *tlp, unsigned entry, uint64_t page);
void endpoint_translation_fill(struct endpoint_edge *e, const struct endpoint_job *job, uint64_t page,
                               const struct endpoint_translation *t);
unsigned endpoint_translations_ask(struct endpoint_edge *e, unsigned job_index); /* how many */
/* Of an answer to such a request, with what it says of the job's page: true if there is more to come. The second form
 * is for what came: in `t` stands what the first said of the job's page. */
bool endpoint_translations_first(struct endpoint_edge *e, unsigned job_index, const struct prisim_tlp *tlp,
                                 const struct endpoint_translation *t, bool taken);
void endpoint_translations_second(struct endpoint_edge *e, unsigned job_index, const struct prisim_tlp *tlp,
                                  struct endpoint_translation *t, bool taken);
void endpoint_translate_send(struct endpoint_edge *e, unsigned job_index);
void endpoint_translate_completed(struct endpoint_edge *e, const struct prisim_tlp *tlp);
void endpoint_translate_timed_out(struct endpoint_edge *e, unsigned job_index);
void endpoint_dma_send(struct endpoint_edge *e, unsigned job_index);
void endpoint_dma_completed(struct endpoint_edge *e, const struct prisim_tlp_header *head);
void endpoint_dma_timed_out(struct endpoint_edge *e, unsigned read);
const struct endpoint_atc_entry *endpoint_atc_find(const struct prisim_endpoint_config *config,
                                                   const struct prisim_endpoint *s, uint64_t address,
                                                   uint32_t pasid_key, bool privileged);
void endpoint_atc_fill(struct endpoint_edge *e, const struct endpoint_atc_entry *entry, uint64_t address);
/* Entries that were taken out: all that the range hits; or, of these, every second, beginning behind the oldest. */
unsigned endpoint_atc_invalidate(struct prisim_endpoint *s, const struct endpoint_range *range);
unsigned endpoint_atc_invalidate_partly(struct prisim_endpoint *s, const struct endpoint_range *range);
void endpoint_atc_tell_kept(struct endpoint_edge *e, const struct endpoint_invalidate *invalidate); /* what is left */
/* Forgets every entry; the second form touches nothing, for a state that is zero. */
void endpoint_atc_clear(const struct prisim_endpoint_config *config, struct prisim_endpoint *s);
void endpoint_atc_init(struct prisim_endpoint *s);
static inline size_t endpoint_atc_bytes(const struct prisim_endpoint_config *config)
{
    return config->atc_entries * sizeof(struct endpoint_atc_entry);
}

/* endpoint_group.c: the index and the credits of a group */
unsigned endpoint_group_open(struct endpoint_edge *e, unsigned job_index, unsigned members);
bool endpoint_group_is_open(const struct prisim_endpoint *s, unsigned index);
void endpoint_group_shrink(struct prisim_endpoint *s, unsigned index, unsigned members);
struct endpoint_group endpoint_group_free(struct prisim_endpoint *s, unsigned index);
void endpoint_group_free_all(struct prisim_endpoint *s);
uint32_t endpoint_groups_open(const struct prisim_endpoint *s);

/* Jobs whose group is out, or open. */
static inline uint64_t endpoint_jobs_in_groups(const struct prisim_endpoint *s)
{
    return s->in[ENDPOINT_JOB_MEMBER] | s->in[ENDPOINT_JOB_LAST] | s->in[ENDPOINT_JOB_ASKED];
}

/* endpoint_pri.c, endpoint_stop.c, endpoint_invalidate.c */
void endpoint_pri_request(struct endpoint_edge *e, unsigned job_index);
void endpoint_pri_member(struct endpoint_edge *e, unsigned job_index);
void endpoint_pri_leave_group(struct endpoint_edge *e, unsigned job_index);
void endpoint_pri_raw(struct endpoint_edge *e, const struct prisim_endpoint_stimulus *stimulus);
void endpoint_pri_response(struct endpoint_edge *e, const struct prisim_tlp_header *head);
void endpoint_pri_drop_groups(struct endpoint_edge *e);
void endpoint_pri_limit(const struct prisim_endpoint_config *config, struct prisim_endpoint *s);
/* A page that is missing is asked for, now or when page requests are on again; else there is no access (PCIE-PRIOFF).
 */
static inline bool endpoint_pri_asks(const struct endpoint_edge *e)
{
    const bool enabled = e->s->pri_enable || e->config->profile == PRISIM_ENDPOINT_IGNORES_ENABLE;
    return (enabled && !e->s->pri_halted) || e->config->on_pri_off == PRISIM_ENDPOINT_PRI_OFF_HOLD;
}
void endpoint_pri_went_off(struct endpoint_edge *e);
unsigned endpoint_context_find(const struct prisim_endpoint *s, uint32_t pasid);
void endpoint_context_run(struct endpoint_edge *e, uint32_t pasid);
void endpoint_stop_begin(struct endpoint_edge *e, uint32_t pasid);
void endpoint_context_check(struct endpoint_edge *e, unsigned context);
void endpoint_marker_begin(struct endpoint_edge *e, unsigned context);
void endpoint_marker_early(struct endpoint_edge *e, unsigned context);
void endpoint_marker_over(struct endpoint_edge *e, unsigned context);
void endpoint_marker_left(struct endpoint_edge *e, unsigned context);
void endpoint_marker_dropped(struct endpoint_edge *e, unsigned context);
void endpoint_marker_flush(struct endpoint_edge *e, uint32_t pasid);
void endpoint_marker_report_before(struct endpoint_edge *e, unsigned context);
void endpoint_marker_take_back(struct endpoint_edge *e);
void endpoint_stop_timers(struct endpoint_edge *e);
void endpoint_invalidate_taken(struct endpoint_edge *e, const struct prisim_tlp *tlp);
void endpoint_invalidate_everything(struct endpoint_edge *e);
void endpoint_invalidate_due(struct endpoint_edge *e);
/* endpoint_invalidate_complete.c */
void endpoint_invalidate_complete(struct endpoint_edge *e);
void endpoint_invalidate_sent(struct endpoint_edge *e, const struct endpoint_outgoing *out,
                              const struct prisim_tlp_header *head);
prisim_cycle_t endpoint_invalidate_any_due(const struct endpoint_edge *e); /* the earliest behind this edge */
static inline const struct endpoint_invalidate *endpoint_invalidate_at(const struct prisim_endpoint *s,
                                                                       uint32_t from_head)
{
    return &s->invalidate[(s->invalidate_head + from_head) % ENDPOINT_INVALIDATES_MAX];
}
static inline struct endpoint_invalidate *endpoint_invalidate_write(struct prisim_endpoint *s, uint32_t from_head)
{
    struct endpoint_invalidate *at = &s->invalidate[(s->invalidate_head + from_head) % ENDPOINT_INVALIDATES_MAX];
    prisim_touch(&s->touched, at, sizeof *at);
    return at;
}

/* endpoint_msix.c: raises the function's interrupt; makes a message that is pending, if it may be made by now; and one
 * that waits for room in the FIFO. Accesses to BAR2. */
void endpoint_msix_raise(struct endpoint_edge *e);
void endpoint_msix_unmasked(struct endpoint_edge *e);
void endpoint_msix_due(struct endpoint_edge *e);
uint32_t endpoint_msix_read(const struct prisim_endpoint *s, uint32_t offset);
void endpoint_msix_write(struct endpoint_edge *e, uint32_t offset, uint32_t value);

/* endpoint_reset.c */
void endpoint_reset_registers(const struct prisim_endpoint_config *config, struct prisim_endpoint *s);
void endpoint_reset_function(struct endpoint_edge *e);

/* endpoint_config_space.c, endpoint_registers.c: 1, 2 or 4 bytes, aligned to their number */
bool endpoint_config_space_has(uint64_t offset, uint32_t size);
uint32_t endpoint_config_space_read(const struct prisim_endpoint_config *config, const struct prisim_endpoint *s,
                                    uint32_t offset, uint32_t size);
void endpoint_config_space_write(struct endpoint_edge *e, uint32_t offset, uint32_t size, uint32_t value);
void endpoint_registers_taken(struct endpoint_edge *e, const struct prisim_tlp *tlp);
void endpoint_registers_due(struct endpoint_edge *e);

/* endpoint_transmit.c: the one FIFO upwards. The caller fills the whole entry but head.id. */
static inline bool endpoint_transmit_has_room(const struct prisim_endpoint *s)
{
    return s->outgoing_count < ENDPOINT_OUTGOING_MAX - ENDPOINT_OUTGOING_MARKERS;
}
static inline struct endpoint_outgoing *endpoint_transmit_append(struct prisim_endpoint *s,
                                                                 enum endpoint_outgoing_kind kind, unsigned job_index)
{
    assert(s->outgoing_count < ENDPOINT_OUTGOING_MAX);
    struct endpoint_outgoing *out =
        endpoint_outgoing_write(s, (s->outgoing_head + s->outgoing_count++) & (ENDPOINT_OUTGOING_MAX - 1u));
    out->kind = (uint8_t)kind;
    out->job_index = (uint8_t)job_index;
    return out;
}
/* Before everything that waits. */
static inline struct endpoint_outgoing *endpoint_transmit_prepend(struct prisim_endpoint *s,
                                                                  enum endpoint_outgoing_kind kind, unsigned job_index)
{
    assert(s->outgoing_count < ENDPOINT_OUTGOING_MAX);
    s->outgoing_head = (s->outgoing_head + ENDPOINT_OUTGOING_MAX - 1) & (ENDPOINT_OUTGOING_MAX - 1);
    s->outgoing_count++;
    struct endpoint_outgoing *out = endpoint_outgoing_write(s, s->outgoing_head);
    out->kind = (uint8_t)kind;
    out->job_index = (uint8_t)job_index;
    return out;
}
void endpoint_transmit_put(struct endpoint_edge *e);

/* endpoint_engine.c: what is made next of all that could be, if anything; at most one TLP per edge. */
void endpoint_engine_work(struct endpoint_edge *e);

/* Page requests held back for nothing but a turn. */
static inline uint64_t endpoint_engine_faults(const struct prisim_endpoint *s)
{
    return s->page_requests < s->page_request_limit && endpoint_transmit_has_room(s) ? s->in[ENDPOINT_JOB_FAULT] : 0;
}

/* Members of open groups: their credits are there. */
static inline uint64_t endpoint_engine_members(const struct prisim_endpoint *s)
{
    return endpoint_transmit_has_room(s) ? s->in[ENDPOINT_JOB_MEMBER] : 0;
}

/* Jobs that may send a memory TLP: a read needs a tag. */
static inline uint64_t endpoint_engine_transfers(const struct prisim_endpoint *s)
{
    return s->in[ENDPOINT_JOB_TRANSFER] & (s->free_reads ? UINT64_MAX : s->writes);
}

/* Jobs that want something made, whether it may be made or not. */
static inline uint64_t endpoint_engine_wanted(const struct prisim_endpoint *s)
{
    return s->in[ENDPOINT_JOB_MEMBER] | s->in[ENDPOINT_JOB_FAULT] | s->in[ENDPOINT_JOB_TRANSLATE] |
           s->in[ENDPOINT_JOB_TRANSFER];
}

static inline bool endpoint_engine_has_work(const struct prisim_endpoint *s)
{
    return endpoint_engine_wanted(s) &&
           (endpoint_engine_members(s) || endpoint_engine_faults(s) ||
            (s->outgoing_count < ENDPOINT_WINDOW && (s->in[ENDPOINT_JOB_TRANSLATE] | endpoint_engine_transfers(s))));
}

#endif
