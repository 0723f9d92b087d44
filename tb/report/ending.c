/* SPDX-License-Identifier: Apache-2.0
 *
 * The end by a signal (ending.h).
 */
#define _XOPEN_SOURCE 700 /* POSIX, and the stack of signals */

#include "tb/report/ending.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

#include "tb/report/whole_file.h"

enum { STACK_BYTES = 65536 };

static const struct {
    int number;
    bool broken; /* the program's own fault; cannot wait */
    const char *name;
} signals[] = {
    {SIGHUP, false, "SIGHUP"},   {SIGINT, false, "SIGINT"},  {SIGQUIT, false, "SIGQUIT"},
    {SIGTERM, false, "SIGTERM"}, {SIGABRT, true, "SIGABRT"}, {SIGSEGV, true, "SIGSEGV"},
    {SIGBUS, true, "SIGBUS"},    {SIGFPE, true, "SIGFPE"},   {SIGILL, true, "SIGILL"},
};

enum { SIGNALS = sizeof signals / sizeof signals[0] };

static struct {
    void (*last)(void *context, int signal);
    void *context;
    volatile sig_atomic_t held, waiting, ending;
} state;

const char *ending_name(int signal)
{
    for (unsigned i = 0; i < SIGNALS; i++)
        if (signals[i].number == signal)
            return signals[i].name;
    return "another";
}

static bool is_broken(int signal)
{
    for (unsigned i = 0; i < SIGNALS; i++)
        if (signals[i].number == signal)
            return signals[i].broken;
    return true;
}

/* A second signal ends it at once. */
static void end_by(int signal)
{
    if (!state.ending) {
        state.ending = 1;
        if (state.last)
            state.last(state.context, signal);
        whole_files_abandon();
    }
    struct sigaction plain = {.sa_handler = SIG_DFL};
    sigemptyset(&plain.sa_mask);
    sigaction(signal, &plain, NULL);
    raise(signal);
}

/* A signal that another process sent can wait, whichever it is; what is wrong in this one cannot. */
static bool can_wait(int signal, const siginfo_t *info)
{
    return !is_broken(signal) || (info->si_code <= 0 && info->si_pid != getpid());
}

static void on_signal(int signal, siginfo_t *info, void *context)
{
    int error = errno;
    (void)context;
    if (state.held && !state.ending && !state.waiting && can_wait(signal, info))
        state.waiting = signal;
    else
        end_by(signal);
    errno = error;
}

/* A stack that ran over has no room for a handler. */
static void give_stack(void)
{
    static char bytes[STACK_BYTES];
    stack_t old, stack = {.ss_sp = bytes, .ss_size = sizeof bytes};
    if (sigaltstack(NULL, &old) == 0 && (old.ss_flags & SS_DISABLE))
        sigaltstack(&stack, NULL);
}

void ending_install(void)
{
    give_stack();
    for (unsigned i = 0; i < SIGNALS; i++) {
        struct sigaction old, ours = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK};
        sigemptyset(&ours.sa_mask);
        if (sigaction(signals[i].number, NULL, &old) != 0 || (old.sa_flags & SA_SIGINFO) || old.sa_handler != SIG_DFL)
            continue;
        sigaction(signals[i].number, &ours, NULL);
    }
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGXFSZ, &ignore, NULL);
}

void ending_watch(void (*last)(void *context, int signal), void *context)
{
    state.last = NULL; /* never the one with the other's context */
    atomic_signal_fence(memory_order_seq_cst);
    state.context = context;
    atomic_signal_fence(memory_order_seq_cst);
    state.last = last;
}

void ending_hold(void)
{
    state.held = state.held + 1;
}

void ending_release(void)
{
    assert(state.held > 0);
    state.held = state.held - 1;
    if (state.waiting && !state.held)
        end_by(state.waiting);
}

bool ending_waits(void)
{
    return state.waiting != 0;
}
