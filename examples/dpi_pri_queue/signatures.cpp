/* SPDX-License-Identifier: Apache-2.0
 *
 * Does not compile if the C header and what Verilator made of the SystemVerilog package differ. It does nothing.
 */
#include "Vdpi_pri_queue__Dpi.h"
#include "rtl/dpi/prisim_pri_queue_dpi.h"
