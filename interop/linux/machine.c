/* SPDX-License-Identifier: Apache-2.0
 *
 * The machine: memory, events, registers, time; opening and closing.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"
#include "machine_parts.h"
#include "model/smmu/smmu_registers.h"

struct machine machine;
void (*machine_on_frame)(const struct prisim_platform_access *access, bool is_write);
void (*machine_on_event)(const struct prisim_event *event);

enum { WFE_CYCLES = 1000, PRINTED_MAX = 8192, LINE_BYTES = 200 };

static unsigned char *ram;
static char printed[PRINTED_MAX][LINE_BYTES]; /* the last lines of the kernel, empty if they were looked for */
static uint64_t last_read;                    /* offset of the register, if the last access was a read */

_Noreturn void machine_stop(const char *what, const char *why)
{
    fflush(stdout);
    fprintf(stderr, "linux: %s: %s: cycle %llu: %s: %s%s%s\n", machine.setup ? machine.setup->name : "-",
            machine.step ? machine.step : "-", machine.platform ? machine_now() : 0, what, why,
            machine.lines ? "; the kernel's last line was " : "", machine.lines ? machine_line(machine.lines - 1) : "");
    exit(1);
}

void machine_must(const char *what, enum prisim_status status)
{
    if (status != PRISIM_OK)
        machine_stop(what, prisim_status_name(status));
}

/* ---- memory: called by the platform when an access is performed ----------------------------------------------------
 */

static unsigned char *kernel_at(uint64_t address, uint32_t size)
{
    return address >= SEAM_RAM && address - SEAM_RAM <= SEAM_RAM_BYTES - size ? ram + (address - SEAM_RAM) : NULL;
}

static enum machine_wrong wrong(const struct prisim_platform_access *access)
{
    if (machine.wrong_count == 0 || access->source != machine.wrong_source)
        return MACHINE_RIGHT;
    machine.wrong_count--;
    return machine.wrong;
}

static enum prisim_memory_status read_memory(void *context, const struct prisim_platform_access *access, uint8_t *data)
{
    (void)context;
    enum machine_wrong how = wrong(access);
    const unsigned char *from = kernel_at(access->address, access->size);
    if (how == MACHINE_ABORTED)
        return PRISIM_MEMORY_ABORT;
    if (!from && access->address < MACHINE_FRAMES)
        return PRISIM_MEMORY_ABORT;
    if (from && access->source == PRISIM_SMMU_WALK && !linux_page_taken[(access->address - SEAM_RAM) / FRAME_BYTES])
        machine.stale_walks++;
    if (!from && machine_on_frame)
        machine_on_frame(access, false);
    if (from)
        memcpy(data, from, access->size);
    else
        memset(data, 0, access->size); /* what frames hold, nobody looks at */
    if (how == MACHINE_OTHER_COMMAND)
        data[0] = 0xff; /* no opcode */
    return PRISIM_MEMORY_OK;
}

static enum prisim_memory_status write_memory(void *context, const struct prisim_platform_access *access,
                                              const uint8_t *data)
{
    (void)context;
    unsigned char *to = kernel_at(access->address, access->size);
    machine.sync_msis += access->source == PRISIM_SMMU_SYNC_MSI;
    if (wrong(access) == MACHINE_ABORTED || (!to && access->address < MACHINE_FRAMES))
        return PRISIM_MEMORY_ABORT;
    if (to)
        memcpy(to, data, access->size);
    else if (machine_on_frame)
        machine_on_frame(access, true);
    return PRISIM_MEMORY_OK;
}

/* ---- events --------------------------------------------------------------------------------------------------------
 */

static void write_event(const struct prisim_event *event)
{
    const struct prisim_event_field *fields = prisim_event_fields(event->type);
    fprintf(machine.log, "%" PRIu64 " %s", event->cycle, prisim_event_name(event->type));
    for (unsigned i = 0; i < prisim_event_field_count(event->type); i++)
        fprintf(machine.log, " %s=%#" PRIx64, fields[i].name, prisim_event_value(event, i));
    fputc('\n', machine.log);
}

/* A read that repeats the access before it polls, and so does each of CMDQ_CONS. */
static void count_access(uint64_t offset, bool is_write)
{
    bool is_poll = !is_write && (offset == last_read || offset == PRISIM_SMMU_CMDQ_CONS);
    last_read = is_write ? UINT64_MAX : offset;
    machine.writes += is_write;
    machine.reads += !is_write && !is_poll;
    machine.polls += is_poll;
}

static void count(const struct prisim_event *event)
{
    machine.ignored += event->type == PRISIM_EVENT_SMMU_REGISTER_IGNORED;
    machine.misuses += event->type == PRISIM_EVENT_SMMU_MISUSE;
    machine.commands += event->type == PRISIM_EVENT_SMMU_COMMAND;
    machine.dropped += event->type == PRISIM_EVENT_PRI_QUEUE_DROP;
    machine.transfers += event->type == PRISIM_EVENT_ENDPOINT_DMA;
    if (event->type == PRISIM_EVENT_SMMU_REGISTER)
        count_access(event->smmu_register.offset, event->smmu_register.write);
}

static void listen(void *context, const struct prisim_event *events, unsigned number)
{
    (void)context;
    for (unsigned i = 0; i < number; i++) {
        count(&events[i]);
        if (machine_on_event)
            machine_on_event(&events[i]);
        if (machine.log)
            write_event(&events[i]);
    }
}

/* ---- what the kernel asks for
 * ------------------------------------------------------------------------------------------ */

seam_u64 machine_now(void)
{
    return prisim_platform_now(machine.platform);
}

void machine_pass(seam_u64 ns)
{
    machine_must("time", prisim_platform_run_until(machine.platform, machine_now() + ns));
    machine_take_interrupts(0);
}

void machine_wfe(void)
{
    const uint64_t end = machine_now() + WFE_CYCLES;
    machine_take_interrupts(WFE_CYCLES);
    machine.missed += machine_now() >= end;
}

seam_u32 machine_read32(seam_u64 offset)
{
    uint32_t value = 0;
    machine_must("register", prisim_platform_mmio_read32(machine.platform, 0, offset, &value));
    return value;
}

void machine_write32(seam_u64 offset, seam_u32 value)
{
    machine_must("register", prisim_platform_mmio_write32(machine.platform, 0, offset, value));
}

void machine_write64(seam_u64 offset, seam_u64 value)
{
    machine_must("register", prisim_platform_mmio_write64(machine.platform, 0, offset, value));
}

/* The width of a configuration request is in no event: it stands in the log before the event of the request. */
static void log_width(unsigned bytes)
{
    if (machine.log)
        fprintf(machine.log, "%llu config bytes=%u\n", machine_now(), bytes);
}

seam_u32 machine_config_read(unsigned device, unsigned offset, unsigned bytes)
{
    uint32_t value;
    log_width(bytes);
    enum prisim_status status = device == SEAM_ROOT_PORT
                                    ? prisim_platform_root_port_read(machine.platform, 0, offset, bytes, &value)
                                    : prisim_platform_config_read(machine.platform, device, offset, bytes, &value);
    return status == PRISIM_OK ? value : UINT32_MAX;
}

void machine_config_write(unsigned device, unsigned offset, unsigned bytes, seam_u32 value)
{
    log_width(bytes);
    machine_must("configuration", prisim_platform_config_write(machine.platform, device, offset, bytes, value));
}

void machine_print(const char *level, const char *text)
{
    if (machine.is_verbose)
        printf("%12llu %-6s %s\n", machine_now(), level, text);
    snprintf(printed[machine.lines++ % PRINTED_MAX], LINE_BYTES, "%s: %s", level, text);
}

const char *machine_line(uint32_t number)
{
    return printed[number % PRINTED_MAX];
}

unsigned machine_printed(const char *text)
{
    unsigned times = 0;
    for (unsigned i = 0; i < PRINTED_MAX; i++) {
        if (!strstr(printed[i], text))
            continue;
        printed[i][0] = 0;
        times++;
    }
    return times;
}

_Noreturn void machine_panic(const char *text)
{
    machine_stop("kernel panic", text);
}

/* ---- opening and closing
 * ----------------------------------------------------------------------------------------------- */

void machine_open(const struct machine_setup *setup)
{
    struct prisim_platform_config config = setup->platform;
    struct prisim_platform_error error;
    machine =
        (struct machine){.setup = setup, .log = machine.log, .is_verbose = machine.is_verbose, .runs_threads = true};
    memset(printed, 0, sizeof printed);
    last_read = UINT64_MAX;
    config.memory = (struct prisim_platform_memory){.doorbell_base = SEAM_DOORBELL,
                                                    .latency = config.memory.latency,
                                                    .outstanding = config.memory.outstanding,
                                                    .pages = config.memory.pages,
                                                    .read = read_memory,
                                                    .write = write_memory};
    if (prisim_platform_open(&machine.platform, &config, &error) != PRISIM_OK)
        machine_stop(error.field, error.expected);
    prisim_platform_set_listener(machine.platform, listen, NULL);
    if (!ram)
        ram = aligned_alloc(BLOCK_BYTES, SEAM_RAM_BYTES);
    if (!ram)
        machine_stop("memory", "none");
    linux_boot(ram);
    linux_parameter("disable_msipolling", setup->no_msi_polling);
}

void machine_close(void)
{
    prisim_platform_close(machine.platform);
    machine_forget_interrupts();
}
