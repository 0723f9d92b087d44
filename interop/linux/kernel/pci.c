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

int pci_read_config_byte(const struct pci_dev *pdev, int where, u8 *value)
{
    *value = (u8)machine_config_read(pdev->devfn, (unsigned int)where, 1);
    return 0;
}

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

/* Along the list in the first 256 bytes, as drivers/pci/pci.c has it. */
u8 pci_find_capability(struct pci_dev *pdev, int capability)
{
    u16 has = 0;
    u8 at = 0, id = 0;
    pci_read_config_word(pdev, PCI_STATUS, &has);
    if (!(has & PCI_STATUS_CAP_LIST))
        return 0;
    pci_read_config_byte(pdev, PCI_CAPABILITY_LIST, &at);
    for (int left = (PCI_CFG_SPACE_SIZE - PCI_STD_HEADER_SIZEOF) / 4; left > 0 && at >= PCI_STD_HEADER_SIZEOF; left--) {
        at &= ~3;
        pci_read_config_byte(pdev, at + PCI_CAP_LIST_ID, &id);
        if (id == 0xff)
            break;
        if (id == capability)
            return at;
        pci_read_config_byte(pdev, at + PCI_CAP_LIST_NEXT, &at);
    }
    return 0;
}

/* Along the list of extended capabilities, which only a PCI Express function has; at most as many as fit. */
u16 pci_find_ext_capability(struct pci_dev *pdev, int capability)
{
    unsigned int at = PCI_CFG_SPACE_SIZE;
    if (!pdev->pcie_cap)
        return 0;
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

/* As set_pcie_port_type has it. */
static void find_express(struct pci_dev *pdev)
{
    pdev->pcie_cap = pci_find_capability(pdev, PCI_CAP_ID_EXP);
    if (pdev->pcie_cap)
        pci_read_config_word(pdev, pdev->pcie_cap + PCI_EXP_FLAGS, &pdev->pcie_flags_reg);
}

/* As pci_configure_eetlp_prefix has it: PASIDs need it of the function and of every port above. */
static void find_prefix_path(struct pci_dev *pdev, const struct pci_dev *above)
{
    u32 capabilities = 0;
    if (!pdev->pcie_cap)
        return;
    pci_read_config_dword(pdev, pdev->pcie_cap + PCI_EXP_DEVCAP2, &capabilities);
    if (!(capabilities & PCI_EXP_DEVCAP2_EE_PREFIX))
        return;
    pdev->eetlp_prefix_path = pci_pcie_type(pdev) == PCI_EXP_TYPE_ROOT_PORT || (above && above->eetlp_prefix_path);
}

void linux_pci_discover(struct pci_dev *pdev, unsigned int device)
{
    u16 is_on = 0;
    static struct pci_dev port; /* larger than the stack likes */
    port = (struct pci_dev){.devfn = SEAM_ROOT_PORT};
    pdev->devfn = device;
    pdev->dev.bus = &pci_bus_type;
    find_express(&port);
    find_prefix_path(&port, NULL);
    find_express(pdev);
    find_prefix_path(pdev, &port);
    pci_read_config_word(pdev, PCI_COMMAND, &is_on);
    pci_write_config_word(pdev, PCI_COMMAND, is_on | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
    pci_ats_init(pdev);
    pci_pri_init(pdev);
    pci_pasid_init(pdev);
}
