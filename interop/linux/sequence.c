/* SPDX-License-Identifier: Apache-2.0
 *
 * The sequence and its expectations. Positions in configuration space, register offsets, opcodes and counts of accesses
 * stand as literals: they are what the driver does and what the specifications number, and no constant of the model.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sequence.h"
#include "setups.h"

#define IOVA       UINT64_C(0x40000000)
#define SPACE_IOVA UINT64_C(0x7f0000000000)
enum { SAID_MAX = 8, PASID = 5, ASID = 77, CREDITS = 32, LONG = 3000000 };

static const struct machine_setup *setup;
static uint32_t first_line; /* of the kernel in this step */
static unsigned wrong;
static bool is_other; /* a kernel that may do more or less than 6.1 as it is: accesses are not counted */
static struct linux_domain *domain;
static struct linux_space *space;

/* Where the device's last accesses went, and which commands the SMMU has executed. */
static struct {
    uint64_t frame;
    unsigned frames;
    uint8_t opcode[16];
    unsigned opcodes;
    unsigned responses, failures, successes;
    uint32_t prg_index;
} seen;

static void on_frame(const struct prisim_platform_access *access, bool is_write)
{
    (void)is_write;
    seen.frame = access->address;
    seen.frames++;
}

static void on_event(const struct prisim_event *event)
{
    if (event->type == PRISIM_EVENT_SMMU_COMMAND && seen.opcodes < sizeof seen.opcode)
        seen.opcode[seen.opcodes++] = (uint8_t)event->smmu_command.opcode;
    if (event->type == PRISIM_EVENT_ENDPOINT_RESPONSE) {
        seen.responses++;
        seen.failures += event->endpoint_response.code == 15;
        seen.successes += event->endpoint_response.code == 0;
        seen.prg_index = (uint32_t)event->endpoint_response.prgi;
    }
}

/* Another step begins; logs say so. */
static void enter(const char *name)
{
    machine.step = name;
    first_line = machine.lines;
    if (machine.log)
        fprintf(machine.log, "%llu step %s\n", machine_now(), name);
    if (machine.is_verbose)
        printf("%12llu ------ %s\n", machine_now(), name);
}

/* What the kernel complained of in this step and nobody looked for: it may say why. */
static void print_complaints(void)
{
    for (uint32_t number = first_line; number < machine.lines; number++) {
        const char *line = machine_line(number);
        if (strncmp(line, "info", 4) != 0 && *line)
            fprintf(stderr, "    the kernel: %s\n", line);
    }
    first_line = machine.lines;
}

/* The first that are not as due have a line each. */
static void say_wrong(int line, const char *what, const char *is, const char *should)
{
    fflush(stdout);
    if (wrong++ < SAID_MAX)
        fprintf(stderr, "%s: %s: cycle %llu: %s is %s, due is %s (sequence.c:%d)\n", setup->name, machine.step,
                machine_now(), what, is, should, line);
    else if (wrong == SAID_MAX + 1)
        fprintf(stderr, "%s: and more, which may follow from these\n", setup->name);
    print_complaints();
}

static void due(int line, const char *what, uint64_t is, uint64_t should)
{
    char is_text[24], should_text[24];
    if (is == should)
        return;
    snprintf(is_text, sizeof is_text, "%#" PRIx64, is);
    snprintf(should_text, sizeof should_text, "%#" PRIx64, should);
    say_wrong(line, what, is_text, should_text);
}
#define DUE(is, should)  due(__LINE__, #is, (uint64_t)(is), (uint64_t)(should))
#define PRINTED(n, text) due(__LINE__, text, machine_printed(text), n)

/* The opcodes of the SMMU's commands since seen.opcodes was 0, two digits each. */
static void due_commands(int line, const char *should)
{
    char is[64] = "";
    for (unsigned i = 0; i < seen.opcodes; i++)
        snprintf(is + strlen(is), sizeof is - strlen(is), "%s%02x", i ? " " : "", seen.opcode[i]);
    if (strcmp(is, should) == 0)
        return;
    say_wrong(line, "commands", is, should);
}
#define DUE_COMMANDS(should) due_commands(__LINE__, should)

static void forget(void)
{
    memset(&seen, 0, sizeof seen);
}

/* A transfer of a line, to its end, and until a write that was sent is in memory: true if it was done. */
static bool transfer(uint64_t iova, bool is_write, uint32_t pasid)
{
    bool is_done = machine_dma(iova, 64, is_write, pasid);
    if (setup->platform.devices)
        is_done = machine_job_end() == PRISIM_CAUSE_COMPLETED;
    machine_run(LONG / 500);
    return is_done;
}

/* The function may use the PASID when this returns. */
static void run_pasid(uint32_t pasid)
{
    machine_pasid(pasid, PRISIM_ENDPOINT_PASID_RUN);
    machine_run(LONG / 500);
}

/* ---- probe ---------------------------------------------------------------------------------------------------------
 */

static unsigned due_writes(const struct prisim_smmu_config *smmu)
{
    const unsigned queues = smmu->pri ? 3 : 2; /* that have an interrupt, GERROR counted in */
    unsigned writes = smmu->pri ? 24 : smmu->ats ? 20 : 19;
    if (!setup->firmware.is_combined)
        writes += queues; /* each IRQ_CFG0 is cleared */
    return writes + (setup_has_msi(setup) ? 3 * queues : 0);
}

/* again: of an SMMU that is on. It is first told to abort what comes (GBPA). */
static void probe(bool again)
{
    const struct prisim_smmu_config *smmu = &setup->platform.smmu[0].smmu;
    enter("probe");
    machine.reads = machine.writes = machine.commands = machine.sync_msis = machine.sevs = 0;
    DUE(linux_probe(&setup->firmware), 0);
    if (!is_other) {
        DUE(machine.reads, (smmu->pri ? 14 : smmu->ats ? 13 : 12) + (again ? 2 : 0));
        DUE(machine.writes, due_writes(smmu) + (again ? 1 : 0));
    }
    DUE(machine.commands, 6);
    DUE(machine_read32(0x20), smmu->pri ? 0x1f : smmu->ats ? 0x1d : 0xd); /* CR0 */
    DUE(machine_read32(0x24), machine_read32(0x20));                      /* CR0ACK */
    DUE(machine.sync_msis, smmu->msi && !setup->no_msi_polling ? 3 : 0);
    DUE(machine.sevs, smmu->sev ? 3 : 0);
    if (setup->only_granules)
        linux_only_granules(setup->only_granules);
}

static void attach(void)
{
    enter("attach");
    const bool is_pci = setup->platform.devices, ats = setup_has_ats(setup);
    DUE(linux_add_device(DEVICE, setup->stream_id, is_pci, setup->can_stall), 0);
    domain = linux_domain_alloc(setup->is_nested);
    DUE(linux_attach(domain, DEVICE), 0);
    if (!is_pci)
        return;
    DUE(machine_config_read(DEVICE, 0x04, 2) & 6, 6);
    DUE(machine_config_read(DEVICE, 0x126, 2), 1); /* PASID control */
    const unsigned stu = setup->page == 16 << 10 ? 2 : setup->page == 64 << 10 ? 4 : 0;
    DUE(machine_config_read(DEVICE, 0x106, 2), ats ? 0x8000 | stu : 0); /* ATS control */
}

/* ---- what a device does --------------------------------------------------------------------------------------------
 */

static void map(void)
{
    enter("map");
    forget();
    DUE(linux_map(domain, IOVA, MACHINE_FRAMES, 3 * setup->page, 1), 0);
    DUE(seen.opcodes, 0);
    DUE(linux_iova_to_phys(domain, IOVA + setup->page), MACHINE_FRAMES + setup->page);
    if (setup->platform.devices && !setup_has_ats(setup)) {
        DUE(transfer(IOVA, true, 0), false); /* this endpoint makes translated requests only */
        return;
    }
    DUE(transfer(IOVA + setup->page + 64, true, 0), true);
    DUE(seen.frame, MACHINE_FRAMES + setup->page + 64);
    DUE(transfer(IOVA + 2 * setup->page, false, 0), true);
    DUE(seen.frame, MACHINE_FRAMES + 2 * setup->page);
    DUE(seen.frames, 2);
}

/* A second CD, that of PASID 5. */
static void pasid(void)
{
    enter("pasid");
    if (!setup_has_ats(setup) || setup->is_nested || setup->only_granules)
        return;
    forget();
    run_pasid(PASID);
    DUE(transfer(SPACE_IOVA, true, PASID), false); /* the SMMU may keep that CD, which is not valid */
    space = linux_space_bind(domain, PASID, ASID);
    DUE(!space, false);
    DUE(linux_space_map(space, SPACE_IOVA, MACHINE_FRAMES + BLOCK_BYTES), 0);
    DUE(transfer(SPACE_IOVA, true, PASID), true);
    DUE(seen.frame, MACHINE_FRAMES + BLOCK_BYTES);
    DUE(transfer(IOVA, true, PASID), false);
    DUE(transfer(SPACE_IOVA, true, 0), false);
    DUE(linux_space_unmap(space, SPACE_IOVA), 4096);
    DUE(transfer(SPACE_IOVA, true, PASID), false);
}

static void unbind(void)
{
    enter("unbind");
    if (!space)
        return;
    forget();
    DUE(linux_space_map(space, SPACE_IOVA, MACHINE_FRAMES + BLOCK_BYTES), 0);
    linux_space_unbind(space);
    /* CFGI_CD, TLBI_NH_ASID, ATC_INV, each with its SYNC. */
    DUE_COMMANDS("05 46 11 46 40 46");
    run_pasid(PASID);
    DUE(transfer(SPACE_IOVA, true, PASID), false);
    DUE(seen.frames, 0);
}

/* A process that ends with its pages mapped. */
static void process_end(void)
{
    enter("end of a process");
    if (!space)
        return;
    struct linux_space *other = linux_space_bind(domain, PASID + 1, ASID + 1);
    DUE(linux_space_map(other, SPACE_IOVA, MACHINE_FRAMES + 2 * BLOCK_BYTES), 0);
    run_pasid(PASID + 1);
    DUE(transfer(SPACE_IOVA, true, PASID + 1), true);
    DUE(seen.frame, MACHINE_FRAMES + 2 * BLOCK_BYTES);
    linux_space_unbind(other);
    forget();
    DUE(transfer(SPACE_IOVA, true, PASID + 1), false);
    DUE(seen.frames, 0);
}

/* TLBI and SYNC, then ATC_INV and SYNC, before the call returns. */
static void unmap(void)
{
    enter("unmap");
    forget();
    DUE(linux_unmap(domain, IOVA, setup->page), setup->page);
    const bool ats = setup_has_ats(setup);
    DUE_COMMANDS(setup->is_nested ? (ats ? "2a 46 40 46" : "2a 46") : ats ? "12 46 40 46" : "12 46");
    DUE(linux_iova_to_phys(domain, IOVA), 0);
    forget();
    DUE(transfer(IOVA, true, 0), false);
    DUE(seen.frames, 0);
    if (setup->platform.devices && !ats)
        return;
    DUE(transfer(IOVA + setup->page, true, 0), true);
    DUE(seen.frame, MACHINE_FRAMES + setup->page);
}

/* Across 4 GB, in one call. */
static void large(void)
{
    const uint64_t base = (UINT64_C(1) << 32) - 2 * BLOCK_BYTES, address = MACHINE_FRAMES + 32 * BLOCK_BYTES;
    static const uint64_t at[] = {0, 2 * BLOCK_BYTES - 64, 2 * BLOCK_BYTES, 4 * BLOCK_BYTES - 64};
    enter("large");
    if (setup->platform.devices && !setup_has_ats(setup))
        return;
    DUE(linux_map(domain, base, address, 4 * BLOCK_BYTES, 1), 0);
    for (unsigned i = 0; i < 4; i++) {
        DUE(transfer(base + at[i], true, 0), true);
        DUE(seen.frame, address + at[i]);
    }
    DUE(linux_unmap(domain, base, 4 * BLOCK_BYTES), 4 * BLOCK_BYTES);
    forget();
    for (unsigned i = 0; i < 4; i++)
        DUE(transfer(base + at[i], true, 0), false);
    DUE(seen.frames, 0);
}

/* An ASID or a VMID is given again: nothing that was kept under it may be used. */
static void reuse(void)
{
    enter("domain freed");
    struct linux_domain *other = linux_domain_alloc(setup->is_nested);
    DUE(linux_attach(other, DEVICE), 0);
    linux_domain_free(domain);
    domain = linux_domain_alloc(setup->is_nested);
    DUE(linux_attach(domain, DEVICE), 0);
    linux_domain_free(other);
    DUE(linux_map(domain, IOVA, MACHINE_FRAMES + 8 * setup->page, setup->page, 1), 0);
    if (setup->platform.devices && !setup_has_ats(setup))
        return;
    forget();
    DUE(transfer(IOVA + setup->page, true, 0), false);
    DUE(transfer(IOVA, true, 0), true);
    DUE(seen.frame, MACHINE_FRAMES + 8 * setup->page);
    DUE(seen.frames, 1);
    DUE(machine.stale_walks, 0);
}

/* An ASID or a VMID of more than eight bits. */
static void many_domains(void)
{
    enum { DOMAINS = 260 };
    static struct linux_domain *many[DOMAINS];
    enter("many domains");
    if (strcmp(setup->name, "wired") != 0)
        return;
    for (unsigned i = 0; i < DOMAINS; i++) {
        many[i] = linux_domain_alloc(setup->is_nested);
        DUE(linux_attach(many[i], DEVICE), 0);
    }
    DUE(linux_map(many[DOMAINS - 1], IOVA, MACHINE_FRAMES, setup->page, 1), 0);
    DUE(transfer(IOVA, true, 0), true);
    DUE(linux_unmap(many[DOMAINS - 1], IOVA, setup->page), setup->page);
    DUE(transfer(IOVA, true, 0), false);
    DUE(linux_attach(domain, DEVICE), 0);
    for (unsigned i = 0; i < DOMAINS; i++)
        linux_domain_free(many[i]);
}

/* ---- faults --------------------------------------------------------------------------------------------------------
 */

static void fault(void)
{
    enter("translation fault");
    if (setup->platform.devices)
        return;
    machine_printed("event 0x10 received");
    DUE(transfer(IOVA, true, 0), false);
    machine_run(LONG / 100);
    PRINTED(1, "event 0x10 received");
    if (!setup->can_stall)
        return;
    /* A stalled read ends by the RESUME with abort that the driver's thread sends. */
    forget();
    DUE(transfer(IOVA, false, 0), false);
    machine_run(LONG / 100);
    DUE_COMMANDS("44");
    PRINTED(1, "event 0x10 received");
}

static bool is_event_overflow(void)
{
    return machine_printed("EVTQ overflow detected -- events lost") > 0;
}

static void event_overflow(void)
{
    enter("event queue overflow");
    if (setup->platform.devices || setup->can_stall)
        return;
    machine.runs_threads = false;
    for (unsigned i = 0; i < 1100; i++)
        transfer(IOVA, true, 0);
    machine.runs_threads = true;
    DUE(machine_wait(is_event_overflow, LONG), true);
    machine_run(LONG / 100);
    machine_printed("event 0x10 received");
    DUE(transfer(IOVA, true, 0), false);
    machine_run(LONG / 100);
    PRINTED(1, "event 0x10 received");
}

/* ---- page requests -------------------------------------------------------------------------------------------------
 */

static unsigned wanted;

static bool are_answered(void)
{
    return seen.responses >= wanted;
}

static void enable_pri(void)
{
    DUE(linux_reset_pri(DEVICE), 0);
    DUE(linux_enable_pri(DEVICE, CREDITS), 0);
    DUE(machine_config_read(DEVICE, 0x11c, 4), CREDITS);
    DUE(machine_config_read(DEVICE, 0x114, 2), 1); /* PRI control */
}

/* The driver answers what nobody asked for with Response Failure, which ends page requests of the function. */
static void due_pri_off(void)
{
    DUE(seen.failures, seen.responses);
    DUE(machine_config_read(DEVICE, 0x116, 2) & 1, 1); /* RF */
    linux_disable_pri(DEVICE);
    DUE(machine_config_read(DEVICE, 0x114, 2), 0);
}

static void page_request(void)
{
    enter("page request");
    enable_pri();
    forget();
    machine_dma(IOVA, 64, true, 0);
    DUE(machine_job_end(), PRISIM_CAUSE_PRI_OFF);
    DUE(seen.responses, 1);
    DUE_COMMANDS("41");
    PRINTED(1, "unexpected PRI request received:");
    PRINTED(1, "[0L]");
    due_pri_off();

    enter("group of two");
    enable_pri();
    forget();
    wanted = 1;
    machine_page_request(IOVA, 9, 1, 0);
    machine_page_request(IOVA + setup->page, 9, 5, 0);
    DUE(machine_wait(are_answered, LONG), true);
    machine_run(LONG / 100);
    DUE(seen.responses, 1);
    DUE(seen.prg_index, 9);
    PRINTED(2, "unexpected PRI request received:");
    due_pri_off();
}

static void stop_marker(void)
{
    enter("Stop Marker");
    if (!space)
        return;
    enable_pri();
    machine_pasid(PASID, PRISIM_ENDPOINT_PASID_STOP);
    forget();
    wanted = 1;
    DUE(machine_wait(are_answered, LONG), true);
    PRINTED(1, ".0x00005: [0L] unprivileged  access at iova 0x0000000000000000");
    due_pri_off();
}

static void pri_overflow(void)
{
    enter("PRI queue overflow");
    forget();
    machine_printed("PRIQ overflow");
    machine.dropped = 0;
    machine.runs_threads = false;
    for (wanted = 0; machine.dropped == 0 && wanted < 1500; wanted++) {
        machine_page_request(IOVA, wanted % 512, 5, wanted & 1 && space ? PASID : 0);
        machine_run(100);
    }
    /* Some more, all at once. */
    for (unsigned i = 0; i < 8; i++, wanted++)
        machine_page_request(IOVA, wanted % 512, 5, wanted & 1 && space ? PASID : 0);
    machine_run(LONG / 500);
    DUE(machine.dropped > 0, true);
    machine.runs_threads = true;
    DUE(machine_wait(are_answered, LONG), true);
    machine_run(LONG / 100);
    PRINTED(1, "PRIQ overflow detected -- requests lost");
    DUE(seen.responses, wanted);
    DUE(seen.failures, wanted - machine.dropped);
    DUE(seen.successes, machine.dropped); /* the SMMU answered itself what it dropped */
    forget();
    machine_page_request(IOVA, 3, 5, 0);
    wanted = 1;
    DUE(machine_wait(are_answered, LONG), true);
}

static void pri(void)
{
    if (!setup_has_pri(setup))
        return;
    page_request();
    stop_marker();
    pri_overflow();
}

/* ---- errors of the SMMU ---------------------------------------------------------------------------------------------
 */

static void go_wrong(enum prisim_smmu_source source, enum machine_wrong how)
{
    machine.wrong_source = source;
    machine.wrong = how;
    machine.wrong_count = 1;
}

static void command_errors(void)
{
    enter("illegal command");
    go_wrong(PRISIM_SMMU_COMMAND, MACHINE_OTHER_COMMAND);
    DUE(linux_unmap(domain, IOVA + setup->page, setup->page), setup->page);
    PRINTED(1, "Illegal command");
    PRINTED(1, "skipping command in error state:");
    DUE(transfer(IOVA + 2 * setup->page, true, 0), setup_has_ats(setup) || !setup->platform.devices);

    enter("aborted fetch of a command");
    go_wrong(PRISIM_SMMU_COMMAND, MACHINE_ABORTED);
    DUE(linux_unmap(domain, IOVA + 2 * setup->page, setup->page), setup->page);
    PRINTED(1, "retrying command fetch");
    DUE(machine_read32(0x60) ^ machine_read32(0x64), 0); /* GERROR, GERRORN */
}

static void aborted_records(void)
{
    enter("aborted record");
    if (setup_has_pri(setup)) {
        go_wrong(PRISIM_SMMU_PRI_RECORD, MACHINE_ABORTED);
        machine_page_request(IOVA, 3, 5, 0);
        machine_run(LONG / 100);
        PRINTED(1, "PRIQ write aborted -- events may have been lost");
    } else if (!setup->platform.devices && !setup->can_stall) {
        go_wrong(PRISIM_SMMU_EVENT, MACHINE_ABORTED);
        transfer(IOVA, true, 0);
        machine_run(LONG / 100);
        PRINTED(1, "EVTQ write aborted -- events may have been lost");
    }
}

/* The driver waits for the MSI of its SYNC in vain, and is told why. */
static void aborted_msi(void)
{
    enter("aborted MSI");
    if (!setup_has_msi(setup) || setup->no_msi_polling)
        return;
    go_wrong(PRISIM_SMMU_SYNC_MSI, MACHINE_ABORTED);
    DUE(linux_unmap(domain, IOVA, setup->page), setup->page);
    PRINTED(1, "CMDQ MSI write aborted");
    PRINTED(1, "CMD_SYNC timeout");
}

/* ---- the end --------------------------------------------------------------------------------------------------------
 */

/* A kernel that comes after another one, which has left everything on. */
static void probe_again(void)
{
    probe(true);
    enter("probe again");
    PRINTED(1, "SMMU currently enabled! Resetting...");
    space = NULL;
    attach();
    map();
    unmap();
}

/* The driver is taken away and comes again; the SMMU was off in between. */
static void remove_and_probe(void)
{
    enter("remove");
    linux_release_device(DEVICE);
    if (setup->platform.devices) {
        DUE(machine_config_read(DEVICE, 0x106, 2) & 0x8000, 0); /* ATS control */
        DUE(machine_config_read(DEVICE, 0x126, 2), 0);          /* PASID control */
    }
    forget();
    DUE(transfer(IOVA + setup->page, false, 0), false);
    DUE(seen.frames, 0);
    linux_domain_free(domain);
    linux_remove();
    DUE(machine_read32(0x24), 0);
    probe(false);
    attach();
    map();
}

static void shut_down(void)
{
    enter("shutdown");
    /* Three times probed: without MSI three registers of 64 bits are RES0, and the driver clears them. */
    DUE(machine.ignored, setup->platform.smmu[0].smmu.msi ? 0 : 18);
    DUE(machine.misuses, 0);
    DUE(machine.stale_walks, 0);
    DUE(machine.missed, 0);
    PRINTED(0, "timeout");
    linux_shutdown();
    DUE(machine_read32(0x24), 0);
    forget();
    DUE(transfer(IOVA + setup->page, false, 0), false);
    DUE(seen.frames, 0);
}

/* The device keeps what it was told to forget, and the call returns all the same. */
static void atc_silent(void)
{
    enter("ATC invalidation without an answer");
    linux_map(domain, IOVA, MACHINE_FRAMES, setup->page, 1);
    DUE(transfer(IOVA, true, 0), true);
    machine_printed("ATC invalidate timeout"); /* that of the attach */
    DUE(linux_unmap(domain, IOVA, setup->page), setup->page);
    PRINTED(1, "ATC invalidate timeout");
    DUE(transfer(IOVA, true, 0), true);
    DUE(linux_iova_to_phys(domain, IOVA), 0);
}

static void middle(void)
{
    map();
    pasid();
    process_end();
    unmap();
    fault();
    event_overflow();
    pri();
    command_errors();
    aborted_records();
    unbind();
    large();
    many_domains();
    reuse();
    aborted_msi();
    probe_again();
    remove_and_probe();
}

unsigned sequence_run(const struct machine_setup *of, bool is_other_kernel)
{
    setup = of;
    is_other = is_other_kernel;
    wrong = 0;
    space = NULL;
    machine_on_frame = on_frame;
    machine_on_event = on_event;
    machine_open(setup);
    probe(false);
    attach();
    if (setup->platform.smmu[0].smmu.atc_inv_timeout < setup->platform.device[DEVICE].endpoint.invalidate_latency)
        atc_silent();
    else
        middle();
    shut_down();
    machine_close();
    machine.step = NULL;
    return wrong;
}
