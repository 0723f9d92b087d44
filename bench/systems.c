/* SPDX-License-Identifier: Apache-2.0
 *
 * What a system costs in a process that has many: opens N of them one after the other, runs each to the end of its
 * scenario, and keeps all of them or none. Figures are per system; those of the first, which pays for the process,
 * stand apart. Time is the processor's own of this process, as the kernel counts it.
 *
 *   prisim_systems_bench FILE N keep|close
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "tb/engine/engine.h"
#include "tb/scenario/scenario_tree.h"

static struct scenario scenario;

static const struct stream none;

struct figures {
    double microseconds, kilobytes, faults;
};

static double resident_kilobytes(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%*s %ld", &pages) != 1)
        pages = 0;
    if (file)
        fclose(file);
    return (double)pages * 4;
}

static struct figures now(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    const struct timeval user = usage.ru_utime, system = usage.ru_stime;
    return (struct figures){(double)(user.tv_sec + system.tv_sec) * 1e6 + (double)(user.tv_usec + system.tv_usec),
                            resident_kilobytes(), (double)usage.ru_minflt};
}

static struct native *run_one(void)
{
    struct native *native = native_open(&scenario, &none);
    if (!native) {
        fprintf(stderr, "no memory\n");
        exit(1);
    }
    native_run(native, scenario.limits.cycles);
    return native;
}

static void print(const char *what, struct figures from, struct figures to, unsigned systems)
{
    printf("%-6s %8.0f us %8.0f KB %8.1f page faults\n", what, (to.microseconds - from.microseconds) / systems,
           (to.kilobytes - from.kilobytes) / systems, (to.faults - from.faults) / systems);
}

int main(int argc, char **argv)
{
    char message[TREE_MESSAGE_MAX];
    const int systems = argc == 4 ? atoi(argv[2]) : 0;
    const bool keep = argc == 4 && strcmp(argv[3], "keep") == 0;
    if (systems < 2 || (!keep && strcmp(argv[3], "close") != 0)) {
        fprintf(stderr, "usage: prisim_systems_bench FILE N keep|close, N at least 2\n");
        return 2;
    }
    if (!scenario_load(&scenario, argv[1], NULL, 0, message)) {
        fprintf(stderr, "%s\n", message);
        return 1;
    }
    struct native **native = calloc((size_t)systems, sizeof *native);
    const struct figures start = now();
    struct figures first = start;
    for (int i = 0; native && i < systems; i++) {
        native[i] = run_one();
        if (!keep) {
            native_close(native[i]);
            native[i] = NULL;
        }
        if (i == 0)
            first = now();
    }
    const struct figures end = now();
    print("first", start, first, 1);
    print("others", first, end, (unsigned)systems - 1);
    for (int i = 0; native && i < systems; i++)
        native_close(native[i]);
    free(native);
    return 0;
}
