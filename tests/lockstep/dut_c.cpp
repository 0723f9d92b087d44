/* SPDX-License-Identifier: Apache-2.0
 *
 * A second C block in the place of the RTL: with a planted fault (mutation.h) it tests the harness itself.
 */
#include "tests/lockstep/dut_c.h"
#include "tests/lockstep/dut.h"

namespace lockstep
{

const char *const dut_name = "C";
const char *const dut_assertions = "";

std::unique_ptr<dut> make_dut(const std::string &)
{
    return std::make_unique<dut_c>();
}

} // namespace lockstep
