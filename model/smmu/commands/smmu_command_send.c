/* SPDX-License-Identifier: Apache-2.0
 *
 * ATC_INV and PRI_RESP: the commands that are TLPs (SMMU-ATCINV, SMMU-PRIRESP; PCIE-ATSCPL, PCIE-MESSAGE). Outstanding
 * invalidations are kept in smmu_atc_invalidate.c; of responses nothing is kept.
 */
#include "model/smmu/commands/smmu_commands.h"

/* SMMU-ATCINV, SMMU-PRIRESP: ignored while SMMUEN=0 and for a stream without ATS or PRI, which one that is no Requester
 * ID is; after the check for CERROR_ILL (SMMU-CMD). Else a TLP goes down. */
void smmu_command_send_begin(struct smmu_edge *e, const uint64_t dw[2])
{
    struct prisim_smmu *s = e->s;
    bool atc_inv = prisim_bits_get(dw[0], PRISIM_CMD_OPCODE) == PRISIM_CMDQ_OP_ATC_INV;
    if (atc_inv ? prisim_bits_get(dw[1], PRISIM_CMD1_ATC_SIZE) > 52
                : prisim_bits_get(dw[1], PRISIM_CMD1_PRI_RESP) == PRISIM_PRI_RESP_RESERVED) {
        smmu_command_error(e, PRISIM_CERROR_ILL);
    } else if (!smmu_is_enabled(s, PRISIM_CR0_SMMUEN) || prisim_bits_get(dw[0], PRISIM_CMD_SID) > UINT16_MAX) {
        smmu_command_done(e, true, prisim_bits_get(dw[0], PRISIM_CMD_SSV));
    } else if (atc_inv && !smmu_itag_is_free(s)) {
        s->commands.state = SMMU_COMMAND_ITAG;
    } else {
        s->commands.state = SMMU_COMMAND_SEND;
        smmu_down_want(s, SMMU_DOWN_COMMAND);
    }
}

/* SMMU-PRIRESP: without SubstreamIDs SSV=1 acts as 0. */
static bool has_pasid(const struct smmu_edge *e, const uint64_t dw[2])
{
    return prisim_bits_get(dw[0], PRISIM_CMD_SSV) && e->config->ssid_bits > 0;
}

/* SMMU-ATCINV */
static void send_atc_inv(struct smmu_edge *e, const uint64_t dw[2], struct prisim_tlp *to)
{
    unsigned size_log2 = 12 + (unsigned)prisim_bits_get(dw[1], PRISIM_CMD1_ATC_SIZE);
    uint64_t address = dw[1] & PRISIM_CMD1_ADDRESS & ~prisim_bits_mask(size_log2);
    uint32_t sid = (uint32_t)prisim_bits_get(dw[0], PRISIM_CMD_SID);
    bool ssv = has_pasid(e, dw);
    uint32_t pasid = (uint32_t)prisim_bits_get(dw[0], PRISIM_CMD_SSID);
    uint32_t id = smmu_tlp_id(e);
    unsigned itag = smmu_itag_open(e, sid, id);
    to->head = (struct prisim_tlp_header){
        .id = id,
        .pasid = ssv ? pasid : 0,
        .requester_id = e->config->requester_id,
        .destination_id = (uint16_t)sid,
        .tag = (uint16_t)itag,
        .type = PRISIM_TLP_MESSAGE_DATA,
        .message = PRISIM_MESSAGE_INVALIDATE_REQUEST,
        .flags = ssv ? PRISIM_TLP_HAS_PASID : 0,
    };
    /* PCIE-MESSAGE: Global is defined only with a PASID. */
    prisim_tlp_invalidate_fill(to, prisim_tlp_range_encode(address, size_log2),
                               ssv && prisim_bits_get(dw[0], PRISIM_CMD_ATC_GLOBAL));
    PRISIM_PROBE(e->ports, e->now, smmu_invalidate, .tlp = to->head.id, .itag = itag, .stream_id = sid,
                 .pasid = smmu_pasid_field(ssv, pasid), .address = address,
                 .size = size_log2 == 64 ? UINT64_MAX : UINT64_C(1) << size_log2, .index = smmu_command_index(e));
}

/* SMMU-PRIRESP: the codes of the command are not those of the wire. */
static void send_pri_resp(struct smmu_edge *e, const uint64_t dw[2], struct prisim_tlp *to)
{
    static const uint8_t code[] = {[PRISIM_PRI_RESP_FAILURE] = PRISIM_PRG_FAILURE,
                                   [PRISIM_PRI_RESP_INVALID] = PRISIM_PRG_INVALID,
                                   [PRISIM_PRI_RESP_SUCCESS] = PRISIM_PRG_SUCCESS};
    unsigned resp = (unsigned)prisim_bits_get(dw[1], PRISIM_CMD1_PRI_RESP);
    assert(resp != PRISIM_PRI_RESP_RESERVED);
    struct prisim_prg_response response = {
        .stream_id = (uint32_t)prisim_bits_get(dw[0], PRISIM_CMD_SID),
        .pasid = (uint32_t)prisim_bits_get(dw[0], PRISIM_CMD_SSID),
        .prg_index = (uint16_t)prisim_bits_get(dw[1], PRISIM_CMD1_PRG_INDEX),
        .has_pasid = has_pasid(e, dw),
        .code = code[resp],
        .cause = PRISIM_CAUSE_COMMAND,
    };
    smmu_prg_response_fill(e, to, &response, smmu_command_index(e));
}

void smmu_command_send(struct smmu_edge *e, struct prisim_tlp *to)
{
    const uint64_t *dw = smmu_command_words(&e->s->commands);
    assert(e->s->commands.state == SMMU_COMMAND_SEND);
    if (prisim_bits_get(dw[0], PRISIM_CMD_OPCODE) == PRISIM_CMDQ_OP_ATC_INV)
        send_atc_inv(e, dw, to);
    else
        send_pri_resp(e, dw, to);
    smmu_command_done(e, true, prisim_bits_get(dw[0], PRISIM_CMD_SSV));
}
