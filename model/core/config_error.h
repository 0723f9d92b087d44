/* SPDX-License-Identifier: Apache-2.0
 *
 * Which field of a block's configuration is wrong, and why.
 */
#ifndef PRISIM_CORE_CONFIG_ERROR_H
#define PRISIM_CORE_CONFIG_ERROR_H

struct prisim_config_error {
    const char *field;    /* name of the member, static */
    const char *expected; /* what it must be, static */
};

#endif
