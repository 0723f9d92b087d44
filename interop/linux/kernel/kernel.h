/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
 *
 * What the stand-ins call of one another.
 */
#ifndef PRISIM_INTEROP_LINUX_KERNEL_H
#define PRISIM_INTEROP_LINUX_KERNEL_H

#include <linux/device.h>
#include <linux/iommu.h>
#include <linux/pci.h>
#include <linux/platform_device.h>

#include "../seam.h"

/* memory.c: ends what devm_ functions keep for the device. */
void linux_release_managed(struct device *dev);

/* library.c: the array by number is empty. */
void linux_forget_indexes(void);

/* smmu.c: the SMMU as the driver knows it, and its driver's operations. */
struct device *linux_smmu_device(void);
const struct iommu_ops *linux_iommu_ops(void);
struct fwnode_handle *linux_smmu_fwnode(void);

/* endpoint.c: the devices in front of it. */
struct device *linux_device(unsigned int device);

/* pci.c: finds the capabilities of a function; the number of a function. */
void linux_pci_discover(struct pci_dev *pdev, unsigned int device);

#endif
