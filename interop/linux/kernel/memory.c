/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
 *
 * Stand-ins: pages, small memory, memory that a device sees, memory that goes with a device. All pages lie in
 * linux_ram, which the SMMU reaches too; a page that is given back is filled with a pattern, so that whoever still
 * walks it as a table goes nowhere that it went before.
 */
#include <linux/bitmap.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "../seam.h"
#include "kernel.h"

enum { PAGES = SEAM_RAM_BYTES / PAGE_SIZE, FREED = 0x5a };

unsigned char *linux_ram;
unsigned char linux_page_taken[PAGES];
static struct page page_of[PAGES];
static unsigned int next_page;

/* The kernel's own variables: what turns an address into a physical one, and a page into its number. */
unsigned long uml_physmem;
struct page *mem_map;
struct kmem_cache *kmalloc_caches[NR_KMALLOC_TYPES][KMALLOC_SHIFT_HIGH + 1];

void linux_boot(unsigned char *ram)
{
    linux_ram = ram;
    memset(linux_page_taken, 0, sizeof(linux_page_taken));
    next_page = 0;
    linux_forget_indexes();
    uml_physmem = (unsigned long)ram - SEAM_RAM;
    mem_map = page_of - (SEAM_RAM >> PAGE_SHIFT);
}

/* ---- pages ----------------------------------------------------------------------------------------------------------
 */

static bool all_free(unsigned int first, unsigned int count)
{
    return !memchr(linux_page_taken + first, 1, count);
}

/* 2^order pages, aligned to their size: the next ones that are free, in turn. */
static void *take_pages(unsigned int order)
{
    const unsigned int count = 1u << order, blocks = PAGES / count;
    for (unsigned int i = 0, block = DIV_ROUND_UP(next_page, count); i < blocks; i++, block++) {
        unsigned int first = block % blocks * count;
        if (!all_free(first, count))
            continue;
        memset(linux_page_taken + first, 1, count);
        next_page = first + count;
        return memset(linux_ram + (size_t)first * PAGE_SIZE, 0, (size_t)count * PAGE_SIZE);
    }
    return NULL;
}

static void give_pages(void *pages, unsigned int order)
{
    size_t first = (size_t)((unsigned char *)pages - linux_ram) / PAGE_SIZE;
    memset(linux_page_taken + first, 0, 1u << order);
    memset(pages, FREED, PAGE_SIZE << order);
}

struct page *__alloc_pages(gfp_t gfp, unsigned int order, int preferred_nid, nodemask_t *nodemask)
{
    void *pages = take_pages(order);
    return pages ? virt_to_page(pages) : NULL;
}

void __free_pages(struct page *page, unsigned int order)
{
    give_pages(page_address(page), order);
}

void free_pages(unsigned long address, unsigned int order)
{
    if (address)
        give_pages((void *)address, order);
}

/* ---- small memory: the C library's, always zeroed
 * -------------------------------------------------------------------- */

void *calloc(size_t count, size_t size);
void free(void *memory);

void *__kmalloc(size_t size, gfp_t flags)
{
    return calloc(1, size);
}

void *kmalloc_trace(struct kmem_cache *cache, gfp_t flags, size_t size)
{
    return calloc(1, size);
}

void kfree(const void *memory)
{
    free((void *)memory);
}

bool is_vmalloc_addr(const void *address)
{
    return false;
}

/* ---- memory that a device sees --------------------------------------------------------------------------------------
 */

void *dmam_alloc_attrs(struct device *dev, size_t size, dma_addr_t *handle, gfp_t gfp, unsigned long attrs)
{
    void *memory = take_pages(get_order(size));
    if (memory)
        *handle = virt_to_phys(memory);
    return memory;
}

void dmam_free_coherent(struct device *dev, size_t size, void *memory, dma_addr_t handle)
{
    give_pages(memory, get_order(size));
}

dma_addr_t dma_map_page_attrs(struct device *dev, struct page *page, size_t offset, size_t size,
                              enum dma_data_direction direction, unsigned long attrs)
{
    return page_to_phys(page) + offset;
}

void dma_unmap_page_attrs(struct device *dev, dma_addr_t address, size_t size, enum dma_data_direction direction,
                          unsigned long attrs)
{
}

void dma_sync_single_for_device(struct device *dev, dma_addr_t address, size_t size, enum dma_data_direction direction)
{
}

int dma_set_mask(struct device *dev, u64 mask)
{
    return 0;
}

int dma_set_coherent_mask(struct device *dev, u64 mask)
{
    return 0;
}

/* ---- what goes with a device, in the reverse order ------------------------------------------------------------------
 */

struct managed {
    struct managed *before;
    struct device *dev;
    void (*action)(void *data);
    void *data;
};

static struct managed *last_managed;

int devm_add_action(struct device *dev, void (*action)(void *), void *data)
{
    struct managed *managed = calloc(1, sizeof(*managed));
    if (!managed)
        return -ENOMEM;
    *managed = (struct managed){last_managed, dev, action, data};
    last_managed = managed;
    return 0;
}

void *devm_kmalloc(struct device *dev, size_t size, gfp_t gfp)
{
    void *memory = calloc(1, size);
    if (memory)
        devm_add_action(dev, free, memory);
    return memory;
}

unsigned long *devm_bitmap_zalloc(struct device *dev, unsigned int bits, gfp_t gfp)
{
    return devm_kmalloc(dev, BITS_TO_LONGS(bits) * sizeof(long), gfp);
}

void devm_kfree(struct device *dev, const void *memory)
{
    for (struct managed **at = &last_managed; *at; at = &(*at)->before) {
        struct managed *managed = *at;
        if (managed->data != memory)
            continue;
        *at = managed->before;
        free((void *)memory);
        free(managed);
        return;
    }
}

void linux_release_managed(struct device *dev)
{
    for (struct managed **at = &last_managed; *at;) {
        struct managed *managed = *at;
        if (managed->dev != dev) {
            at = &managed->before;
            continue;
        }
        *at = managed->before;
        managed->action(managed->data);
        free(managed);
    }
}
