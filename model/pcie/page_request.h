/* SPDX-License-Identifier: Apache-2.0
 *
 * What a page request asks for: the same in a record of the PRI queue and in events.
 */
#ifndef PRISIM_PCIE_PAGE_REQUEST_H
#define PRISIM_PCIE_PAGE_REQUEST_H

/* Access bits of a page request, as in events. */
enum {
    PRISIM_ACCESS_READ = 1,
    PRISIM_ACCESS_WRITE = 2,
    PRISIM_ACCESS_LAST = 4,
    PRISIM_ACCESS_EXECUTE = 8,
    PRISIM_ACCESS_PRIVILEGED = 16
};

#endif
