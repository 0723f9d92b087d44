/* SPDX-License-Identifier: Apache-2.0
 *
 * The command line of prisim regress, and its loop: a process for each run, its log in a file that is compared with the
 * golden one and thrown away.
 */
#define _GNU_SOURCE
#include "tb/program/regress.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tb/program/run.h"
#include "tb/unusable.h"

enum key { KEY_ENGINE = 256, KEY_BLESS, KEY_JUNIT, KEY_VERDICTS };
enum { ENGINES = ENGINE_NATIVE + 1 };

struct regress {
    struct regress_files files;
    bool engine[ENGINES];
    bool bless, verdicts;
    const char *junit;
    char folder[64]; /* for logs */
    char *log, *first_log, *out;
    volatile sig_atomic_t interrupted; /* by this signal, or 0 */
    volatile pid_t child;              /* the run under way, or 0 */
    struct regress_result *result;
    size_t results;
};

static const struct argp_option known[] = {
    {"engine", KEY_ENGINE, "systemc|systemc-clocked|native", 0, "may be repeated; default: all", 0},
    {"bless", KEY_BLESS, NULL, 0, "the logs of now become the golden ones, where the verdict is as expected", 0},
    {"verdicts", KEY_VERDICTS, NULL, 0, "judge verdicts only, no golden logs", 0},
    {"junit", KEY_JUNIT, "FILE", 0, "write JUnit XML", 0},
    {0},
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct regress *r = state->input;
    switch (key) {
    case KEY_ENGINE:
        r->engine[options_engine(value)] = true;
        return 0;
    case KEY_BLESS:
        r->bless = true;
        return 0;
    case KEY_VERDICTS:
        r->verdicts = true;
        return 0;
    case KEY_JUNIT:
        r->junit = value;
        return 0;
    case ARGP_KEY_ARG:
        return regress_files_add(&r->files, value) ? 0 : EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static struct regress regress;

/* The run under way ends, and no other begins. */
static void on_signal(int number)
{
    regress.interrupted = number;
    if (regress.child > 0)
        kill(regress.child, SIGTERM);
}

/* In the child: one run with its log in a file and its words in another. */
static _Noreturn void run_here(const struct regress *r, const char *file, enum engine engine)
{
    setpgid(0, 0); /* it is ended by its parent, and not twice */
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    static struct options options;
    options = (struct options){.engine = engine, .output[RUN_OUTPUT_LOG] = r->verdicts ? NULL : r->log, .quiet = true};
    int code = EXIT_OWN_FAULT;
    if (freopen(r->out, "w", stdout) && dup2(fileno(stdout), STDERR_FILENO) >= 0)
        code = run_file(&options, file);
    if (fflush(stdout) != 0)
        code = EXIT_OWN_FAULT;
    _exit(code);
}

static int run_apart(struct regress *r, const char *file, enum engine engine, bool *died)
{
    int status;
    fflush(NULL);
    unlink(r->log);
    unlink(r->out);
    r->child = fork();
    if (r->child == 0)
        run_here(r, file, engine);
    if (r->child > 0 && r->interrupted)
        kill(r->child, SIGTERM);
    pid_t ended = r->child;
    while (r->child > 0 && (ended = waitpid(r->child, &status, 0)) < 0 && errno == EINTR)
        ;
    *died = ended <= 0 || !WIFEXITED(status);
    r->child = 0;
    return *died ? EXIT_OWN_FAULT : WEXITSTATUS(status);
}

static void copy_words(const char *path, FILE *to)
{
    FILE *from = fopen(path, "r");
    if (!from)
        return;
    for (int c; (c = getc(from)) != EOF;)
        putc(c, to);
    fclose(from);
}

static double clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* What the first engine logged is what the others must log, and what becomes golden after the last of them. */
static bool agree(struct regress *r, bool first, FILE *said)
{
    return first ? rename(r->log, r->first_log) == 0 : regress_log_compare(r->first_log, r->log, said);
}

static bool compare(struct regress *r, const char *golden, bool first, FILE *said)
{
    if (r->bless)
        return agree(r, first, said);
    return r->verdicts || regress_log_compare(golden, r->log, said);
}

static void run_one(struct regress *r, const char *file, enum engine engine, bool first)
{
    struct regress_result *result = &r->result[r->results++];
    *result = (struct regress_result){.file = file, .engine = engine};
    size_t length;
    FILE *said = open_memstream(&result->said, &length);
    char *golden = regress_golden_path(file);
    double start = clock_seconds();
    result->status = run_apart(r, file, engine, &result->interrupted);
    result->seconds = clock_seconds() - start;
    if (!said || !golden) {
        result->status = EXIT_OWN_FAULT;
    } else {
        if (result->status != EXIT_AS_EXPECTED)
            copy_words(r->out, said);
        bool ran = result->status != EXIT_UNUSABLE && result->status != EXIT_OWN_FAULT;
        if (ran && !compare(r, golden, first, said))
            result->status = EXIT_NOT_AS_EXPECTED;
    }
    if (said)
        fclose(said);
    free(golden);
    regress_tap_result(stdout, (unsigned)r->results, result);
}

static bool open_folder(struct regress *r)
{
    const char *base = getenv("TMPDIR");
    if (!base || strlen(base) > 40)
        base = "/tmp";
    snprintf(r->folder, sizeof r->folder, "%s/prisim-XXXXXX", base);
    return mkdtemp(r->folder) && asprintf(&r->log, "%s/log", r->folder) > 0 &&
           asprintf(&r->first_log, "%s/first", r->folder) > 0 && asprintf(&r->out, "%s/out", r->folder) > 0;
}

/* The logs of a run, and parts of them that a signal left. */
static void remove_folder(const char *folder)
{
    DIR *entries = opendir(folder);
    const struct dirent *entry;
    while (entries && (entry = readdir(entries)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            unlinkat(dirfd(entries), entry->d_name, 0);
    if (entries)
        closedir(entries);
    rmdir(folder);
}

static void close_all(struct regress *r)
{
    remove_folder(r->folder);
    free(r->log);
    free(r->first_log);
    free(r->out);
    for (size_t i = 0; r->result && i < r->results; i++)
        free(r->result[i].said);
    free(r->result);
    regress_files_free(&r->files);
}

/* The scenario did as expected on every engine, with one log. */
static int bless(struct regress *r, const char *file)
{
    char *said = NULL, *golden = regress_golden_path(file);
    size_t length;
    FILE *to = open_memstream(&said, &length);
    bool good = golden && to && regress_log_bless(golden, r->first_log, to);
    if (to && !good)
        fprintf(to, "%s: %s\n", file, strerror(errno));
    if (to)
        fclose(to);
    regress_tap_comment(stdout, said);
    free(said);
    free(golden);
    return good ? EXIT_AS_EXPECTED : EXIT_UNUSABLE;
}

/* One scenario on every engine; returns the worst exit code. */
static int run_file_on_all(struct regress *r, const char *file)
{
    int worst = EXIT_AS_EXPECTED;
    bool first = true;
    for (unsigned e = 0; e < ENGINES; e++) {
        if (!r->engine[e] || r->interrupted)
            continue;
        run_one(r, file, (enum engine)e, first);
        worst = exit_worse(worst, r->result[r->results - 1].status);
        first = false;
    }
    return r->bless && !r->interrupted && worst == EXIT_AS_EXPECTED ? bless(r, file) : worst;
}

/* Runs all; returns the exit code. */
static int run_all(struct regress *r)
{
    unsigned engines = 0, failed = 0;
    int worst = EXIT_AS_EXPECTED;
    for (unsigned e = 0; e < ENGINES; e++)
        engines += r->engine[e];
    printf("TAP version 13\n1..%zu\n", r->files.count * engines);
    for (size_t i = 0; i < r->files.count && !r->interrupted; i++)
        worst = exit_worse(worst, run_file_on_all(r, r->files.path[i]));
    for (size_t i = 0; i < r->results; i++)
        failed += r->result[i].status != EXIT_AS_EXPECTED;
    printf("%zu passed, %u failed\n", r->results - failed, failed);
    if (r->junit && !regress_junit_write(r->junit, r->result, r->results)) {
        fprintf(stderr, "prisim: regress: %s: %s\n", r->junit, strerror(errno));
        worst = exit_worse(worst, EXIT_UNUSABLE);
    }
    return worst;
}

const struct argp regress_argp = {
    known, parse, "DIR|FILE...", "Runs scenarios on every engine: verdicts and golden logs, as TAP.", NULL, NULL, NULL};

int regress_main(int argc, char **argv)
{
    if (argp_parse(&regress_argp, argc, argv, 0, NULL, &regress) != 0)
        return EXIT_UNUSABLE;
    if (regress.files.count == 0)
        unusable("regress", "expected a folder of scenarios", NULL);
    if (regress.bless && regress.verdicts)
        unusable("regress", "expected either --bless or --verdicts", NULL);
    bool any = false;
    for (unsigned e = 0; e < ENGINES; e++)
        any |= regress.engine[e];
    for (unsigned e = 0; e < ENGINES && !any; e++)
        regress.engine[e] = options_has_engine((enum engine)e);
    for (unsigned e = 0; e < ENGINES; e++)
        if (regress.engine[e] && !run_can((enum engine)e, false))
            return EXIT_UNUSABLE;
    regress.result = calloc(regress.files.count * ENGINES, sizeof *regress.result);
    int code = EXIT_OWN_FAULT;
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (regress.result && open_folder(&regress))
        code = run_all(&regress);
    else
        perror("prisim: regress");
    int interrupted = regress.interrupted;
    close_all(&regress);
    if (interrupted) {
        signal(interrupted, SIG_DFL);
        raise(interrupted);
    }
    return code;
}
