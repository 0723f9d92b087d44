/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to driver/: what a task's function is made of. A task is a function that is resumed at its program counter:
 * it runs from the effect of one step to the start of the next one, and returns in between. The macros are the language
 * of the tasks; `e`, `t` and `pc` are the names of each task function's parameters.
 */
#ifndef PRISIM_DRIVER_TASK_H
#define PRISIM_DRIVER_TASK_H

#include "driver/state.h"

/* A task function: false while it is not done. It goes on where its program counter says, and that is not its own to
 * choose: a task's function and a routine have one each, and any other is given the one above its caller's. So no depth
 * of nesting is written anywhere, and none can be written wrongly; what is called in the wrong way does not compile.
 * Where it goes on is a number of the file's own, one per place, so that a function's numbers lie close together; a
 * number that is not of this function is a fault of ours, and is never taken for the function's end. */
#define BEGIN                                                                                                          \
    switch (*pc) {                                                                                                     \
    default:                                                                                                           \
        task_lost();                                                                                                   \
    case 0:;
#define BEGIN_TASK                                                                                                     \
    uint16_t *const pc = t->pc;                                                                                        \
    BEGIN
#define BEGIN_ROUTINE                                                                                                  \
    uint16_t *const pc = t->routine_pc;                                                                                \
    BEGIN
#define END                                                                                                            \
    }                                                                                                                  \
    *pc = 0;                                                                                                           \
    return true
#define HERE __COUNTER__ + 1

/* Ends the function early. */
#define FINISH                                                                                                         \
    do {                                                                                                               \
        *pc = 0;                                                                                                       \
        return true;                                                                                                   \
    } while (0)

/* Goes on below in a later call of the function. */
#define RETURN_HERE RETURN_AT(HERE)
#define RETURN_AT(place)                                                                                               \
    do {                                                                                                               \
        *pc = place;                                                                                                   \
        return false;                                                                                                  \
    case place:;                                                                                                       \
    } while (0)

/* Runs a nested task function to its end. No function that is not done has its program counter; behind the last one
 * stands PC_NONE, which is not 0. */
#define CALL(function) CALL_AT(HERE, function)
#define CALL_AT(place, function)                                                                                       \
    do {                                                                                                               \
        assert(pc[1] == 0);                                                                                            \
        *pc = place;                                                                                                   \
        __attribute__((fallthrough));                                                                                  \
    case place:                                                                                                        \
        if (!function(e, t, pc + 1))                                                                                   \
            return false;                                                                                              \
    } while (0)

/* Runs a routine: a function that is resumed itself, and not by way of those that called it. There is one at a time;
 * what it calls is resumed by way of it. */
#define CALL_ROUTINE(below, function) CALL_ROUTINE_AT(HERE, below, function)
#define CALL_ROUTINE_AT(place, below, function)                                                                        \
    do {                                                                                                               \
        assert(t->routine == t->kind);                                                                                 \
        *pc = place;                                                                                                   \
        t->routine = below;                                                                                            \
        if (!function(e, t))                                                                                           \
            return false;                                                                                              \
        t->routine = t->kind;                                                                                          \
        __attribute__((fallthrough));                                                                                  \
    case place:;                                                                                                       \
    } while (0)

/* A step of so many cycles: what stands below is its effect, at its last cycle. */
#define STEP(cycles)                                                                                                   \
    do {                                                                                                               \
        task_begin(e, t, cycles);                                                                                      \
        RETURN_HERE;                                                                                                   \
    } while (0)

/* A step whose effect is an access: goes on at the first edge from its last cycle on at which the port is free. */
#define STEP_TO_PORT(cycles, port) STEP_TO_PORT_AT(HERE, cycles, port)
#define STEP_TO_PORT_AT(place, cycles, port)                                                                           \
    do {                                                                                                               \
        task_begin(e, t, cycles);                                                                                      \
        *pc = place;                                                                                                   \
        return false;                                                                                                  \
    case place:                                                                                                        \
        if (!prisim_ports_can_put(e->ports, port)) {                                                                   \
            task_block(e, t, port);                                                                                    \
            return false;                                                                                              \
        }                                                                                                              \
    } while (0)

/* The accesses: they go on below at the edge of the put. ANSWER then waits for the response, on the CPU. */
#define READ_REGISTER(offset)                                                                                          \
    do {                                                                                                               \
        STEP_TO_PORT(e->config->price.mmio_read, PRISIM_DRIVER_TX_MMIO);                                               \
        access_read_register(e, t, offset);                                                                            \
    } while (0)
#define WRITE_REGISTER(offset, bytes, value)                                                                           \
    do {                                                                                                               \
        STEP_TO_PORT(e->config->price.mmio_write, PRISIM_DRIVER_TX_MMIO);                                              \
        access_write_register(e, t, offset, bytes, value);                                                             \
    } while (0)
#define LOAD(address, bytes)                                                                                           \
    do {                                                                                                               \
        STEP_TO_PORT(e->config->price.load, PRISIM_DRIVER_TX_MEMORY);                                                  \
        access_load(e, t, address, bytes);                                                                             \
    } while (0)
#define STORE(address, word)                                                                                           \
    do {                                                                                                               \
        STEP_TO_PORT(e->config->price.store, PRISIM_DRIVER_TX_MEMORY);                                                 \
        access_store(e, t, address, word);                                                                             \
    } while (0)
#define ANSWER() RETURN_HERE

/* A thread that has nothing to do: when it is woken it begins at its start, which looks whether there is work. So all
 * that it kept of its work says nothing while it rests. */
#define REST(what)                                                                                                     \
    do {                                                                                                               \
        task_wait(e, t, what);                                                                                         \
        *pc = 0;                                                                                                       \
        return false;                                                                                                  \
    } while (0)

/* Waits without a CPU. */
#define WAIT(what)                                                                                                     \
    do {                                                                                                               \
        task_wait(e, t, what);                                                                                         \
        RETURN_HERE;                                                                                                   \
    } while (0)
#define SLEEP(cycles)                                                                                                  \
    do {                                                                                                               \
        task_sleep(e, t, e->now + (cycles));                                                                           \
        RETURN_HERE;                                                                                                   \
    } while (0)

/* Stands before the step that emits `point`: a task can be held here. */
#define HOLD(point)                                                                                                    \
    do {                                                                                                               \
        if (e->driver->holds_armed && task_is_held(e, t, point))                                                       \
            RETURN_HERE;                                                                                               \
    } while (0)

#endif
