/* SPDX-License-Identifier: Apache-2.0
 *
 * The cell of the ordering table whose rule is inverted, in a fabric made for it (PRISIM_TLP_ORDER_INVERTED).
 */
#ifndef PRISIM_TESTS_PCIE_FABRIC_INVERTED_CELL_H
#define PRISIM_TESTS_PCIE_FABRIC_INVERTED_CELL_H

/* enum prisim_tlp_cell; PRISIM_TLP_CELLS: none. */
extern unsigned inverted_cell;

#endif
