/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
 *
 * The machine: time, registers, memory, interrupts.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"
#include "model/platform/prisim_platform_tlp.h"
#include "model/smmu/smmu_registers.h"

struct machine machine;
void (*machine_on_frame)(const struct prisim_platform_access *access, bool is_write);
void (*machine_on_event)(const struct prisim_event *event);

enum { WFE_CYCLES = 1000, JOB_SLICES = 100000, PRINTED_MAX = 8192, LINE_BYTES = 200 };

static unsigned char *ram;
static bool is_raised[SEAM_IRQS], is_thread_due[SEAM_IRQS], in_handler;
static char printed[PRINTED_MAX][LINE_BYTES]; /* the last lines of the kernel, but those that were looked for */
static unsigned printed_count;
static uint64_t last_read; /* offset of the register, if the last access was a read */

_Noreturn static void stop(const char *what, const char *why)
{
    fprintf(stderr, "linux: %s: %s: %s\n", machine.setup ? machine.setup->name : "-", what, why);
    exit(1);
}

static void must(const char *what, enum prisim_status status)
{
    if (status != PRISIM_OK)
        stop(what, prisim_status_name(status));
}

/* ---- memory: called by the platform when an access is performed ---------------------------------------------------- */

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
    if (wrong(access) == MACHINE_ABORTED || (!to && access->address < MACHINE_FRAMES))
        return PRISIM_MEMORY_ABORT;
    if (to)
        memcpy(to, data, access->size);
    else if (machine_on_frame)
        machine_on_frame(access, true);
    return PRISIM_MEMORY_OK;
}

/* ---- events -------------------------------------------------------------------------------------------------------- */

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

/* ---- interrupts: hard handlers wherever time passes by a delay, threads where the machine runs -------------------------- */

static void raise_lines(uint32_t lines)
{
    static const struct {
        uint32_t line;
        enum seam_irq irq;
    } row[] = {{PRISIM_SMMU_WIRED_EVENTQ, SEAM_IRQ_EVENTQ},
               {PRISIM_SMMU_WIRED_PRIQ, SEAM_IRQ_PRIQ},
               {PRISIM_SMMU_WIRED_GERROR, SEAM_IRQ_GERROR}};
    for (unsigned i = 0; i < 3; i++)
        if (lines & row[i].line)
            is_raised[machine.setup->firmware.is_combined ? SEAM_IRQ_COMBINED : row[i].irq] = true;
}

/* Those that have come, or the first that comes within `limit`. */
static void take_interrupts(uint64_t limit)
{
    struct prisim_platform_interrupt in;
    while (prisim_platform_next_interrupt(machine.platform, limit, &in, NULL) == PRISIM_OK) {
        limit = 0;
        machine.interrupts++;
        raise_lines(in.lines);
        if (in.is_msi && in.data < SEAM_IRQS)
            is_raised[in.data] = true;
    }
    for (unsigned irq = 0; irq < SEAM_IRQS && !in_handler; irq++) {
        if (!is_raised[irq])
            continue;
        in_handler = true;
        is_raised[irq] = false;
        is_thread_due[irq] |= linux_interrupt(irq);
        in_handler = false;
    }
}

void machine_run(uint64_t cycles)
{
    const uint64_t end = machine_now() + cycles;
    do {
        take_interrupts(end - machine_now());
        for (unsigned irq = 0; irq < SEAM_IRQS; irq++) {
            if (!is_thread_due[irq] || !machine.runs_threads)
                continue;
            is_thread_due[irq] = false;
            linux_interrupt_thread(irq);
        }
    } while (machine_now() < end);
}

bool machine_wait(bool (*is_so)(void), uint64_t limit)
{
    const uint64_t end = machine_now() + limit;
    bool is = is_so();
    for (; !is && machine_now() < end; is = is_so())
        machine_run(100);
    return is;
}

/* ---- what the kernel asks for ------------------------------------------------------------------------------------------ */

seam_u64 machine_now(void)
{
    return prisim_platform_now(machine.platform);
}

void machine_pass(seam_u64 ns)
{
    must("time", prisim_platform_run_until(machine.platform, machine_now() + ns));
    take_interrupts(0);
}

void machine_wfe(void)
{
    const uint64_t end = machine_now() + WFE_CYCLES;
    take_interrupts(WFE_CYCLES);
    machine.missed += machine_now() >= end;
}

seam_u32 machine_read32(seam_u64 offset)
{
    uint32_t value = 0;
    must("register", prisim_platform_mmio_read32(machine.platform, 0, offset, &value));
    return value;
}

void machine_write32(seam_u64 offset, seam_u32 value)
{
    must("register", prisim_platform_mmio_write32(machine.platform, 0, offset, value));
}

void machine_write64(seam_u64 offset, seam_u64 value)
{
    must("register", prisim_platform_mmio_write64(machine.platform, 0, offset, value));
}

seam_u32 machine_config_read(unsigned device, unsigned offset, unsigned bytes)
{
    uint32_t value;
    enum prisim_status status = prisim_platform_config_read(machine.platform, device, offset, bytes, &value);
    return status == PRISIM_OK ? value : UINT32_MAX;
}

void machine_config_write(unsigned device, unsigned offset, unsigned bytes, seam_u32 value)
{
    must("configuration", prisim_platform_config_write(machine.platform, device, offset, bytes, value));
}

void machine_print(const char *level, const char *text)
{
    if (machine.is_verbose)
        printf("%12llu %-6s %s\n", machine_now(), level, text);
    machine.lines++;
    snprintf(printed[printed_count++ % PRINTED_MAX], LINE_BYTES, "%s: %s", level, text);
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
    stop("kernel panic", text);
}

/* ---- opening and closing ----------------------------------------------------------------------------------------------- */

void machine_open(const struct machine_setup *setup)
{
    struct prisim_platform_config config = setup->platform;
    struct prisim_platform_error error;
    machine = (struct machine){.setup = setup, .log = machine.log, .is_verbose = machine.is_verbose, .runs_threads = true};
    memset(printed, 0, sizeof printed);
    last_read = UINT64_MAX;
    config.memory = (struct prisim_platform_memory){.doorbell_base = SEAM_DOORBELL,
                                                    .latency = config.memory.latency,
                                                    .outstanding = config.memory.outstanding,
                                                    .read = read_memory,
                                                    .write = write_memory};
    if (prisim_platform_open(&machine.platform, &config, &error) != PRISIM_OK)
        stop(error.field, error.expected);
    prisim_platform_set_listener(machine.platform, listen, NULL);
    if (!ram)
        ram = aligned_alloc(BLOCK_BYTES, SEAM_RAM_BYTES);
    if (!ram)
        stop("memory", "none");
    linux_boot(ram);
}

void machine_close(void)
{
    prisim_platform_close(machine.platform);
    memset(is_raised, 0, sizeof is_raised);
    memset(is_thread_due, 0, sizeof is_thread_due);
}

/* ---- the device -------------------------------------------------------------------------------------------------------- */

/* A device without ATS: one untranslated TLP, which may stall until the kernel has answered. */
static bool transact(uint64_t iova, uint32_t bytes, bool is_write)
{
    struct prisim_tlp tlp = {.head = {.type = is_write ? PRISIM_TLP_MEMORY_WRITE : PRISIM_TLP_MEMORY_READ,
                                      .requester_id = (uint16_t)machine.setup->stream_id,
                                      .address = iova,
                                      .size = (uint16_t)bytes}};
    struct prisim_platform_outcome outcome;
    uint32_t ticket;
    must("send", prisim_platform_send(machine.platform, 0, &tlp, &ticket));
    for (unsigned slice = 0; prisim_platform_wait(machine.platform, ticket, 0, &outcome) == PRISIM_TIMEOUT; slice++) {
        if (slice == JOB_SLICES)
            stop("transaction", "it has no end");
        machine_run(100);
    }
    return outcome.status == PRISIM_OK;
}

bool machine_dma(uint64_t iova, uint32_t bytes, bool is_write, uint32_t pasid)
{
    static uint32_t jobs;
    if (machine.setup->platform.devices == 0)
        return transact(iova, bytes, is_write);
    const struct prisim_endpoint_stimulus what = {.what = PRISIM_ENDPOINT_DMA,
                                                  .address = iova,
                                                  .job = ++jobs,
                                                  .pasid = pasid,
                                                  .has_pasid = pasid != 0,
                                                  .size = bytes,
                                                  .write = is_write};
    return prisim_platform_submit(machine.platform, DEVICE, &what) == PRISIM_OK;
}

enum prisim_cause machine_job_end(void)
{
    struct prisim_platform_job_end end;
    for (unsigned slice = 0; slice < JOB_SLICES; slice++) {
        if (prisim_platform_next_job_end(machine.platform, 0, &end, NULL) == PRISIM_OK)
            return end.cause;
        machine_run(100);
    }
    return PRISIM_CAUSES;
}

void machine_page_request(uint64_t iova, uint32_t prg_index, uint8_t access, uint32_t pasid)
{
    const struct prisim_endpoint_stimulus what = {.what = PRISIM_ENDPOINT_PAGE_REQUEST,
                                                  .address = iova,
                                                  .prg_index = (uint16_t)prg_index,
                                                  .pasid = pasid,
                                                  .has_pasid = pasid != 0,
                                                  .access = access};
    must("page request", prisim_platform_submit(machine.platform, DEVICE, &what));
}

void machine_pasid(uint32_t pasid, enum prisim_endpoint_pasid_command command)
{
    must("BAR", prisim_platform_bar_write32(machine.platform, DEVICE, 4 * (uint64_t)pasid, command));
}
