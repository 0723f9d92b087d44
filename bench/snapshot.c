/* SPDX-License-Identifier: Apache-2.0
 *
 * What a whole state costs: the scenario is run up to cycle END, and its state saved, or restored, so often.
 *
 *   prisim_snapshot_bench SCENARIO END save|restore COUNT
 *
 * It prints the snapshot's bytes as one JSON object; how many instructions that took is counted from outside
 * (bench/run).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tb/engine/engine.h"

/* What is measured; a function of its own, so that a profiler can count inside it alone. */
__attribute__((noinline)) static bool measured(struct prisim_scheduler *c, bool save, unsigned long count,
                                               void *snapshot, size_t size)
{
    bool good = true;
    for (unsigned long i = 0; i < count && good; i++)
        if (save)
            prisim_scheduler_save(c, snapshot);
        else
            good = prisim_scheduler_restore(c, snapshot, size) == NULL;
    return good;
}

int main(int argc, char **argv)
{
    static struct scenario scenario;
    char message[4 * SCENARIO_TEXT_MAX];
    bool save = argc == 5 && strcmp(argv[3], "save") == 0;
    if (argc != 5 || (!save && strcmp(argv[3], "restore") != 0)) {
        fprintf(stderr, "usage: prisim_snapshot_bench SCENARIO END save|restore COUNT\n");
        return 2;
    }
    if (!scenario_load(&scenario, argv[1], NULL, 0, message)) {
        fprintf(stderr, "%s\n", message);
        return 2;
    }
    const struct stream nobody = {0};
    struct native *native = native_open(&scenario, &nobody);
    if (!native)
        return 3;
    native_run(native, strtoull(argv[2], NULL, 10));
    struct prisim_scheduler *c = native_scheduler(native);
    size_t size = prisim_scheduler_snapshot_size(c);
    void *snapshot = malloc(size);
    if (!snapshot)
        return 3;
    prisim_scheduler_save(c, snapshot);
    bool good = measured(c, save, strtoul(argv[4], NULL, 10), snapshot, size);
    printf("{\"bytes\": %zu}\n", size);
    free(snapshot);
    native_close(native);
    scenario_free(&scenario);
    return good ? 0 : 3;
}
