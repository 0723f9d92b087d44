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

/* Of a PF and its VFs: endpoint_shared.c. */
struct endpoint_shared {
    struct prisim_endpoint_pf_wires told; /* PF: its registers, as its VFs know them or are to be told them */
    uint32_t page_requests;               /* outstanding; PF: those of its VFs, VF: its own, as the PF was told */
    uint32_t unheard;                     /* PF: what VFs were told and have not answered */
    uint32_t tell, drop;                  /* PF: VFs that are to be told; that their groups are gone as well */
    uint8_t heard;                        /* VF: what it was told and has not answered */
    bool failing;                         /* VF: a Response Failure came to it, and it has not heard of it */
    bool waits;                           /* something is to be told, and a port is not free */
    uint8_t unused;
};
_Static_assert(sizeof(struct endpoint_shared) == 32, "no hidden padding");

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
    struct endpoint_shared shared;

    uint8_t to_a_line[20];

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

/* endpoint_conserved.c: true if nothing was lost or made out of nothing; slow. */
bool endpoint_is_conserved(const struct prisim_endpoint_config *config, const struct prisim_endpoint *s);

#endif
