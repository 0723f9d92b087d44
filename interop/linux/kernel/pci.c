/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
 *
 * Stand-ins: a function's configuration space. What the kernel makes of it (pci_enable_ats and its like) is its own
 * drivers/pci/ats.c.
 */
#include <linux/pci-ats.h>

#include "kernel.h"

/* In the kernel's private drivers/pci/pci.h. */
void pci_ats_init(struct pci_dev *pdev);
void pci_pri_init(struct pci_dev *pdev);
void pci_pasid_init(struct pci_dev *pdev);

struct bus_type pci_bus_type;

int pci_read_config_word(const struct pci_dev *pdev, int where, u16 *value)
{
    *value = (u16)machine_config_read(pdev->devfn, (unsigned int)where, 2);
    return 0;
}

int pci_read_config_dword(const struct pci_dev *pdev, int where, u32 *value)
{
    *value = machine_config_read(pdev->devfn, (unsigned int)where, 4);
    return 0;
}

int pci_write_config_word(const struct pci_dev *pdev, int where, u16 value)
{
    machine_config_write(pdev->devfn, (unsigned int)where, 2, value);
    return 0;
}

int pci_write_config_dword(const struct pci_dev *pdev, int where, u32 value)
{
    machine_config_write(pdev->devfn, (unsigned int)where, 4, value);
    return 0;
}

/* Along the list of extended capabilities; at most as many as fit. */
u16 pci_find_ext_capability(struct pci_dev *pdev, int capability)
{
    unsigned int at = PCI_CFG_SPACE_SIZE;
    for (int left = (PCI_CFG_SPACE_EXP_SIZE - PCI_CFG_SPACE_SIZE) / 8; left > 0 && at >= PCI_CFG_SPACE_SIZE; left--) {
        u32 header = 0;
        pci_read_config_dword(pdev, (int)at, &header);
        if (header == 0 || header == ~0u)
            break;
        if ((int)PCI_EXT_CAP_ID(header) == capability)
            return (u16)at;
        at = PCI_EXT_CAP_NEXT(header);
    }
    return 0;
}

bool pci_ats_disabled(void)
{
    return false;
}

void linux_pci_discover(struct pci_dev *pdev, unsigned int device)
{
    u16 is_on = 0;
    pdev->devfn = device;
    pdev->dev.bus = &pci_bus_type;
    pdev->eetlp_prefix_path = 1; /* the fabric carries PASIDs everywhere */
    pci_read_config_word(pdev, PCI_COMMAND, &is_on);
    pci_write_config_word(pdev, PCI_COMMAND, is_on | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
    pci_ats_init(pdev);
    pci_pri_init(pdev);
    pci_pasid_init(pdev);
}
