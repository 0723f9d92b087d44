/* SPDX-License-Identifier: Apache-2.0
 *
 * A program that has its own struct ports, its own probe and events, and functions that are called as ours without the
 * prefix. It links with libprisim, and each calls its own.
 */
#include <stdio.h>

struct ports {
    int in, out;
};
struct probe {
    int on;
};
enum event_type { EVENT_SMMU_SYNC = 77 };

#include "driver/driver.h"
#include "model/core/version.h"
#include "model/smmu/smmu.h"

struct ports ports = {1, 2};
struct probe *probe;
int events[4];

int smmu_init(void);
int smmu_step(struct ports *of);
int smmu_slot_start(void);
void probe_init(struct probe *of);
const char *event_name(enum event_type type);

int smmu_init(void)
{
    return 1;
}

int smmu_step(struct ports *of)
{
    return of->in + of->out;
}

int smmu_slot_start(void)
{
    return 2;
}

void probe_init(struct probe *of)
{
    of->on = 1;
}

const char *event_name(enum event_type type)
{
    return type == EVENT_SMMU_SYNC ? "own" : "?";
}

int main(void)
{
    struct probe own = {0};
    struct prisim_probe theirs = {0};
    struct prisim_smmu_config config;
    struct prisim_config_error error;
    probe = &own;
    probe_init(probe);
    prisim_probe_init(&theirs, true);
    prisim_smmu_config_default(&config);
    bool good = smmu_init() + smmu_slot_start() == 3 && smmu_step(&ports) == 3 && own.on && event_name(77)[0] == 'o' &&
                prisim_probe_wants(&theirs, PRISIM_EVENT_SMMU_SYNC) && prisim_smmu_config_check(&config, &error) &&
                prisim_event_name(PRISIM_EVENT_SMMU_SYNC)[0] == 's' && prisim_version()[0];
    prisim_probe_close(&theirs);
    if (!good)
        puts("a name of the program's is not its own");
    return good ? 0 : 1;
}
