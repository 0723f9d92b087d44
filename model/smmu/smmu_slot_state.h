/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/smmu: what a slot holds: a transaction on its way through configuration, look-ups and walk, up to
 * its answer. Data only; what is done with it begins in smmu_slot.h.
 */
#ifndef PRISIM_SMMU_SLOT_STATE_H
#define PRISIM_SMMU_SLOT_STATE_H

#include "model/core/cycle.h"
#include "model/pcie/tlp.h"
#include "model/smmu/smmu_structures.h"

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
    SMMU_SLOT_ON_PATH,    /* Translation Request: on the messages' path, not begun (smmu_messages.c) */
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
    SMMU_SLOT_ANSWER      /* its completion waits for PRISIM_SMMU_TX_DOWN */
};

/* A region and what it permits, as the TLBs keep it (smmu_walk.h). */
struct smmu_leaf {
    uint64_t output;      /* where the region begins */
    uint64_t ipa;         /* where it begins after stage 1 */
    prisim_cycle_t since; /* of a leaf out of a cache: as its entry's */
    uint32_t attributes;  /* LEAF_* */
    uint8_t size_log2;
    uint8_t unused[3];
};

/* What an access needs and is, after the STE's overrides (SMMU-EVENT, SMMU-STE). */
struct smmu_access_check {
    uint8_t needed; /* ACCESS_* */
    bool privileged;
    bool instruction;
    bool writes; /* makes a writable-clean page dirty */
};

/* A walk. Nested, stage 1's own place is kept while stage 2 translates the address of its descriptor. */
struct smmu_walk {
    struct smmu_leaf leaf;      /* that the TLB says; nested, that stage 1 gave */
    uint64_t table;             /* from which the walk starts, an IPA if it is nested */
    uint64_t at;                /* where stage 1's descriptor lies, after stage 2 */
    uint64_t descriptor;        /* the same before stage 2 */
    uint64_t ipa;               /* input of the stage 2 at work */
    uint64_t expected[2];       /* a descriptor that is updated, by stage: as it was read */
    uint64_t desired[2];        /* and as it is to be */
    prisim_cycle_t since;       /* the walk began */
    prisim_cycle_t since2;      /* that part of it began which is stage 2's own */
    prisim_cycle_t table_since; /* of the walk cache's entry, under `found` */
    uint64_t missed_at;         /* s->cached when no cache of stage 1 had anything that this walk fills in */
    uint64_t key;               /* of the input in the caches, without kind and of a page (smmu_walk.h) */
    uint32_t tag;               /* VMID and ASID there */
    uint32_t global_tag;        /* and of global entries */
    struct smmu_access_check check;
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
    uint64_t address;       /* input address */
    uint64_t output;        /* where it was translated to */
    uint64_t ipa;           /* the same after stage 1 only */
    uint64_t fetch;         /* address of the STE, CD or descriptor that is fetched */
    prisim_cycle_t fetched; /* that fetch began */
    prisim_cycle_t due;
    prisim_cycle_t begin; /* of the TLB's look-up */
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
    prisim_cycle_t found_after;
    uint8_t found_state;
    bool has_pasid;
    bool privileged;   /* as it is checked and reported: after STE.PRIVCFG once the STE is known */
    bool execute;      /* a read that fetches instructions: after STE.INSTCFG; a Translation Request has its own rule */
    uint8_t kind;      /* enum smmu_kind */
    uint8_t state;     /* enum smmu_slot_state */
    uint8_t cause;     /* enum prisim_cause: how its translation ended */
    uint8_t stages;    /* SMMU_STAGE_*: what translates its input */
    uint8_t structure; /* SMMU_SLOT_L1CD or SMMU_SLOT_CD: fetched once stage 2 has translated its address */
    uint8_t word;      /* of an STE or CD that comes in words: which one is being fetched */
    bool split; /* a Translation Request under EATS=10: its output is the IPA, its permissions are of both stages */
    uint8_t size_log2;  /* of the translation found */
    uint8_t access;     /* ACCESS_* that are granted */
    uint8_t status;     /* enum prisim_tlp_status of its completion */
    bool passes;        /* client access: goes to memory; else it is aborted or RAZ/WI */
    bool abort;         /* a fault ends with an abort, not RAZ/WI */
    bool crowded;       /* it was to stall, and there was no room: recorded as what stalls would be */
    uint8_t parts;      /* memory accesses it is made of, 1..2 */
    uint8_t parts_sent; /* of these, offered on PRISIM_SMMU_TX_DMA_REQUEST */
    uint8_t parts_done;
    struct prisim_tlp tlp;
};

#endif
