/* SPDX-License-Identifier: Apache-2.0
 *
 * What a wave shows of a link when a TLP on its way up has no destination: no scenario makes one, another driver may.
 */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tb/wave/wave.h"
#include "tests/harness/suite.h"

enum { TLP = (INSTANCE_ENDPOINT << 24) + 5 };

static struct scenario scenario;
static char path[64], text[1 << 15];

static void say(struct wave *wave, prisim_cycle_t cycle, struct prisim_event event)
{
    event.cycle = cycle;
    wave_event(wave, &event);
}

/* The wave of these events, up to the last but one. */
static void read_wave(struct wave *wave)
{
    ck_assert(wave_end(wave, "test", "test", "test"));
    ck_assert(wave_close(wave, NULL));
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    unlink(path);
}

/* "!" of "$var wire 9 ! count [8:0] $end", the first: that of the way up. */
static const char *change_of_count(unsigned value)
{
    static char line[32];
    const char *variable = strstr(text, "$var wire 9 ");
    ck_assert_ptr_nonnull(variable);
    snprintf(line, sizeof line, "\nb%u %.1s\n", value, variable + strlen("$var wire 9 "));
    return line;
}

START_TEST(a_tlp_without_destination_leaves_its_link)
{
    system_config_default(&scenario.system);
    system_config_resolve(&scenario.system);
    snprintf(path, sizeof path, "/tmp/prisim_test_wave_%d.vcd", (int)getpid());
    struct wave *wave = wave_open(&scenario, path);
    ck_assert_ptr_nonnull(wave);
    const struct prisim_event_fabric_enter enter = {.tlp = TLP, .link = 0, .up = true, .type = PRISIM_TLP_MEMORY_READ};
    const struct prisim_event_fabric_unroutable drop = {.tlp = TLP, .type = PRISIM_TLP_MEMORY_READ, .destination = 9};
    say(wave, 10,
        (struct prisim_event){.instance = INSTANCE_FABRIC, .type = PRISIM_EVENT_FABRIC_ENTER, .fabric_enter = enter});
    say(wave, 20,
        (struct prisim_event){
            .instance = INSTANCE_FABRIC, .type = PRISIM_EVENT_FABRIC_UNROUTABLE, .fabric_unroutable = drop});
    say(wave, 30, (struct prisim_event){.instance = INSTANCE_DRIVER, .type = PRISIM_EVENT_DRIVER_READY});
    read_wave(wave);
    const char *entered = strstr(text, "#10\n"), *dropped = strstr(text, "#20\n");
    ck_assert_ptr_nonnull(entered);
    ck_assert_ptr_nonnull(dropped);
    ck_assert_ptr_nonnull(strstr(entered, change_of_count(1)));
    ck_assert_ptr_nonnull(strstr(dropped, change_of_count(0)));
    ck_assert_ptr_nonnull(strstr(dropped, "\nsidle "));
}
END_TEST

TEST_SUITE("wave_links", a_tlp_without_destination_leaves_its_link)
