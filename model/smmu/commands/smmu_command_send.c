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
    struct smmu *s = e->s;
    bool atc_inv = bits_get(dw[0], CMD_OPCODE) == CMDQ_OP_ATC_INV;
    if (atc_inv ? bits_get(dw[1], CMD1_ATC_SIZE) > 52 : bits_get(dw[1], CMD1_PRI_RESP) == PRI_RESP_RESERVED) {
        smmu_command_error(e, CERROR_ILL);
    } else if (!smmu_is_enabled(s, CR0_SMMUEN) || bits_get(dw[0], CMD_SID) > UINT16_MAX) {
        smmu_command_done(e, true, bits_get(dw[0], CMD_SSV));
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
    return bits_get(dw[0], CMD_SSV) && e->config->ssid_bits > 0;
}

/* SMMU-ATCINV */
static void send_atc_inv(struct smmu_edge *e, const uint64_t dw[2], struct tlp *to)
{
    unsigned size_log2 = 12 + (unsigned)bits_get(dw[1], CMD1_ATC_SIZE);
    uint64_t address = dw[1] & CMD1_ADDRESS & ~bits_mask(size_log2);
    uint32_t sid = (uint32_t)bits_get(dw[0], CMD_SID);
    bool ssv = has_pasid(e, dw);
    uint32_t pasid = (uint32_t)bits_get(dw[0], CMD_SSID);
    uint32_t id = smmu_tlp_id(e);
    unsigned itag = smmu_itag_open(e, sid, id);
    to->head = (struct tlp_header){
        .id = id,
        .pasid = ssv ? pasid : 0,
        .requester_id = e->config->requester_id,
        .destination_id = (uint16_t)sid,
        .tag = (uint16_t)itag,
        .type = TLP_MESSAGE_DATA,
        .message = MESSAGE_INVALIDATE_REQUEST,
        .flags = ssv ? TLP_HAS_PASID : 0,
    };
    /* PCIE-MESSAGE: Global is defined only with a PASID. */
    tlp_invalidate_fill(to, tlp_range_encode(address, size_log2), ssv && bits_get(dw[0], CMD_ATC_GLOBAL));
    PROBE(e->ports, e->now, smmu_invalidate, .tlp = to->head.id, .itag = itag, .stream_id = sid,
          .pasid = smmu_pasid_field(ssv, pasid), .address = address,
          .size = size_log2 == 64 ? UINT64_MAX : UINT64_C(1) << size_log2, .index = smmu_command_index(e));
}

/* SMMU-PRIRESP: the codes of the command are not those of the wire. */
static void send_pri_resp(struct smmu_edge *e, const uint64_t dw[2], struct tlp *to)
{
    static const uint8_t code[] = {
        [PRI_RESP_FAILURE] = PRG_FAILURE, [PRI_RESP_INVALID] = PRG_INVALID, [PRI_RESP_SUCCESS] = PRG_SUCCESS};
    unsigned resp = (unsigned)bits_get(dw[1], CMD1_PRI_RESP);
    assert(resp != PRI_RESP_RESERVED);
    struct prg_response response = {
        .stream_id = (uint32_t)bits_get(dw[0], CMD_SID),
        .pasid = (uint32_t)bits_get(dw[0], CMD_SSID),
        .prg_index = (uint16_t)bits_get(dw[1], CMD1_PRG_INDEX),
        .has_pasid = has_pasid(e, dw),
        .code = code[resp],
        .cause = CAUSE_COMMAND,
    };
    smmu_prg_response_fill(e, to, &response, smmu_command_index(e));
}

void smmu_command_send(struct smmu_edge *e, struct tlp *to)
{
    const uint64_t *dw = smmu_command_words(&e->s->commands);
    assert(e->s->commands.state == SMMU_COMMAND_SEND);
    if (bits_get(dw[0], CMD_OPCODE) == CMDQ_OP_ATC_INV)
        send_atc_inv(e, dw, to);
    else
        send_pri_resp(e, dw, to);
    smmu_command_done(e, true, bits_get(dw[0], CMD_SSV));
}
