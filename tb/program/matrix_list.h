/* SPDX-License-Identifier: Apache-2.0
 *
 * The lists that a cell of the table is about: that of its policy, and each that is one change away from it
 * (UNBIND-TABLE, "Sensitive twins"). Steps are counted from 1, as system.driver.unbind_without counts them.
 */
#ifndef PRISIM_TB_MATRIX_LIST_H
#define PRISIM_TB_MATRIX_LIST_H

#include "driver/driver.h"

enum { MATRIX_LISTS_MAX = 192, MATRIX_WORDS_MAX = 80, MATRIX_SETTINGS_OF_LIST = 2 };

enum matrix_change { MATRIX_AS_IT_IS, MATRIX_WITHOUT, MATRIX_MOVED, MATRIX_TAKEN };

struct matrix_list {
    enum matrix_change change;
    uint32_t step;   /* left out, or run earlier */
    uint32_t before; /* MATRIX_MOVED: this one */
};

/* First the policy's own list; then each step left out; each run before its neighbour, and each wait before the wait in
 * front of it; and, if it waits for the queue, `taken` for `handed`. Steps that this configuration never runs are
 * neither left out nor moved. Returns how many. */
unsigned matrix_lists(const struct prisim_driver_config *config, struct matrix_list list[MATRIX_LISTS_MAX]);

/* Whether it can be executed at all (UNBIND-STEP). */
bool matrix_list_can_run(const struct prisim_driver_config *config, const struct matrix_list *list);
void matrix_list_apply(const struct matrix_list *list, struct prisim_driver_config *config);

/* "without 17 flush_workers", "18 flush_workers before 16 await_handed", "taken for handed". */
void matrix_list_words(const struct prisim_driver_config *config, const struct matrix_list *list,
                       char words[MATRIX_WORDS_MAX]);
/* "7 sync" */
void matrix_step_words(const struct prisim_driver_config *config, uint32_t step, char words[MATRIX_WORDS_MAX]);
/* What --set takes for it; returns how many. */
unsigned matrix_list_settings(const struct matrix_list *list, char setting[MATRIX_SETTINGS_OF_LIST][MATRIX_WORDS_MAX]);

#endif
