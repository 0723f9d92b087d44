/* SPDX-License-Identifier: Apache-2.0
 *
 * The program of `./dev linux`.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "beside.h"
#include "findings.h"
#include "load.h"
#include "sequence.h"
#include "setups.h"

enum { ENOUGH = 500 }; /* calls of map and unmap */

static struct options {
    const char *configuration; /* or NULL: all */
    bool sequence, findings, load, beside, is_fixed, all;
    uint64_t requests, translations, moves, seed;
    FILE *log;
} options = {.requests = 100000, .translations = 50000, .moves = 5000, .seed = 1};

_Noreturn static void refuse(const char *what, const char *expected)
{
    fprintf(stderr, "linux: %s: expected %s\n", what, expected);
    exit(2);
}

static uint64_t number(const char *text, const char *option)
{
    enum { MOST = 10000000 };
    uint64_t value = 0;
    bool is_number = text && *text;
    for (const char *at = text; is_number && *at; at++) {
        is_number = *at >= '0' && *at <= '9' && value <= MOST;
        value = 10 * value + (uint64_t)(*at - '0');
    }
    if (!is_number || value > MOST)
        refuse(option, "a number from 0 to 10000000");
    return value;
}

static void list(void)
{
    struct machine_setup setup;
    for (unsigned i = 0; setup_make(i, &setup); i++)
        printf("%-15s %s\n", setup.name, setup.about);
}

static void read_option(const char *name, const char *value)
{
    static const struct {
        const char *name;
        uint64_t *number;
    } row[] = {{"--requests", &options.requests},
               {"--translations", &options.translations},
               {"--moves", &options.moves},
               {"--seed", &options.seed}};
    struct machine_setup setup;
    for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
        if (strcmp(name, row[i].name) != 0)
            continue;
        *row[i].number = number(value, name);
        return;
    }
    if (strcmp(name, "--configuration") == 0) {
        if (!value || !setup_find(value, &setup))
            refuse(value ? value : name, "the name of a configuration (./dev linux --list)");
        if (options.configuration)
            refuse(name, "one configuration, or none for all");
        options.configuration = value;
    } else if (strcmp(name, "--log") == 0) {
        machine.log = value ? fopen(value, "w") : NULL;
        if (!machine.log)
            refuse(value ? value : name, value ? strerror(errno) : "a file for events");
    } else {
        refuse(name, "a part or an option (./dev linux --help)");
    }
}

static void read_options(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "sequence") == 0)
            options.sequence = true;
        else if (strcmp(argv[i], "load") == 0)
            options.load = true;
        else if (strcmp(argv[i], "findings") == 0)
            options.findings = true;
        else if (strcmp(argv[i], "beside") == 0)
            options.beside = true;
        else if (strcmp(argv[i], "--fixed") == 0)
            options.is_fixed = true;
        else if (strcmp(argv[i], "--kernel-log") == 0)
            machine.is_verbose = true;
        else if (strcmp(argv[i], "--list") == 0)
            exit((list(), 0));
        else
            i++, read_option(argv[i - 1], i < argc ? argv[i] : NULL);
    }
    options.all = !options.sequence && !options.load && !options.findings && !options.beside;
    if (options.all)
        options.sequence = options.load = options.findings = true;
    if (options.findings && options.configuration && !options.all)
        refuse("findings", "no --configuration: each has its own");
}

/* How the user called it, and what repeats one case. */
static void print_repeat(const char *part, const char *configuration)
{
    const char *command = getenv("PRISIM_LINUX_COMMAND");
    printf("to repeat it: %s %s --configuration %s%s", command ? command : "./dev linux", part, configuration,
           options.is_fixed ? " --fixed" : "");
    if (strcmp(part, "load") == 0)
        printf(" --seed %" PRIu64 " --requests %" PRIu64 " --translations %" PRIu64 " --moves %" PRIu64, options.seed,
               options.requests, options.translations, options.moves);
    putchar('\n');
}

static unsigned run_sequence(void)
{
    struct machine_setup setup;
    unsigned wrong = 0, configurations = 0;
    for (unsigned i = 0; setup_make(i, &setup); i++) {
        if (options.configuration && strcmp(setup.name, options.configuration) != 0)
            continue;
        const unsigned here = sequence_run(&setup, options.is_fixed);
        configurations++;
        wrong += here != 0;
        printf("sequence %-15s %s; %s\n", setup.name, here ? "NOT AS DUE" : "as due", setup.about);
        if (here)
            print_repeat("sequence", setup.name);
        fflush(stdout);
    }
    printf("sequence: %u configurations, %u not as due\n", configurations, wrong);
    return wrong;
}

/* Only where TTL is a hint that the SMMU takes does the finding "block" allow an access; there it must show once enough
 * was done. */
static unsigned judge(const char *what, const struct machine_setup *setup, struct load_result result, uint64_t least)
{
    const struct prisim_smmu_config *smmu = &setup->platform.smmu[0].smmu;
    const bool may_show = smmu->tlbi_hints && smmu->ril && smmu->tlb_entries && !options.is_fixed;
    const bool must_show = may_show && result.changes >= ENOUGH;
    const char *why = NULL;
    if (result.wrong)
        why = "something was wrong";
    else if (result.done < least)
        why = "the device stopped before its time";
    else if (!may_show && result.block_pieces)
        why = "accesses after unmap where there is no finding";
    else if (must_show && !result.block_pieces)
        why = "the finding did not show (--fixed, if this kernel has it no more)";
    printf("load %-9s %-12s %" PRIu64 " done, %" PRIu64 " wrong, %" PRIu64 " by the finding; %" PRIu64
           " attempts, %" PRIu64 " changes%s%s\n",
           setup->name, what, result.done, result.wrong, result.block_pieces, result.attempts, result.changes,
           why ? "; NOT AS DUE: " : "", why ? why : "");
    if (why)
        print_repeat("load", setup->name);
    fflush(stdout);
    return why != NULL;
}

static bool has_load(const struct machine_setup *setup)
{
    return setup_has_pri(setup) && !setup->only_granules;
}

static unsigned run_load(void)
{
    static const char *const names[] = {"wired", "no_hints", "msi", "slow"};
    unsigned wrong = 0;
    for (unsigned i = 0; i < (options.configuration ? 1 : 4); i++) {
        struct machine_setup setup;
        setup_find(options.configuration ? options.configuration : names[i], &setup);
        if (!has_load(&setup))
            refuse(setup.name, "for the load, a configuration with ATS, PRI and pages of 4 KB");
        wrong += judge("requests", &setup, load_requests(&setup, options.requests, options.seed), options.requests);
        wrong += judge("translations", &setup, load_translations(&setup, options.translations, options.seed),
                       options.translations);
        wrong += judge("moves", &setup, load_moves(&setup, options.moves, options.seed), options.moves);
    }
    return wrong;
}

/* With MSIs, as our driver has them, if nothing else is asked for. */
static unsigned run_beside(void)
{
    struct machine_setup setup;
    setup_find(options.configuration ? options.configuration : "msi", &setup);
    if (!setup_has_pri(&setup) || setup.is_nested)
        refuse(setup.name, "for beside, a configuration with ATS, PRI and stage 1");
    const unsigned wrong = beside_run(&setup);
    printf("beside %s: %s\n", setup.name, wrong ? "NOT AS DUE" : "as due");
    return wrong;
}

/* The kernel's half runs in this process: where it breaks is said. */
static void on_fault(int number)
{
    static const char text[] = "linux: the kernel's half touched memory that is not there, in the step ";
    const char *step = machine.step ? machine.step : "-";
    (void)number;
    bool is_said = write(STDERR_FILENO, text, sizeof text - 1) > 0 && write(STDERR_FILENO, step, strlen(step)) > 0 &&
                   write(STDERR_FILENO, "\n", 1) > 0;
    _exit(is_said ? 1 : 3);
}

int main(int argc, char **argv)
{
    unsigned wrong = 0;
    read_options(argc, argv);
    signal(SIGSEGV, on_fault);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (options.sequence)
        wrong += run_sequence();
    if (options.findings && !options.configuration)
        wrong += finding_block(options.is_fixed) + finding_interrupt(options.is_fixed);
    struct machine_setup setup;
    if (options.load &&
        (!options.all || !options.configuration || (setup_find(options.configuration, &setup) && has_load(&setup))))
        wrong += run_load();
    if (options.beside)
        wrong += run_beside();
    if (machine.log && (ferror(machine.log) | fclose(machine.log)))
        refuse("--log", "room for all events");
    printf("linux: %s\n", wrong ? "NOT AS DUE" : "all as due");
    return wrong != 0;
}
