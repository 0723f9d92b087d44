/* SPDX-License-Identifier: Apache-2.0
 *
 * The blocks of hardware, the timeline and the checkers: numbers that the events of each say.
 */
#ifndef PRISIM_TB_WAVE_BLOCKS_H
#define PRISIM_TB_WAVE_BLOCKS_H

#include "tb/scenario/scenario.h"
#include "tb/wave/wave_tree.h"

struct wave_function {
    wave_signal credits, jobs;
    uint64_t in_use, live;                 /* page-request credits; DMA jobs */
    uint32_t of_group[PRISIM_PRG_INDEXES]; /* the credits of each index */
};

struct wave_blocks {
    const struct scenario *scenario;
    struct wave_tree *tree;
    struct {
        wave_signal step, id;
    } timeline;
    struct {
        wave_signal command, gerror;
    } smmu;
    struct {
        wave_signal occupancy, prod, cons, ovflg, ovackflg, dropped, drop, interrupt;
        uint32_t log2; /* of the queue's entries */
        uint32_t prod_now, cons_now;
        uint64_t drops;
    } pri_queue;
    struct {
        wave_signal msi, data;
    } interconnect;
    struct {
        wave_signal broken, duty;
    } checkers;
    struct wave_function function[SYSTEM_ENDPOINTS_MAX];
    uint64_t jobs; /* numbers of jobs and raw requests are below */
    uint8_t *raw;  /* of each number: a page request beside the page-request engine, without a credit */
};

/* False: no memory. wave_blocks_close gives it back. */
bool wave_blocks_open(struct wave_blocks *blocks, struct wave_tree *tree, const struct scenario *scenario);
void wave_blocks_close(struct wave_blocks *blocks);

/* Declare the signals of one, in a scope that is open. */
void wave_blocks_timeline(struct wave_blocks *blocks);
void wave_blocks_smmu(struct wave_blocks *blocks);
void wave_blocks_pri_queue(struct wave_blocks *blocks);
void wave_blocks_interconnect(struct wave_blocks *blocks);
void wave_blocks_function(struct wave_blocks *blocks, unsigned endpoint);
void wave_blocks_checkers(struct wave_blocks *blocks);

void wave_blocks_event(struct wave_blocks *blocks, const struct prisim_event *event);

#endif
