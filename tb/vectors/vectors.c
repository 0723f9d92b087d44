/* SPDX-License-Identifier: Apache-2.0
 *
 * The command line of prisim vectors.
 */
#define _GNU_SOURCE
#include "tb/vectors/vectors.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tb/exit_code.h"
#include "tb/unusable.h"

enum key { KEY_CYCLES = 256, KEY_SEED, KEY_SET, KEY_OUT, KEY_RESET_WITHIN };

static const struct argp_option known[] = {
    {"out", KEY_OUT, "DIR", 0, "where the files go; made if it is not there", 0},
    {"cycles", KEY_CYCLES, "N", 0, "clock edges, 1..1000000; default 10000", 0},
    {"seed", KEY_SEED, "N", 0, "everything random comes from it; default 1", 0},
    {"reset-within", KEY_RESET_WITHIN, "N", 0,
     "resets in mid-flight: the next one comes 1..N edges after the last, N 1..1000000, whatever is on its way", 0},
    {"set", KEY_SET, "PARAMETER=NUMBER", 0,
     "one parameter of the queue: size_log2_max, pps, pasid_supported, msi_supported, auto_fail_last_only, "
     "stop_marker_needs_ssv, accept_interval, write_latency or records_in_flight",
     0},
    {0},
};

static const struct {
    const char *name;
    size_t offset;
} parameters[] = {
#define PARAMETER(name)                                                                                                \
    {                                                                                                                  \
#name, offsetof(struct prisim_pri_queue_config, name)                                                          \
    }
    PARAMETER(size_log2_max),       PARAMETER(pps),
    PARAMETER(pasid_supported),     PARAMETER(msi_supported),
    PARAMETER(auto_fail_last_only), PARAMETER(stop_marker_needs_ssv),
    PARAMETER(accept_interval),     PARAMETER(write_latency),
    PARAMETER(records_in_flight),
#undef PARAMETER
};

static _Noreturn void refuse(const char *option, const char *expected, const char *value)
{
    char what[256];
    snprintf(what, sizeof what, "%s: expected %s", option, expected);
    unusable("vectors", what, value);
}

static uint64_t number(const char *option, const char *text, uint64_t low, uint64_t high, const char *expected)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || value < low || value > high)
        refuse(option, expected, text);
    return value;
}

static void set(struct prisim_pri_queue_config *config, const char *setting)
{
    const char *value = strchr(setting, '=');
    for (size_t i = 0; value && i < sizeof parameters / sizeof *parameters; i++) {
        size_t length = strlen(parameters[i].name);
        if ((size_t)(value - setting) != length || strncmp(setting, parameters[i].name, length) != 0)
            continue;
        uint32_t parsed = (uint32_t)number("--set", value + 1, 0, UINT32_MAX, "a number");
        memcpy((char *)config + parameters[i].offset, &parsed, sizeof parsed);
        struct prisim_config_error error;
        if (!prisim_pri_queue_config_check(config, &error))
            refuse("--set", error.expected, setting);
        return;
    }
    refuse("--set", "PARAMETER=NUMBER (prisim vectors --help)", setting);
}

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct vectors_options *o = state->input;
    switch (key) {
    case KEY_OUT:
        o->out = value;
        return 0;
    case KEY_CYCLES:
        o->cycles = number("--cycles", value, 1, VECTORS_CYCLES_MAX, "1..1000000");
        return 0;
    case KEY_SEED:
        o->seed = number("--seed", value, 0, UINT64_MAX, "a number");
        return 0;
    case KEY_RESET_WITHIN:
        o->reset_within = (uint32_t)number("--reset-within", value, 1, VECTORS_CYCLES_MAX, "1..1000000");
        return 0;
    case KEY_SET:
        set(&o->config, value);
        return 0;
    case ARGP_KEY_ARG:
        refuse("arguments", "options only", value);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* As a shell reads it. */
static void print_word(FILE *stream, const char *word)
{
    const char *plain = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-+=./:,";
    for (; *word; word++)
        fprintf(stream, strchr(plain, *word) ? "%c" : "\\%c", *word);
}

/* The command that writes the same vectors, on the heap: with the parameters that are not as they are by themselves. */
static char *command_of(const struct vectors_options *o)
{
    char *command = NULL;
    size_t length;
    struct prisim_pri_queue_config usual;
    prisim_pri_queue_config_default(&usual);
    FILE *stream = open_memstream(&command, &length);
    assert(stream);
    print_word(stream, program_invocation_name);
    fputs(" vectors --out ", stream);
    print_word(stream, o->out);
    fprintf(stream, " --cycles %llu --seed %llu", (unsigned long long)o->cycles, (unsigned long long)o->seed);
    if (o->reset_within)
        fprintf(stream, " --reset-within %u", o->reset_within);
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++) {
        uint32_t value, usual_value;
        memcpy(&value, (const char *)&o->config + parameters[i].offset, sizeof value);
        memcpy(&usual_value, (const char *)&usual + parameters[i].offset, sizeof usual_value);
        if (value != usual_value)
            fprintf(stream, " --set %s=%u", parameters[i].name, value);
    }
    fclose(stream);
    assert(command);
    return command;
}

const struct argp vectors_argp = {
    known, parse, NULL, "Writes stimulus and expected response of the PRI queue for any simulator.", NULL, NULL, NULL};

int vectors_main(int argc, char **argv)
{
    struct vectors_options options = {.cycles = 10000, .seed = 1};
    prisim_pri_queue_config_default(&options.config);
    argp_parse(&vectors_argp, argc, argv, 0, NULL, &options);
    if (!options.out || !*options.out)
        unusable("vectors", "expected --out DIR", NULL);
    char *command = command_of(&options);
    options.command = command;
    bool good = vectors_write(&options);
    free(command);
    if (!good)
        return EXIT_UNUSABLE;
    printf("%s: %llu cycles, seed %llu\n", options.out, (unsigned long long)options.cycles,
           (unsigned long long)options.seed);
    return EXIT_AS_EXPECTED;
}
