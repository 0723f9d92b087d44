/* SPDX-License-Identifier: Apache-2.0
 *
 * lockstep: the C block of the PRI queue and a second one (the RTL; in lockstep_self the same C block), edge by edge.
 * Exit: 0 no difference and every bin met, 1 a difference or an empty bin, 2 unusable arguments.
 */
#include <getopt.h>

#include <cinttypes>
#include <cstdlib>
#include <cstring>

#include "tests/lockstep/lockstep_harness.h"

using namespace lockstep;

namespace
{

enum : uint64_t {
    BINS_NEED_CYCLES = 4000000, /* from here on an empty bin fails a run of all episodes */
    MUTANT_CYCLES = 2000000     /* each planted fault must be found within so many */
};

void usage(FILE *to)
{
    std::fputs(
        "usage: lockstep [--cycles N] [--seed S] [--episode E] [--mutate-rtl FAULT] [--mutants] [--wave FILE]\n"
        "                [--both] [--trace] [--quiet]\n"
        "  --cycles N          edges to run (default 1000000)\n"
        "  --seed S            everything random comes from it (default 1)\n"
        "  --episode E         only this episode (each starts with a reset and has a configuration of its own)\n"
        "  --mutate-rtl FAULT  plant a fault at the pins of the queue under test; it must be found\n"
        "  --mutants           plant every fault in turn\n"
        "  --both              plant it in the C block as well: the judges must find it\n"
        "  --wave FILE         waves of the RTL; with a difference: of its episode\n"
        "  --trace             print every edge at which something happens\n"
        "  --quiet             no coverage table\n"
        "lockstep has the assertions of rtl/pri_queue_sva.sv on; lockstep_soak (./dev lockstep --soak) has none.\n"
        "faults:\n",
        to);
    for (unsigned i = 1; i < MUTATIONS; i++)
        std::fprintf(to, "  %-18s %s\n", mutation_name(static_cast<enum mutation>(i)),
                     mutation_about(static_cast<enum mutation>(i)));
}

bool number(const char *text, uint64_t &value)
{
    char *end;
    value = std::strtoull(text, &end, 0);
    return *text >= '0' && *text <= '9' && !*end;
}

void show_difference(const char *program, struct options options, const struct result &found)
{
    std::fprintf(stderr, "first difference: seed %" PRIu64 " episode %" PRIu64 " edge %" PRIu64 "\n", options.seed,
                 found.episode, found.edge);
    std::fprintf(stderr, "%s", repeat(options, found).c_str());
    std::fprintf(stderr, "edge %" PRIu64 " differs\n%s", found.edge, found.report.c_str());
    std::fprintf(stderr, "repeat: %s --seed %" PRIu64 " --episode %" PRIu64, program, options.seed, found.episode);
    if (options.mutation != MUTATION_NONE)
        std::fprintf(stderr, " --mutate-rtl %s", mutation_name(options.mutation));
    std::fputs(" --wave pri_queue.fst\n", stderr);
}

/* On both sides the pace of requests is slower by one edge: no rule of the rule book says how fast they are taken. */
bool nobody_can_tell(const struct options &options)
{
    return options.both && options.mutation == MUTATION_ACCEPT_INTERVAL;
}

/* Every planted fault must be found. */
int run_mutants(struct options options)
{
    unsigned missed = 0;
    options.cycles = MUTANT_CYCLES;
    for (unsigned i = 1; i < MUTATIONS; i++) {
        auto counts = std::make_unique<struct coverage>();
        options.mutation = static_cast<enum mutation>(i);
        struct result found = run(options, *counts, stdout);
        bool control = i == MUTATION_CONTROL || nobody_can_tell(options); /* must not be found */
        missed += found.good != control;
        if (control)
            std::printf("%-18s %s in %" PRIu64 " cycles\n", mutation_name(options.mutation),
                        found.good ? "equal" : "DIFFERENT", found.cycles);
        else if (found.good)
            std::printf("%-18s NOT FOUND in %" PRIu64 " cycles\n", mutation_name(options.mutation), found.cycles);
        else
            std::printf("%-18s found at cycle %" PRIu64 " (episode %" PRIu64 " edge %" PRIu64 ")\n",
                        mutation_name(options.mutation), found.cycles, found.episode, found.edge);
    }
    return missed ? EXIT_FAILURE : EXIT_SUCCESS;
}

} // namespace

int main(int argc, char **argv)
{
    static const struct option known[] = {{"cycles", required_argument, nullptr, 'c'},
                                          {"seed", required_argument, nullptr, 's'},
                                          {"episode", required_argument, nullptr, 'e'},
                                          {"mutate-rtl", required_argument, nullptr, 'm'},
                                          {"mutants", no_argument, nullptr, 'M'},
                                          {"both", no_argument, nullptr, 'b'},
                                          {"wave", required_argument, nullptr, 'w'},
                                          {"trace", no_argument, nullptr, 't'},
                                          {"quiet", no_argument, nullptr, 'q'},
                                          {"help", no_argument, nullptr, 'h'},
                                          {nullptr, 0, nullptr, 0}};
    struct options options;
    bool quiet = false, mutants = false, good = true;
    for (int c; (c = getopt_long(argc, argv, "", known, nullptr)) != -1;) {
        uint64_t value = 0;
        switch (c) {
        case 'c':
            good &= number(optarg, options.cycles) && options.cycles;
            break;
        case 's':
            good &= number(optarg, options.seed);
            break;
        case 'e':
            good &= number(optarg, value) && value <= INT64_MAX;
            options.episode = static_cast<int64_t>(value);
            break;
        case 'm':
            options.mutation = mutation_find(optarg);
            good &= options.mutation != MUTATIONS;
            break;
        case 'b':
            options.both = true;
            break;
        case 'M':
            mutants = true;
            break;
        case 'w':
            options.wave = optarg;
            break;
        case 't':
            options.trace = true;
            break;
        case 'q':
            quiet = true;
            break;
        case 'h':
            usage(stdout);
            return EXIT_SUCCESS;
        default:
            good = false;
        }
    }
    if (!good || optind != argc) {
        usage(stderr);
        return 2;
    }
    if (mutants)
        return run_mutants(options);

    auto coverage = std::make_unique<struct coverage>();
    struct options run_options = options;
    if (options.episode < 0)
        run_options.wave.clear(); /* a whole run is too long for waves */
    struct result found = run(run_options, *coverage, stdout);
    if (!found.good)
        show_difference(argv[0], options, found);
    else if (!quiet)
        coverage->print(stdout);
    bool whole = found.good && options.episode < 0 && options.cycles >= BINS_NEED_CYCLES;
    std::printf("C and %s%s: %" PRIu64 " cycles in %.2f s (%.2f M cycles/s), %" PRIu64 " episodes, seed %" PRIu64
                ", %u empty bins, %s\n",
                dut_name, dut_assertions, found.cycles, found.seconds,
                static_cast<double>(found.cycles) / found.seconds / 1e6, found.episodes, options.seed,
                coverage->empty(), found.good ? "no difference" : "DIFFERENT");
    return found.good && !(whole && coverage->empty()) ? EXIT_SUCCESS : EXIT_FAILURE;
}
