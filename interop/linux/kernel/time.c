/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
 *
 * Stand-ins: time, which passes in the model; and what waits for others, of whom there are none.
 */
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <shared/timetravel.h>

#include "../seam.h"

/* A um kernel whose clock is driven from outside calls time_travel_ndelay in cpu_relax(). */
enum time_travel_mode time_travel_mode = TT_MODE_INFCPU;

void time_travel_ndelay(unsigned long nsec)
{
    machine_pass(nsec);
}

void __udelay(unsigned long usecs)
{
    machine_pass(usecs * NSEC_PER_USEC);
}

void usleep_range_state(unsigned long min, unsigned long max, unsigned int state)
{
    machine_pass(min * NSEC_PER_USEC);
}

ktime_t ktime_get(void)
{
    return (ktime_t)machine_now();
}

int __cond_resched(void)
{
    return 0;
}

void __mutex_init(struct mutex *lock, const char *name, struct lock_class_key *key)
{
}

void mutex_lock(struct mutex *lock)
{
}

void mutex_unlock(struct mutex *lock)
{
}

/* local_irq_save(): handlers run where time passes by a delay, whatever this says; see docs/linux.md. */
int signals_enabled = 1;

int um_set_signals(int enable)
{
    int before = signals_enabled;
    signals_enabled = enable;
    return before;
}
