/* SPDX-License-Identifier: Apache-2.0
 *
 * The rows of the driver's state (tests/harness/flip.h): what of it counts, and why the rest does not.
 */
#ifndef PRISIM_TESTS_DRIVER_DRIVER_ROWS_H
#define PRISIM_TESTS_DRIVER_DRIVER_ROWS_H

#include "driver/driver.h"
#include "tests/harness/flip.h"

enum { DRIVER_ROWS_MAX = 224 };

/* Fills in the rows for the configuration, and returns how many there are. */
size_t driver_rows(const struct prisim_driver_config *config, struct flip_field row[DRIVER_ROWS_MAX]);

#endif
