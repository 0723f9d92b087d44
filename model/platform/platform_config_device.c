/* SPDX-License-Identifier: Apache-2.0
 *
 * The configuration of the devices and of their fabrics: defaults, what is derived, what is refused.
 */
#include "model/platform/platform_state.h"

_Static_assert((int)DEVICES <= (int)PRISIM_FABRIC_LINKS_MAX, "a link for each device");

void platform_devices_default(struct prisim_platform_config *config)
{
    prisim_fabric_config_default(&config->fabric);
    for (unsigned i = 0; i < DEVICES; i++) {
        struct prisim_platform_device *device = &config->device[i];
        prisim_endpoint_config_default(&device->endpoint);
        device->endpoint.requester_id = (uint16_t)((i + 1) << 8);
        device->endpoint.bar_base = PRISIM_MAP_BAR + i * (uint64_t)PRISIM_ENDPOINT_BAR_BYTES;
        device->endpoint.msix_base = PRISIM_MAP_MSIX + i * (uint64_t)PRISIM_ENDPOINT_MSIX_BYTES;
        device->link = config->fabric.link[i];
    }
}

static struct prisim_fabric_link_config link_of(const struct prisim_platform_device *device)
{
    struct prisim_fabric_link_config link = device->link;
    link.requester_id = device->endpoint.requester_id;
    link.bar_base = device->endpoint.bar_base;
    link.bar_size = PRISIM_ENDPOINT_BAR_BYTES;
    link.msix_base = device->endpoint.msix_base;
    link.msix_size = PRISIM_ENDPOINT_MSIX_BYTES;
    return link;
}

struct prisim_fabric_config platform_fabric_of(const struct prisim_platform_config *config, unsigned smmu)
{
    struct prisim_fabric_config fabric = config->fabric;
    fabric.links = 0;
    if (fabric.smmu_nonposted > config->smmu[smmu].smmu.translation_slots + 1)
        fabric.smmu_nonposted = config->smmu[smmu].smmu.translation_slots + 1;
    for (unsigned i = 0; i < config->devices; i++)
        if (config->device[i].smmu == smmu)
            fabric.link[fabric.links++] = link_of(&config->device[i]);
    return fabric;
}

static bool refuse_device(struct prisim_platform_error *error, unsigned device, const char *field, const char *expected)
{
    *error = (struct prisim_platform_error){.part = "device", .device = device, .field = field, .expected = expected};
    return false;
}

/* With a link that nothing can be said against. */
static bool check_fabric(const struct prisim_platform_config *config, struct prisim_platform_error *error)
{
    struct prisim_config_error why;
    struct prisim_fabric_config fabric = config->fabric, good;
    prisim_fabric_config_default(&good);
    fabric.links = 1;
    fabric.link[0] = good.link[0];
    while (fabric.link[0].requester_id == fabric.smmu_id || fabric.link[0].requester_id == fabric.host_id ||
           fabric.link[0].requester_id == fabric.root_port_id)
        fabric.link[0].requester_id++;
    if (prisim_fabric_config_check(&fabric, &why))
        return true;
    *error = (struct prisim_platform_error){.part = "fabric", .field = why.field, .expected = why.expected};
    return false;
}

/* A device by itself, its link below a fabric that has been looked at. */
static bool check_device(const struct prisim_platform_config *config, unsigned at, struct prisim_platform_error *error)
{
    struct prisim_config_error why;
    const struct prisim_platform_device *device = &config->device[at];
    struct prisim_fabric_config fabric = config->fabric;
    fabric.links = 1;
    fabric.link[0] = link_of(device);
    if (device->smmu >= config->smmus)
        return refuse_device(error, at, "smmu", "an SMMU of the platform");
    if (!prisim_endpoint_config_check(&device->endpoint, &why))
        return refuse_device(error, at, why.field, why.expected);
    if (device->endpoint.vfs)
        return refuse_device(error, at, "vfs", "0: a device of a platform has no virtual functions");
    if (device->endpoint.bar_base > UINT64_MAX - PRISIM_ENDPOINT_BAR_BYTES)
        return refuse_device(error, at, "bar_base", "a BAR that ends below 2^64");
    if (device->endpoint.msix_base > UINT64_MAX - PRISIM_ENDPOINT_MSIX_BYTES)
        return refuse_device(error, at, "msix_base", "a BAR that ends below 2^64");
    if (!prisim_fabric_config_check(&fabric, &why))
        return refuse_device(error, at, why.field, why.expected);
    return true;
}

/* BARs are multiples of their sizes. */
static bool bar_has(const struct prisim_endpoint_config *endpoint, uint64_t address)
{
    return address - endpoint->bar_base < PRISIM_ENDPOINT_BAR_BYTES;
}

static bool check_apart(const struct prisim_platform_config *config, unsigned at, unsigned other,
                        struct prisim_platform_error *error)
{
    const struct prisim_platform_device *a = &config->device[at], *b = &config->device[other];
    if (a->smmu == b->smmu && a->endpoint.requester_id == b->endpoint.requester_id)
        return refuse_device(error, at, "requester_id", "an id that no other device of its SMMU has");
    if (a->endpoint.bar_base == b->endpoint.bar_base || bar_has(&a->endpoint, b->endpoint.msix_base))
        return refuse_device(error, at, "bar_base", "a range that overlaps no other BAR");
    if (a->endpoint.msix_base == b->endpoint.msix_base || bar_has(&b->endpoint, a->endpoint.msix_base))
        return refuse_device(error, at, "msix_base", "a range that overlaps no other BAR");
    return true;
}

bool platform_devices_check(const struct prisim_platform_config *config, struct prisim_platform_error *error)
{
    if (config->devices > DEVICES) {
        *error = (struct prisim_platform_error){.part = "platform", .field = "devices", .expected = "0..8"};
        return false;
    }
    if (config->devices && !check_fabric(config, error))
        return false;
    for (unsigned i = 0; i < config->devices; i++) {
        if (!check_device(config, i, error))
            return false;
        for (unsigned other = 0; other < i; other++)
            if (!check_apart(config, i, other, error))
                return false;
    }
    return true;
}
