/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
 *
 * Stand-ins: the SMMU as a platform device (firmware, registers, interrupts, MSIs) and its driver's registration.
 */
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/msi.h>
#include <linux/of.h>

#include "drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.h"
#include "kernel.h"

int arm_smmu_driver_init(void); /* static in the driver; the build makes it global */

static struct platform_driver *driver;
static const struct iommu_ops *operations;
static struct linux_firmware firmware;
static struct platform_device *smmu;
static struct device_node node;
static struct {
    irq_handler_t hard, thread;
    void *data;
} handler[SEAM_IRQS];
static struct resource frame = {.start = SEAM_SMMU, .end = SEAM_SMMU + SZ_128K - 1, .flags = IORESOURCE_MEM};

struct device *linux_smmu_device(void)
{
    return &smmu->dev;
}

const struct iommu_ops *linux_iommu_ops(void)
{
    return operations;
}

struct fwnode_handle *linux_smmu_fwnode(void)
{
    return &node.fwnode;
}

/* ---- the driver
 * ------------------------------------------------------------------------------------------------------- */

int __platform_driver_register(struct platform_driver *registered, struct module *owner)
{
    driver = registered;
    return 0;
}

void platform_driver_unregister(struct platform_driver *registered)
{
    driver = NULL;
}

struct device *driver_find_device(struct device_driver *of, struct device *start, const void *data,
                                  int (*match)(struct device *dev, const void *data))
{
    return smmu && match(&smmu->dev, data) ? &smmu->dev : NULL;
}

int device_match_fwnode(struct device *dev, const void *fwnode)
{
    return dev == &smmu->dev && fwnode == &node.fwnode;
}

void put_device(struct device *dev)
{
}

const char *dev_driver_string(const struct device *dev)
{
    return "arm-smmu-v3";
}

int linux_probe(const struct linux_firmware *told)
{
    int error = driver ? 0 : arm_smmu_driver_init();
    if (error)
        return error;
    firmware = *told;
    memset(handler, 0, sizeof(handler));
    smmu = devm_kzalloc(NULL, sizeof(*smmu), GFP_KERNEL);
    smmu->dev.of_node = &node;
    smmu->dev.init_name = "arm-smmu-v3";
    /* Only looked at: is there one? */
    smmu->dev.msi.domain = firmware.has_msi ? (struct irq_domain *)&node : NULL;
    return driver->probe(smmu);
}

void linux_only_granules(seam_u64 page_sizes)
{
    struct arm_smmu_device *device = platform_get_drvdata(smmu);
    device->pgsize_bitmap &= page_sizes;
}

void linux_shutdown(void)
{
    driver->shutdown(smmu);
}

void linux_remove(void)
{
    driver->remove(smmu);
    linux_release_managed(&smmu->dev);
}

int iommu_device_register(struct iommu_device *iommu, const struct iommu_ops *ops, struct device *hardware)
{
    operations = ops;
    return 0;
}

void iommu_device_unregister(struct iommu_device *iommu)
{
}

int iommu_device_sysfs_add(struct iommu_device *iommu, struct device *parent, const struct attribute_group **groups,
                           const char *format, ...)
{
    return 0;
}

void iommu_device_sysfs_remove(struct iommu_device *iommu)
{
}

/* ---- firmware
 * --------------------------------------------------------------------------------------------------------- */

int of_property_read_variable_u32_array(const struct device_node *from, const char *name, u32 *values, size_t least,
                                        size_t most)
{
    if (strcmp(name, "#iommu-cells") != 0)
        return -EINVAL;
    *values = 1;
    return 0;
}

struct property *of_find_property(const struct device_node *from, const char *name, int *length)
{
    return NULL;
}

bool of_dma_is_coherent(struct device_node *of)
{
    return firmware.is_coherent;
}

struct resource *platform_get_resource(struct platform_device *pdev, unsigned int type, unsigned int number)
{
    return number == 0 && type == IORESOURCE_MEM ? &frame : NULL;
}

int platform_get_irq_byname_optional(struct platform_device *pdev, const char *name)
{
    if (firmware.is_combined)
        return strcmp(name, "combined") == 0 ? SEAM_IRQ_COMBINED : -ENXIO;
    if (strcmp(name, "eventq") == 0)
        return SEAM_IRQ_EVENTQ;
    if (strcmp(name, "priq") == 0)
        return SEAM_IRQ_PRIQ;
    return strcmp(name, "gerror") == 0 ? SEAM_IRQ_GERROR : -ENXIO;
}

/* ---- registers
 * -------------------------------------------------------------------------------------------------------- */

void __iomem *devm_ioremap_resource(struct device *dev, const struct resource *resource)
{
    return (void __iomem *)resource->start;
}

u32 __raw_readl(const volatile void __iomem *address)
{
    return machine_read32((seam_u64)address - SEAM_SMMU);
}

void __raw_writel(u32 value, volatile void __iomem *address)
{
    machine_write32((seam_u64)address - SEAM_SMMU, value);
}

void __raw_writeq(u64 value, volatile void __iomem *address)
{
    machine_write64((seam_u64)address - SEAM_SMMU, value);
}

/* ---- interrupts
 * ------------------------------------------------------------------------------------------------------- */

int devm_request_threaded_irq(struct device *dev, unsigned int irq, irq_handler_t hard, irq_handler_t thread,
                              unsigned long flags, const char *name, void *data)
{
    if (irq >= SEAM_IRQS)
        return -EINVAL;
    handler[irq].hard = hard;
    handler[irq].thread = thread;
    handler[irq].data = data;
    return 0;
}

int linux_interrupt(unsigned int irq)
{
    if (!handler[irq].hard)
        return handler[irq].thread != NULL;
    return handler[irq].hard((int)irq, handler[irq].data) == IRQ_WAKE_THREAD;
}

void linux_interrupt_thread(unsigned int irq)
{
    handler[irq].thread((int)irq, handler[irq].data);
}

int platform_msi_domain_alloc_irqs(struct device *dev, unsigned int count, irq_write_msi_msg_t write)
{
    for (unsigned int i = 0; i < count; i++) {
        struct msi_desc desc = {.dev = dev, .msi_index = (u16)i};
        struct msi_msg message = {.address_lo = lower_32_bits(SEAM_DOORBELL),
                                  .address_hi = upper_32_bits(SEAM_DOORBELL),
                                  .data = SEAM_IRQ_MSI + i};
        write(&desc, &message);
    }
    return 0;
}

void platform_msi_domain_free_irqs(struct device *dev)
{
}

unsigned int msi_get_virq(struct device *dev, unsigned int index)
{
    return SEAM_IRQ_MSI + index;
}
