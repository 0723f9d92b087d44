/* SPDX-License-Identifier: Apache-2.0
 *
 * Which directions are loose: those in which one TLP may have to pass another (PCIE-ORDER-5). The others are FIFOs,
 * whose first TLP is all there is to look at.
 */
#include "model/pcie_fabric/pcie_fabric_state.h"

/* Completions to the host need not wait for requests to the SMMU (D3), and nothing for a request that the SMMU has no
 * place for (A3). */
static bool is_loose_up(const struct prisim_fabric_config *config, const struct prisim_fabric *s, unsigned number)
{
    const struct fabric_direction *direction = &s->direction[number];
    return direction->held[FABRIC_COMPLETION] > 0 ||
           (direction->held[FABRIC_NONPOSTED] > 0 && fabric_smmu_is_full(config, s));
}

/* Nothing waits for a request that the function has no place for (A3, A4, D3, D4). */
static bool is_loose(const struct prisim_fabric_config *config, const struct prisim_fabric *s, bool up, unsigned number)
{
    if (s->all_loose)
        return true;
    return up ? is_loose_up(config, s, number) : s->direction[s->links + 1u + number].held[FABRIC_NONPOSTED] > 0;
}

/* The direction no longer waits for a port. */
static void forget(struct prisim_fabric *s, bool up, unsigned number)
{
    if (!up) {
        s->wants &= ~fabric_bit(PRISIM_FABRIC_TX_ENDPOINT + number);
        return;
    }
    for (unsigned tx = 0; tx < FABRIC_ROOT_PORTS; tx++) {
        s->wait[tx] &= ~fabric_bit(number);
        if (!s->wait[tx])
            s->wants &= ~fabric_bit(tx);
    }
}

void fabric_loosen(const struct prisim_fabric_config *config, struct prisim_fabric *s, bool up, unsigned number)
{
    uint64_t *loose = up ? &s->loose_up : &s->loose_down;
    assert(is_loose(config, s, up, number));
    if (*loose >> number & 1)
        return;
    *loose |= fabric_bit(number);
    *(up ? &s->up_in_flight : &s->down_in_flight) &= ~fabric_bit(number);
    forget(s, up, number);
}

void fabric_loosen_full(const struct prisim_fabric_config *config, struct prisim_fabric *s)
{
    for (unsigned link = 0; link < s->links; link++)
        if (is_loose(config, s, true, link))
            fabric_loosen(config, s, true, link);
}

void fabric_tighten(const struct prisim_fabric_config *config, struct prisim_fabric *s, bool up, unsigned number)
{
    const struct fabric_direction *direction = up ? &s->direction[number] : fabric_down(s, number);
    uint64_t *loose = up ? &s->loose_up : &s->loose_down;
    if (is_loose(config, s, up, number))
        return;
    *loose &= ~fabric_bit(number);
    forget(s, up, number);
    if (direction->count) {
        *(up ? &s->up_in_flight : &s->down_in_flight) |= fabric_bit(number);
        s->next = prisim_cycle_min(s->next, fabric_direction_first(s, direction)->due);
    }
}

void fabric_tighten_all(const struct prisim_fabric_config *config, struct prisim_fabric *s)
{
    for (uint64_t up = s->loose_up; up; up &= up - 1)
        fabric_tighten(config, s, true, (unsigned)__builtin_ctzll(up));
    for (uint64_t down = s->loose_down; down; down &= down - 1)
        fabric_tighten(config, s, false, (unsigned)__builtin_ctzll(down));
}

void fabric_forget_loose(struct prisim_fabric *s)
{
    for (unsigned tx = 0; tx < FABRIC_ROOT_PORTS; tx++) {
        s->wait[tx] &= ~s->loose_up;
        if (!s->wait[tx])
            s->wants &= ~fabric_bit(tx);
    }
    s->wants &= ~(s->loose_down << PRISIM_FABRIC_TX_ENDPOINT);
}

void fabric_left_up(const struct prisim_fabric_config *config, struct prisim_fabric *s, unsigned number)
{
    forget(s, true, number);
    fabric_tighten(config, s, true, number);
}
