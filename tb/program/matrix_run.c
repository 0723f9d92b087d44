/* SPDX-License-Identifier: Apache-2.0
 *
 * Who runs the lists of a table: processes that take the next one each, and leave what it came to in memory that they
 * share with this one.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tb/program/matrix.h"
#include "tb/report/ending.h"

enum { TASKS_MAX = MATRIX_CELLS * MATRIX_LISTS_MAX };

struct shared {
    atomic_uint next, done;
    struct matrix_result result[MATRIX_CELLS][MATRIX_LISTS_MAX];
};

struct task {
    unsigned cell, list;
};

/* First the policies' own lists: what they come to the others are compared with. */
static unsigned tasks_of(const struct matrix *m, bool own, struct task task[TASKS_MAX])
{
    unsigned count = 0;
    for (unsigned c = 0; c < m->cells; c++)
        for (unsigned l = own ? 0 : 1; l < (own ? 1 : m->cell[c].lists); l++)
            task[count++] = (struct task){c, l};
    return count;
}

static _Noreturn void work(const struct matrix *m, struct shared *shared, const struct task *task, unsigned tasks)
{
    sweep_workers_settle();
    struct trials *trials = trials_open();
    for (unsigned i; trials && (i = atomic_fetch_add(&shared->next, 1)) < tasks; atomic_fetch_add(&shared->done, 1)) {
        const struct task *t = &task[i];
        matrix_cell_judge(&m->cell[t->cell], t->list, &shared->result[t->cell][0].hazards, trials,
                          &shared->result[t->cell][t->list]);
    }
    _exit(trials ? 0 : 1);
}

/* What ends the program ends them. */
struct processes {
    unsigned count;
    pid_t process[SWEEP_JOBS_MAX];
};

static void end_them(void *context, int signal)
{
    const struct processes *all = context;
    (void)signal;
    for (unsigned i = 0; i < all->count; i++)
        kill(all->process[i], SIGKILL);
}

/* On a terminal. */
static void tell(unsigned done, unsigned tasks, bool last)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, last ? "\r\33[K" : "\rmatrix: %u of %u lists", done, tasks);
}

/* Until all processes are gone; false if one ended badly. */
static bool wait_for(struct shared *shared, const struct processes *all, unsigned tasks)
{
    bool good = true;
    for (unsigned left = all->count; left > 0;) {
        tell(atomic_load(&shared->done), tasks, false);
        int status;
        pid_t ended = waitpid(-1, &status, WNOHANG);
        if (ended == 0) {
            usleep(20000);
            continue;
        }
        if (ended < 0 && errno == EINTR)
            continue;
        if (ended < 0)
            break;
        for (unsigned i = 0; i < all->count; i++)
            left -= all->process[i] == ended;
        good = good && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    tell(0, tasks, true);
    return good;
}

static bool run_tasks(const struct matrix *m, struct shared *shared, bool own, unsigned jobs)
{
    static struct task task[TASKS_MAX];
    static struct processes all;
    unsigned tasks = tasks_of(m, own, task);
    atomic_store(&shared->next, 0);
    atomic_store(&shared->done, 0);
    fflush(NULL);
    ending_watch(end_them, &all);
    for (all.count = 0; all.count < jobs; all.count++) {
        pid_t process = fork();
        if (process == 0)
            work(m, shared, task, tasks);
        if (process < 0)
            break;
        all.process[all.count] = process;
    }
    bool good = all.count > 0 && wait_for(shared, &all, tasks);
    ending_watch(NULL, NULL);
    for (unsigned i = 0; good && i < tasks; i++)
        good = shared->result[task[i].cell][task[i].list].done && !shared->result[task[i].cell][task[i].list].no_memory;
    return good;
}

bool matrix_run(struct matrix *m, unsigned jobs, char message[SWEEP_MESSAGE_MAX])
{
    struct shared *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        snprintf(message, SWEEP_MESSAGE_MAX, "prisim: matrix: %s", strerror(errno));
        return false;
    }
    for (unsigned c = 0; c < m->cells; c++)
        m->result[c] = shared->result[c];
    bool good = run_tasks(m, shared, true, jobs) && run_tasks(m, shared, false, jobs);
    if (!good)
        snprintf(message, SWEEP_MESSAGE_MAX, "prisim: matrix: a process of it ended by a signal, or had no memory");
    return good;
}
