/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
 *
 * Stand-ins: the devices in front of the SMMU, and what the IOMMU core keeps of each.
 */
#include <linux/pci-ats.h>
#include <linux/slab.h>

#include "kernel.h"

static struct device_of {
    bool is_there, is_pci, can_stall;
    struct pci_dev pci;
    struct device plain; /* of what is no PCI function */
    struct dev_iommu iommu;
    struct iommu_fwspec *fwspec;
} devices[SEAM_DEVICES_MAX];

struct device *linux_device(unsigned int device)
{
    return devices[device].is_pci ? &devices[device].pci.dev : &devices[device].plain;
}

int linux_add_device(unsigned int device, seam_u32 stream_id, int is_pci, int can_stall)
{
    struct device_of *d = &devices[device];
    struct iommu_fwspec *fwspec = kzalloc(struct_size(fwspec, ids, 1), GFP_KERNEL);
    *d = (struct device_of){.is_there = true, .is_pci = is_pci, .can_stall = can_stall, .fwspec = fwspec};
    fwspec->ops = linux_iommu_ops();
    fwspec->iommu_fwnode = linux_smmu_fwnode();
    fwspec->flags = is_pci ? IOMMU_FWSPEC_PCI_RC_ATS : 0;
    fwspec->num_ids = 1;
    fwspec->ids[0] = stream_id;
    d->iommu.fwspec = fwspec;
    linux_device(device)->iommu = &d->iommu;
    if (is_pci)
        linux_pci_discover(&d->pci, device);
    return PTR_ERR_OR_ZERO(linux_iommu_ops()->probe_device(linux_device(device)));
}

void linux_release_device(unsigned int device)
{
    linux_iommu_ops()->release_device(linux_device(device));
    kfree(devices[device].fwspec);
    devices[device].is_there = false;
}

int linux_enable_pri(unsigned int device, seam_u32 requests)
{
    return pci_enable_pri(&devices[device].pci, requests);
}

void linux_disable_pri(unsigned int device)
{
    pci_disable_pri(&devices[device].pci);
}

int linux_reset_pri(unsigned int device)
{
    return pci_reset_pri(&devices[device].pci);
}

/* ---- what the driver asks of a device
 * ---------------------------------------------------------------------------------- */

struct fwnode_handle *__dev_fwnode(struct device *dev)
{
    return dev == linux_smmu_device() ? linux_smmu_fwnode() : NULL;
}

static const struct device_of *find(const struct device *dev)
{
    for (unsigned int i = 0; i < SEAM_DEVICES_MAX; i++)
        if (devices[i].is_there && dev == linux_device(i))
            return &devices[i];
    return NULL;
}

bool device_property_present(struct device *dev, const char *name)
{
    const struct device_of *d = find(dev);
    return d && d->can_stall && strcmp(name, "dma-can-stall") == 0;
}

int device_property_read_u32_array(struct device *dev, const char *name, u32 *values, size_t count)
{
    return -EINVAL;
}

int iommu_fwspec_add_ids(struct device *dev, u32 *ids, int count)
{
    return -EINVAL;
}

struct iommu_group *pci_device_group(struct device *dev)
{
    return NULL; /* groups are the caller's affair */
}

struct iommu_group *generic_device_group(struct device *dev)
{
    return NULL; /* groups are the caller's affair */
}

struct iommu_resv_region *iommu_alloc_resv_region(phys_addr_t start, size_t length, int prot, enum iommu_resv_type type,
                                                  gfp_t gfp)
{
    return NULL;
}

/* Nobody asked for faults: the driver aborts what stalls, and prints the rest. */
int iommu_report_device_fault(struct device *dev, struct iommu_fault_event *event)
{
    return -EINVAL;
}
