/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
 *
 * The seam between the two halves of `./dev linux`. kernel/ is compiled with the kernel's headers and stands in for the
 * services that the driver asks of a kernel; the files beside this one are compiled with the C library and are the
 * machine under it, prisim's platform. Neither sees the other's headers; what they say to each other is here, in plain
 * types. A time is in nanoseconds, which are the model's cycles.
 */
#ifndef PRISIM_INTEROP_LINUX_SEAM_H
#define PRISIM_INTEROP_LINUX_SEAM_H

typedef unsigned int seam_u32;
typedef unsigned long long seam_u64;

/* ---- where things stand --------------------------------------------------------------------------------------------
 */

#define SEAM_SMMU      0x09050000ull /* the register frame, as the firmware would say it */
#define SEAM_DOORBELL  0x08020000ull /* an MSI is a write of 4 bytes here; its data is the number of the interrupt */
#define SEAM_RAM       0x80000000ull /* physical address of the kernel's memory */
#define SEAM_RAM_BYTES (64ull << 20)

enum { SEAM_DEVICES_MAX = 4, SEAM_ROOT_PORT = SEAM_DEVICES_MAX };

/* Numbers of interrupts. Wired ones have those of their row; MSIs are handed out from SEAM_IRQ_MSI on. */
enum seam_irq { SEAM_IRQ_NONE, SEAM_IRQ_EVENTQ, SEAM_IRQ_PRIQ, SEAM_IRQ_GERROR, SEAM_IRQ_COMBINED, SEAM_IRQ_MSI };
enum { SEAM_IRQS = SEAM_IRQ_MSI + 8 };

/* ---- the machine, called by the kernel's half ----------------------------------------------------------------------
 */

/* One access to the SMMU's registers, `offset` bytes from SEAM_SMMU; it takes the model's time. */
seam_u32 machine_read32(seam_u64 offset);
void machine_write32(seam_u64 offset, seam_u32 value);
void machine_write64(seam_u64 offset, seam_u64 value);
/* One configuration request of 1, 2 or 4 bytes to the function, or to the root port above it; all ones if it was not
 * answered with success. */
seam_u32 machine_config_read(unsigned device, unsigned offset, unsigned bytes);
void machine_config_write(unsigned device, unsigned offset, unsigned bytes, seam_u32 value);
seam_u64 machine_now(void);
/* Time passes, and hard interrupt handlers may run in it as on another CPU. */
void machine_pass(seam_u64 ns);
/* WFE: until an event is sent, or for a while. */
void machine_wfe(void);
/* A line that the kernel printed, without its end of line; `level` is one of "emerg" to "info". */
void machine_print(const char *level, const char *text);
_Noreturn void machine_panic(const char *text);

/* ---- the kernel, called by the machine's half -----------------------------------------------------------------------
 */

/* The kernel's memory: SEAM_RAM_BYTES of the process. 1 of a page: it was given out and not given back. */
extern unsigned char *linux_ram;
extern unsigned char linux_page_taken[SEAM_RAM_BYTES / 4096];

/* Before anything else: takes the memory, of which all is free, as in a machine that was switched on. */
void linux_boot(unsigned char *ram);
/* A parameter of the module, as on the kernel's command line; 0 if there is none of that name. */
int linux_parameter(const char *name, int value);

/* What the firmware tells of the SMMU. */
struct linux_firmware {
    int is_coherent; /* dma-coherent */
    int has_msi;     /* an MSI controller is there */
    int is_combined; /* one wired interrupt for all, else one each */
};
/* Probes an SMMU with the driver; again: as a kernel that knows nothing of the one before (kexec). A kernel's errno. */
int linux_probe(const struct linux_firmware *firmware);
/* As if the kernel's pages had that size: what is smaller is not used any more. */
void linux_only_granules(seam_u64 page_sizes);
void linux_shutdown(void);
void linux_remove(void);

/* A device in front of the SMMU. is_pci: a PCI function, found and set up by its configuration space. */
int linux_add_device(unsigned device, seam_u32 stream_id, int is_pci, int can_stall);
void linux_release_device(unsigned device);
/* What a driver of such a device does: page requests on with an allocation, and off; a kernel's errno. */
int linux_enable_pri(unsigned device, seam_u32 requests);
void linux_disable_pri(unsigned device);
int linux_reset_pri(unsigned device);

/* Domains: `struct iommu_domain`. Addresses and sizes as of iommu_map; what is answered is a kernel's errno or, by
 * unmap, how many bytes are not mapped any more. */
struct linux_domain;
struct linux_domain *linux_domain_alloc(int is_nested);
void linux_domain_free(struct linux_domain *domain);
int linux_attach(struct linux_domain *domain, unsigned device);
int linux_map(struct linux_domain *domain, seam_u64 iova, seam_u64 address, seam_u64 bytes, int is_writable);
seam_u64 linux_unmap(struct linux_domain *domain, seam_u64 iova, seam_u64 bytes);
seam_u64 linux_iova_to_phys(struct linux_domain *domain, seam_u64 iova); /* 0: nothing */

/* A process' address space under a PASID, in the place of the kernel's SVA code: its tables by the kernel's io-pgtable,
 * its CD by the driver's arm_smmu_write_ctx_desc, unmap by TLBI of the ASID and ATC_INV. */
struct linux_space;
struct linux_space *linux_space_bind(struct linux_domain *domain, seam_u32 pasid, unsigned asid);
int linux_space_map(struct linux_space *space, seam_u64 iova, seam_u64 address);
seam_u64 linux_space_unmap(struct linux_space *space, seam_u64 iova);
/* The process ends while it is bound, as the kernel's mm_release has it: its CD stays valid and translates nothing. */
void linux_space_exit(struct linux_space *space);
void linux_space_unbind(struct linux_space *space);

/* An interrupt, below SEAM_IRQS: its hard handler runs, if it has one. Not 0: its thread is to run. */
int linux_interrupt(unsigned irq);
void linux_interrupt_thread(unsigned irq);

#endif
