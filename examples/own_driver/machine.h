/* SPDX-License-Identifier: Apache-2.0
 *
 * The machine that the driver runs on: an SMMU with its PRI queue, memory, and a device that the program plays itself.
 * What a driver may know is above the line; it is no operating system and has one CPU.
 */
#ifndef OWN_DRIVER_MACHINE_H
#define OWN_DRIVER_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "model/pcie/tlp.h"

#define RAM_BASE UINT64_C(0x40000000)
#define RAM_SIZE (UINT64_C(1) << 20)
#define DOORBELL UINT64_C(0x08020000) /* a 32-bit write rings: an interrupt with the data written */

struct machine;

struct machine *machine_open(void);
void machine_close(struct machine *machine);

/* Each takes the time that it takes. */
uint32_t mmio_read(struct machine *machine, uint32_t offset);
void mmio_write(struct machine *machine, uint32_t offset, uint32_t value);
void mmio_write64(struct machine *machine, uint32_t offset, uint64_t value);
uint64_t memory_load(struct machine *machine, uint64_t address);
void memory_store(struct machine *machine, uint64_t address, uint64_t value);
/* The next interrupt: the data of its MSI. Waits for at most that many cycles; false if none came. */
bool interrupt_wait(struct machine *machine, uint64_t cycles, uint32_t *data);
uint64_t cycles_now(const struct machine *machine);

/* ---- below the line: the device, which no driver calls --------------------------------------------------------------
 */

void device_send(struct machine *machine, const struct prisim_tlp *tlp);
/* The next TLP that the device got, or NULL after that many cycles. */
const struct prisim_tlp *device_receive(struct machine *machine, uint64_t cycles);

#endif
