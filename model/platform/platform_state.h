/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to model/platform: the host block (the caller's side of the ports), the memory block, and what holds them.
 *
 * Ranks: the host, then each SMMU and its PRI queue, then the memory, then the fabric of each SMMU that has devices,
 * then the devices.
 */
#ifndef PRISIM_PLATFORM_STATE_H
#define PRISIM_PLATFORM_STATE_H

#include "model/core/sparse_memory.h"
#include "model/platform/prisim_platform_device.h"
#include "model/platform/prisim_platform_tlp.h"

enum {
    SMMUS = PRISIM_PLATFORM_SMMUS_MAX,
    DEVICES = PRISIM_PLATFORM_DEVICES_MAX,
    TRANSACTIONS = PRISIM_PLATFORM_TRANSACTIONS_MAX
};

/* ---- the host: one port of each kind for each SMMU, the processor's port to memory, one for each device's jobs ------
 */

enum {
    HOST_RX_MEMORY,
    HOST_RX_MSI,
    HOST_RX_REGISTER,
    HOST_RX_DOWN = HOST_RX_REGISTER + SMMUS,
    HOST_RX_WIRED = HOST_RX_DOWN + SMMUS,
    HOST_RX_FABRIC = HOST_RX_WIRED + SMMUS,
    HOST_RX_PORTS = HOST_RX_FABRIC + SMMUS
};
enum {
    HOST_TX_MEMORY,
    HOST_TX_REGISTER,
    HOST_TX_UP = HOST_TX_REGISTER + SMMUS,
    HOST_TX_FABRIC = HOST_TX_UP + SMMUS,
    HOST_TX_STIMULUS = HOST_TX_FABRIC + SMMUS,
    HOST_TX_PORTS = HOST_TX_STIMULUS + DEVICES
};
_Static_assert((int)HOST_RX_PORTS <= PRISIM_PORTS_MAX && (int)HOST_TX_PORTS <= PRISIM_PORTS_MAX, "the host's ports");

/* An access of the caller's at one port: one at a time. */
struct host_access {
    struct prisim_memory_request request; /* under is_waiting */
    struct prisim_memory_response answer; /* of the access `awaited`, under has_answer */
    uint32_t awaited;                     /* its id; answers with other ids are late */
    bool is_waiting;                      /* to be put */
    bool has_answer;
};

enum transaction_end { ENDS_WHEN_SENT, ENDS_WITH_COMPLETION, ENDS_WITH_RESPONSE, ENDS_IN_MEMORY };

struct transaction {
    struct prisim_platform_outcome outcome;
    uint32_t ticket; /* 0: free. The low byte is its place */
    uint32_t tlp;    /* head.id */
    uint16_t requester_id;
    uint16_t prg_index;
    uint16_t size;
    uint8_t smmu;
    uint8_t end;   /* enum transaction_end */
    uint8_t parts; /* of a write that goes to memory: accesses that are not performed yet */
    bool has_ended;
    bool is_forgotten;
};

struct host_up {
    uint32_t head, count;
    struct prisim_tlp tlp[PRISIM_PLATFORM_SENDS_MAX];
};

struct host_inbox {
    uint32_t head, count;
    struct prisim_tlp tlp[PRISIM_PLATFORM_INBOX_MAX];
};

/* The processor's requests to the functions below one SMMU: one at a time. */
struct host_fabric {
    struct prisim_tlp request; /* under is_waiting */
    struct prisim_tlp answer;  /* under has_answer: the completion of the last request that wants one */
    uint16_t tag;              /* of that one; completions with other tags are late */
    bool is_waiting;           /* to be put */
    bool is_offered;           /* put, and not taken yet */
    bool has_answer;
    bool is_open[PRISIM_TLP_TAGS]; /* tags whose completion has not come */
};

struct host_stimuli {
    uint32_t head, count;
    struct prisim_endpoint_stimulus what[PRISIM_PLATFORM_SUBMITS_MAX];
};

struct host_job_ends {
    uint32_t head, count, lost;
    struct prisim_platform_job_end end[PRISIM_PLATFORM_JOB_ENDS_MAX];
};

struct platform_host {
    struct host_access memory;
    struct host_access reg[SMMUS];
    struct host_up up[SMMUS];
    struct host_inbox inbox[SMMUS];
    uint32_t interrupts_head, interrupts_count, interrupts_lost;
    struct prisim_platform_interrupt interrupt[PRISIM_PLATFORM_INTERRUPTS_MAX];
    uint32_t tlps;    /* sent so far: head.id of the last one */
    uint32_t tickets; /* given so far */
    uint32_t accesses;
    struct transaction transaction[TRANSACTIONS];
    uint32_t devices; /* of the platform */
    struct host_fabric fabric[SMMUS];
    struct host_stimuli stimuli[DEVICES];
    struct host_job_ends jobs;
};

/* ---- the memory: ports 2i and 2i+1 are SMMU i's own accesses and its clients', the last one is the processor's
 * -------
 */

enum { MEMORY_PORTS_MAX = 2 * SMMUS + 1, MEMORY_PLACES = PRISIM_PLATFORM_OUTSTANDING_MAX };

struct msi {
    uint32_t smmu; /* or PRISIM_PLATFORM_CPU */
    uint32_t data;
};

struct memory_flight {
    prisim_cycle_t due;
    uint32_t port;
    struct prisim_memory_request request;
};

struct memory_waiting {
    uint32_t head, count;
    struct prisim_memory_response response[MEMORY_PLACES];
};

struct platform_memory {
    prisim_cycle_t last_due;
    uint32_t head, count;            /* of `flight`, a ring */
    uint32_t turn;                   /* the port that comes first if several transfer at one edge */
    uint32_t held[MEMORY_PORTS_MAX]; /* accesses of each port, in flight and answers waiting */
    struct memory_flight flight[MEMORY_PLACES];
    struct memory_waiting waiting[MEMORY_PORTS_MAX];
};

/* What the memory is made of, const while it runs; what it points to is not. */
struct platform_memory_config {
    struct prisim_platform_memory memory;
    uint32_t ports;
    struct sparse_memory *ram; /* at the end of the block's state */
    const struct prisim_smmu *smmu[SMMUS];
    struct platform_host *host;
};

/* ---- the whole -----------------------------------------------------------------------------------------------------
 */

struct prisim_platform {
    struct prisim_platform_config config;
    struct platform_memory_config memory;
    struct prisim_fabric_config fabric[SMMUS]; /* of those that have devices */
    struct prisim_scheduler *scheduler;
    struct platform_host *host;
    prisim_cycle_t now;
    prisim_scheduler_listener listener;
    void *context;
};

enum { RANK_HOST, RANK_SMMU, RANK_PRI_QUEUE };

static inline unsigned platform_rank(unsigned kind, unsigned smmu)
{
    return kind + 2 * smmu;
}

static inline unsigned platform_memory_rank(const struct prisim_platform *platform)
{
    return platform_rank(RANK_SMMU, platform->config.smmus);
}

/* How many of the first `devices` devices are behind this SMMU. */
static inline uint32_t platform_devices_behind(const struct prisim_platform_config *config, uint32_t devices,
                                               unsigned smmu)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < devices; i++)
        count += config->device[i].smmu == smmu;
    return count;
}

static inline bool platform_has_devices(const struct prisim_platform_config *config, unsigned smmu)
{
    return platform_devices_behind(config, config->devices, smmu) > 0;
}

/* True if the caller is at the SMMU's upstream port. */
static inline bool platform_has_port(const struct prisim_platform *platform, unsigned smmu)
{
    return smmu < platform->config.smmus && !platform_has_devices(&platform->config, smmu);
}

/* Of an SMMU that has devices; of the number of SMMUs: the rank behind all fabrics. */
static inline unsigned platform_fabric_rank(const struct prisim_platform *platform, unsigned smmu)
{
    unsigned rank = platform_memory_rank(platform) + 1;
    for (unsigned i = 0; i < smmu; i++)
        rank += platform_has_devices(&platform->config, i);
    return rank;
}

static inline unsigned platform_endpoint_rank(const struct prisim_platform *platform, unsigned device)
{
    return platform_fabric_rank(platform, platform->config.smmus) + device;
}

/* platform_config.c: *config as the blocks get it */
void platform_config_derive(struct prisim_platform_config *config);
/* platform_config_device.c */
void platform_devices_default(struct prisim_platform_config *config);
bool platform_devices_check(const struct prisim_platform_config *config, struct prisim_platform_error *error);
struct prisim_fabric_config platform_fabric_of(const struct prisim_platform_config *config, unsigned smmu);
/* platform_build_device.c: added behind all other blocks */
void platform_devices_add(struct prisim_platform *platform);
void platform_devices_join(struct prisim_platform *platform);
void platform_devices_init(struct prisim_platform *platform);
enum prisim_status platform_devices_name(const struct prisim_platform *platform, unsigned instance, char *name);
/* platform_host_device.c: what the host does for devices */
void platform_host_completion(struct platform_host *host, unsigned smmu, const struct prisim_tlp *tlp);
void platform_host_put_devices(struct platform_host *host, struct prisim_ports *ports);
prisim_cycle_t platform_host_next_devices(const struct platform_host *host, const struct prisim_ports *ports,
                                          prisim_cycle_t now);
/* platform_job.c */
void platform_job_event(struct platform_host *host, unsigned device, const struct prisim_event *event);
/* platform_transaction.c: the open tickets */
struct transaction *platform_transaction_new(struct platform_host *host, unsigned smmu,
                                             const struct prisim_tlp_header *head);
struct transaction *platform_transaction_find(struct platform_host *host, uint32_t ticket);
void platform_transaction_free(struct transaction *transaction);
void platform_transaction_sent(struct platform_host *host, const struct prisim_tlp *tlp, prisim_cycle_t now);
/* True if it is the answer of an open ticket. */
bool platform_transaction_answered(struct platform_host *host, unsigned smmu, const struct prisim_tlp *tlp,
                                   prisim_cycle_t now);
void platform_transaction_event(struct platform_host *host, const struct prisim_event *event);
void platform_transaction_performed(struct platform_host *host, uint32_t tlp, prisim_cycle_t now,
                                    enum prisim_memory_status status);
/* platform_access.c: performs it; fills the response in but for its id. True if it rang the doorbell. */
bool platform_access_perform(const struct platform_memory_config *config, prisim_cycle_t now,
                             struct prisim_ports *ports, unsigned port, const struct prisim_memory_request *request,
                             struct prisim_memory_response *response);
/* platform_ram.c: which addresses are RAM; the size of the memory block's state, with it; its place there */
struct memory_map platform_ram_map(const struct prisim_platform_memory *memory);
size_t platform_memory_state_size(const struct prisim_platform_memory *memory);
struct sparse_memory *platform_ram_init(const struct prisim_platform_memory *memory, struct platform_memory *state);
/* platform_memory.c, platform_host.c: the blocks */
prisim_cycle_t platform_memory_step(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports);
prisim_cycle_t platform_host_step(const void *config, void *state, prisim_cycle_t now, struct prisim_ports *ports);
/* platform_time.c */
prisim_cycle_t platform_end(const struct prisim_platform *platform, uint64_t limit); /* of a wait that begins now */
/* One edge, or all of them if nothing will happen any more. False, and nothing is run, if `end` is reached. */
bool platform_tick(struct prisim_platform *platform, prisim_cycle_t end);
void platform_wake_host(struct prisim_platform *platform);
/* platform_port.c: one access of the caller's, until its answer came */
enum prisim_status platform_port_access(struct prisim_platform *platform, struct host_access *port,
                                        const struct prisim_memory_request *request);

#endif
