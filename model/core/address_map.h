/* SPDX-License-Identifier: Apache-2.0
 *
 * Where things stand if nobody says otherwise: the defaults of the rows of every *_config.def and of the platform, and
 * the map of the testbench's system. A program may place all of it elsewhere.
 */
#ifndef PRISIM_ADDRESS_MAP_H
#define PRISIM_ADDRESS_MAP_H

#include <stdint.h>

#define PRISIM_MAP_DOORBELL UINT64_C(0x08020000) /* a frame of 4 KB: MSIs */
#define PRISIM_MAP_RAM      UINT64_C(0x80000000) /* of an interconnect or a platform by itself */
/* RAM of a system with the driver in it: its tables and queues, then page frames. */
#define PRISIM_MAP_DRIVER_RAM UINT64_C(0x40000000)
#define PRISIM_MAP_RAM_BYTES  UINT64_C(0x1000000)
/* The BAR of the first endpoint; those of the others follow it. */
#define PRISIM_MAP_BAR UINT64_C(0x1000000000)
/* The same of the BARs that hold MSI-X tables. */
#define PRISIM_MAP_MSIX UINT64_C(0x1010000000)

#endif
