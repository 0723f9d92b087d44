/* SPDX-License-Identifier: Apache-2.0
 *
 * prisim log: reads a record of `prisim run --record` and writes the lines that --log would have written.
 */
#define _GNU_SOURCE
#include "tb/program/log_command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tb/exit_code.h"
#include "tb/program/outputs.h"
#include "tb/report/record.h"
#include "tb/report/whole_file.h"
#include "tb/unusable.h"

static const struct argp_option known[] = {
    {"out", 'o', "FILE", 0, "write to FILE; without it, and with -, to standard output", 0},
    {0},
};

struct log_options {
    const char *record, *output;
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct log_options *o = state->input;
    switch (key) {
    case 'o':
        if (!*value)
            unusable("log", "--out: expected the name of a file", NULL);
        o->output = value;
        return 0;
    case ARGP_KEY_ARG:
        if (o->record)
            unusable("log", "expected one record", value);
        o->record = value;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp log_argp = {known,
                              parse,
                              "RECORD",
                              "Writes the log of a record that prisim run --record made; - is standard input."
                              "\vExit: 0 all of it is written, 2 unusable input, arguments or output, 3 a fault "
                              "of prisim's own, 4 the record "
                              "ends before its run did.",
                              NULL,
                              NULL,
                              NULL};

static void read_options(struct log_options *o, int argc, char **argv)
{
    argp_parse(&log_argp, argc, argv, 0, NULL, o);
    if (!o->record)
        unusable("log", "expected a record", NULL);
    if (!o->output)
        o->output = "-";
    if (strcmp(o->output, "-") != 0 && outputs_same_place(o->output, o->record))
        unusable("log", "--out: expected another file than the record", o->output);
}

static int convert(const struct log_options *o, FILE *from, const char *name, struct whole_file *file)
{
    char message[RECORD_MESSAGE_MAX];
    enum record_read done = record_read(from, file->stream, message);
    int error = errno;
    if (done == RECORD_BAD)
        fprintf(stderr, "%s: %s\n", name, message);
    if (done == RECORD_CUT)
        fprintf(file->stream, "{\"end\":\"cut\",\"record\":\"ends before its run\"}\n");
    bool written = whole_file_close(file, done == RECORD_WHOLE || done == RECORD_CUT);
    if (done == RECORD_UNWRITTEN || (!written && done != RECORD_BAD)) {
        fprintf(stderr, "prisim: log: %s: %s\n", o->output, strerror(done == RECORD_UNWRITTEN ? error : errno));
        return EXIT_UNUSABLE;
    }
    if (done == RECORD_CUT)
        fprintf(stderr, "prisim: log: %s: ends before its run did\n", name);
    return done == RECORD_BAD ? EXIT_UNUSABLE : done == RECORD_CUT ? EXIT_INCOMPLETE : EXIT_AS_EXPECTED;
}

int log_main(int argc, char **argv)
{
    struct log_options o = {NULL, NULL};
    struct whole_file file;
    read_options(&o, argc, argv);
    bool standard = strcmp(o.record, "-") == 0;
    FILE *from = standard ? stdin : fopen(o.record, "rb");
    if (!from)
        unusable("log", o.record, strerror(errno));
    int code = EXIT_UNUSABLE;
    if (whole_file_open(&file, o.output))
        code = convert(&o, from, standard ? "standard input" : o.record, &file);
    else
        fprintf(stderr, "prisim: log: %s: %s\n", o.output, strerror(errno));
    if (!standard)
        fclose(from);
    return code;
}
