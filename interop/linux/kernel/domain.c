/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
 *
 * Stand-ins: domains as the IOMMU core has them. An address range is cut into the largest pages that fit, and what is
 * unmapped is invalidated before the call returns.
 */
#include <linux/io-pgtable.h>

#include "drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.h"
#include "kernel.h"

static struct iommu_domain *of(struct linux_domain *domain)
{
    return (struct iommu_domain *)domain;
}

struct linux_domain *linux_domain_alloc(int is_nested)
{
    const struct iommu_ops *ops = linux_iommu_ops();
    struct iommu_domain *domain = ops->domain_alloc(IOMMU_DOMAIN_UNMANAGED);
    if (!domain)
        return NULL;
    domain->type = IOMMU_DOMAIN_UNMANAGED;
    domain->ops = ops->default_domain_ops;
    domain->pgsize_bitmap = ops->pgsize_bitmap;
    if (is_nested)
        domain->ops->enable_nesting(domain);
    return (struct linux_domain *)domain;
}

void linux_domain_free(struct linux_domain *domain)
{
    of(domain)->ops->free(of(domain));
}

int linux_attach(struct linux_domain *domain, unsigned int device)
{
    return of(domain)->ops->attach_dev(of(domain), linux_device(device));
}

/* The largest page that is aligned and not too large, or 0. */
static size_t fitting_page(const struct iommu_domain *domain, u64 alignment, u64 bytes)
{
    for (unsigned int bit = 48; bit >= 12; bit--)
        if (domain->pgsize_bitmap >> bit & 1 && 1ull << bit <= bytes && alignment % (1ull << bit) == 0)
            return 1ul << bit;
    return 0;
}

int linux_map(struct linux_domain *domain, seam_u64 iova, seam_u64 address, seam_u64 bytes, int is_writable)
{
    int prot = IOMMU_READ | (is_writable ? IOMMU_WRITE : 0) | IOMMU_CACHE, error = 0;
    while (bytes && !error) {
        size_t mapped = 0, page = fitting_page(of(domain), iova | address, bytes);
        if (!page)
            return -EINVAL;
        error = of(domain)->ops->map_pages(of(domain), iova, address, page, 1, prot, GFP_KERNEL, &mapped);
        iova += mapped;
        address += mapped;
        bytes -= mapped;
    }
    return error;
}

seam_u64 linux_unmap(struct linux_domain *domain, seam_u64 iova, seam_u64 bytes)
{
    struct iommu_iotlb_gather gather;
    seam_u64 done = 0;
    iommu_iotlb_gather_init(&gather);
    while (done < bytes) {
        size_t page = fitting_page(of(domain), iova + done, bytes - done);
        size_t unmapped = page ? of(domain)->ops->unmap_pages(of(domain), iova + done, page, 1, &gather) : 0;
        if (!unmapped)
            break;
        done += unmapped;
    }
    iommu_iotlb_sync(of(domain), &gather);
    return done;
}

seam_u64 linux_iova_to_phys(struct linux_domain *domain, seam_u64 iova)
{
    return of(domain)->ops->iova_to_phys(of(domain), iova);
}

/* ---- a process' space under a PASID
 * ------------------------------------------------------------------------------------- */

struct linux_space {
    struct arm_smmu_domain *domain;
    struct io_pgtable_cfg tables_config;
    struct io_pgtable_ops *tables;
    struct arm_smmu_ctx_desc cd;
    u32 pasid;
    bool is_quiet; /* its process has ended */
    bool is_freed; /* its tables go, as a process' do: after everything was invalidated */
};

static void flush(void *cookie)
{
    struct linux_space *space = cookie;
    arm_smmu_tlb_inv_asid(space->domain->smmu, space->cd.asid);
}

static void flush_all(void *cookie)
{
    struct linux_space *space = cookie;
    if (!space->is_freed)
        flush(space);
}

static void flush_walk(unsigned long iova, size_t size, size_t granule, void *cookie)
{
    flush(cookie);
}

static const struct iommu_flush_ops flushes = {.tlb_flush_all = flush_all, .tlb_flush_walk = flush_walk};

/* Word 0 of a CD, but for V, ASID and what the driver adds itself. */
static u64 tcr(const struct io_pgtable_cfg *config)
{
    const typeof(config->arm_lpae_s1_cfg.tcr) *tables = &config->arm_lpae_s1_cfg.tcr;
    u64 word = CTXDESC_CD_0_AA64 | CTXDESC_CD_0_TCR_EPD1;
    word |= FIELD_PREP(CTXDESC_CD_0_TCR_T0SZ, tables->tsz) | FIELD_PREP(CTXDESC_CD_0_TCR_TG0, tables->tg);
    word |= FIELD_PREP(CTXDESC_CD_0_TCR_SH0, tables->sh) | FIELD_PREP(CTXDESC_CD_0_TCR_IPS, tables->ips);
    return word | FIELD_PREP(CTXDESC_CD_0_TCR_IRGN0, tables->irgn) | FIELD_PREP(CTXDESC_CD_0_TCR_ORGN0, tables->orgn);
}

struct linux_space *linux_space_bind(struct linux_domain *domain, seam_u32 pasid, unsigned int asid)
{
    struct linux_space *space = kzalloc(sizeof(*space), GFP_KERNEL);
    space->domain = container_of(of(domain), struct arm_smmu_domain, domain);
    space->pasid = pasid;
    space->tables_config = (struct io_pgtable_cfg){.pgsize_bitmap = SZ_4K,
                                                   .ias = VA_BITS,
                                                   .oas = space->domain->smmu->oas,
                                                   .coherent_walk = true,
                                                   .tlb = &flushes,
                                                   .iommu_dev = linux_smmu_device()};
    space->tables = alloc_io_pgtable_ops(ARM_64_LPAE_S1, &space->tables_config, space);
    space->cd.asid = (u16)asid;
    space->cd.ttbr = space->tables_config.arm_lpae_s1_cfg.ttbr;
    space->cd.mair = space->tables_config.arm_lpae_s1_cfg.mair;
    space->cd.tcr = tcr(&space->tables_config);
    refcount_set(&space->cd.refs, 1);
    if (arm_smmu_write_ctx_desc(space->domain, (int)pasid, &space->cd))
        return NULL;
    return space;
}

int linux_space_map(struct linux_space *space, seam_u64 iova, seam_u64 address)
{
    size_t mapped = 0;
    return space->tables->map_pages(space->tables, iova, address, SZ_4K, 1, IOMMU_READ | IOMMU_WRITE | IOMMU_CACHE,
                                    GFP_KERNEL, &mapped);
}

seam_u64 linux_space_unmap(struct linux_space *space, seam_u64 iova)
{
    seam_u64 unmapped = space->tables->unmap_pages(space->tables, iova, SZ_4K, 1, NULL);
    flush(space);
    arm_smmu_atc_inv_domain(space->domain, (int)space->pasid, iova, SZ_4K);
    return unmapped;
}

static void forget(struct linux_space *space)
{
    flush(space);
    arm_smmu_atc_inv_domain(space->domain, (int)space->pasid, 0, 0);
}

void linux_space_exit(struct linux_space *space)
{
    arm_smmu_write_ctx_desc(space->domain, (int)space->pasid, &quiet_cd);
    forget(space);
    space->is_quiet = true;
}

void linux_space_unbind(struct linux_space *space)
{
    arm_smmu_write_ctx_desc(space->domain, (int)space->pasid, NULL);
    if (!space->is_quiet)
        forget(space);
    space->is_freed = true;
    free_io_pgtable_ops(space->tables);
    kfree(space);
}
