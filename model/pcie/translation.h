/* SPDX-License-Identifier: Apache-2.0
 *
 * The data of a Translation Completion (PCIE-ATSCPL; SMMU-ATSCPL): one entry of 8 bytes for each translation, here one
 * a completion. Not the coding of the range in it (prisim_tlp_range_encode), nor what is granted when.
 */
#ifndef PRISIM_PCIE_TRANSLATION_H
#define PRISIM_PCIE_TRANSLATION_H

#include "model/pcie/tlp.h"

/* Bits of an entry (PCIE-ATSCPL). Bits 63:12 are the translated address; with S, bit 11, its low bits say the size
 * (prisim_tlp_range_encode, prisim_tlp_range_decode). Bits 9:6 are reserved. */
enum prisim_tlp_translation {
    PRISIM_TLP_TRANSLATION_READ = 1 << 0,         /* R */
    PRISIM_TLP_TRANSLATION_WRITE = 1 << 1,        /* W */
    PRISIM_TLP_TRANSLATION_UNTRANSLATED = 1 << 2, /* U: the range is for untranslated requests only */
    PRISIM_TLP_TRANSLATION_EXECUTE = 1 << 3,      /* Exe */
    PRISIM_TLP_TRANSLATION_PRIVILEGED = 1 << 4,   /* Priv: as the request's PMR */
    PRISIM_TLP_TRANSLATION_GLOBAL = 1 << 5,       /* of every PASID of the function; an SMMU's is 0 */
    PRISIM_TLP_TRANSLATION_NO_SNOOP = 1 << 10,    /* N; an SMMU's is 0 */
    PRISIM_TLP_TRANSLATION_SIZE = 1 << 11,        /* S: larger than 4 KB */
    PRISIM_TLP_TRANSLATION_BYTES = 8
};

#endif
