/* SPDX-License-Identifier: Apache-2.0
 *
 * Points in a ring, oldest first, and a pair of sockets to each process (sweep_workers.h). A process has at most two
 * points, so that it need not wait for the next, and sockets have room for both ways.
 */
#define _POSIX_C_SOURCE 200809L
#include "tb/program/sweep_workers.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tb/report/ending.h"

enum { POINTS_PER_WORKER = 2 };

struct entry {
    struct sweep_point point;
    struct sweep_result result;
    bool done, died;
};

struct worker {
    pid_t process;
    int socket;
    unsigned points; /* that it has */
    uint64_t number[POINTS_PER_WORKER];
};

struct sweep_workers {
    const struct sweep_plan *plan;
    struct trials *trials; /* of this process, if it runs all */
    unsigned jobs;         /* processes; 0: this one runs all */
    struct worker worker[SWEEP_JOBS_MAX];
    unsigned room; /* of the ring */
    struct entry *ring;
    uint64_t taken, sent, given; /* so far */
};

static struct entry *entry_of(struct sweep_workers *w, uint64_t number)
{
    return &w->ring[number % w->room];
}

static bool read_whole(int from, void *bytes, size_t size)
{
    for (char *at = bytes; size > 0;) {
        ssize_t got = read(from, at, size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        size -= (size_t)got;
    }
    return true;
}

/* Without a signal if nobody is there any more. */
static bool write_whole(int to, const void *bytes, size_t size)
{
    for (const char *at = bytes; size > 0;) {
        ssize_t sent = send(to, at, size, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        at += sent;
        size -= (size_t)sent;
    }
    return true;
}

unsigned sweep_workers_default(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 1 ? 1 : processors > SWEEP_JOBS_MAX ? SWEEP_JOBS_MAX : (unsigned)processors;
}

void sweep_workers_settle(void)
{
    static const int theirs[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    ending_watch(NULL, NULL);
    for (unsigned i = 0; i < sizeof theirs / sizeof *theirs; i++)
        signal(theirs[i], SIG_IGN);
}

/* In the process: until nobody gives points any more. */
static _Noreturn void work(const struct sweep_plan *plan, int socket)
{
    static struct sweep_result result;
    struct sweep_point point;
    sweep_workers_settle();
    struct trials *trials = trials_open();
    while (trials && read_whole(socket, &point, sizeof point)) {
        sweep_point_run(plan, trials, &point, &result);
        if (!write_whole(socket, &result, sizeof result))
            break;
    }
    _exit(EXIT_AS_EXPECTED);
}

/* The child keeps no socket of those before it: they end when this process does. */
static bool start(struct sweep_workers *w)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
        return false;
    struct worker *worker = &w->worker[w->jobs];
    *worker = (struct worker){.socket = pair[0]};
    worker->process = fork();
    if (worker->process == 0) {
        for (unsigned i = 0; i <= w->jobs; i++)
            close(w->worker[i].socket);
        work(w->plan, pair[1]);
    }
    close(pair[1]);
    if (worker->process < 0) {
        close(pair[0]);
        return false;
    }
    w->jobs++;
    return true;
}

struct sweep_workers *sweep_workers_open(const struct sweep_plan *plan, unsigned jobs)
{
    assert(jobs >= 1 && jobs <= SWEEP_JOBS_MAX);
    struct sweep_workers *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->plan = plan;
    w->room = SWEEP_GIVEN_PER_JOB * jobs;
    w->ring = calloc(w->room, sizeof *w->ring);
    w->trials = trials_open();
    bool good = w->ring && w->trials;
    fflush(NULL);
    while (good && jobs > 1 && w->jobs < jobs)
        good = start(w);
    if (good)
        return w;
    int error = errno;
    sweep_workers_close(w);
    errno = error;
    return NULL;
}

void sweep_workers_kill(const struct sweep_workers *w)
{
    for (unsigned i = 0; i < w->jobs; i++)
        kill(w->worker[i].process, SIGKILL);
}

void sweep_workers_close(struct sweep_workers *w)
{
    if (!w)
        return;
    sweep_workers_kill(w);
    for (unsigned i = 0; i < w->jobs; i++) {
        close(w->worker[i].socket);
        while (waitpid(w->worker[i].process, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    trials_close(w->trials);
    free(w->ring);
    free(w);
}

bool sweep_workers_have_room(const struct sweep_workers *w)
{
    return w->given - w->taken < w->room;
}

/* Its points have no result any more. */
static void bury(struct sweep_workers *w, struct worker *worker)
{
    for (unsigned i = 0; i < worker->points; i++)
        entry_of(w, worker->number[i])->done = entry_of(w, worker->number[i])->died = true;
    worker->points = 0;
}

/* Points that wait go to who has fewest. */
static void hand_out(struct sweep_workers *w)
{
    for (unsigned has = 0; has < POINTS_PER_WORKER; has++)
        for (unsigned i = 0; i < w->jobs && w->sent < w->given; i++) {
            struct worker *worker = &w->worker[i];
            if (worker->points != has)
                continue;
            worker->number[worker->points++] = w->sent;
            if (!write_whole(worker->socket, &entry_of(w, w->sent++)->point, sizeof(struct sweep_point)))
                bury(w, worker);
        }
}

void sweep_workers_give(struct sweep_workers *w, const struct sweep_point *point)
{
    assert(sweep_workers_have_room(w));
    struct entry *entry = entry_of(w, w->given++);
    entry->point = *point;
    entry->done = entry->died = false;
    hand_out(w);
}

static void receive(struct sweep_workers *w, struct worker *worker)
{
    struct entry *entry = entry_of(w, worker->number[0]);
    if (!read_whole(worker->socket, &entry->result, sizeof entry->result)) {
        bury(w, worker);
        return;
    }
    entry->done = true;
    worker->points--;
    memmove(worker->number, worker->number + 1, worker->points * sizeof *worker->number);
}

static void receive_any(struct sweep_workers *w)
{
    struct pollfd ready[SWEEP_JOBS_MAX];
    for (unsigned i = 0; i < w->jobs; i++)
        ready[i] = (struct pollfd){.fd = w->worker[i].points ? w->worker[i].socket : -1, .events = POLLIN};
    if (poll(ready, w->jobs, -1) < 0)
        return; /* by a signal */
    for (unsigned i = 0; i < w->jobs; i++)
        if (ready[i].revents)
            receive(w, &w->worker[i]);
}

bool sweep_workers_take(struct sweep_workers *w, struct sweep_point *point, struct sweep_result *result)
{
    assert(w->taken < w->given);
    struct entry *entry = entry_of(w, w->taken);
    if (!w->jobs) {
        sweep_point_run(w->plan, w->trials, &entry->point, &entry->result);
        entry->done = true;
        w->sent = w->taken + 1;
    }
    while (!entry->done) {
        receive_any(w);
        hand_out(w);
    }
    *point = entry->point;
    *result = entry->result;
    w->taken++;
    return !entry->died;
}
