/* SPDX-License-Identifier: Apache-2.0
 *
 * The version, from CMakeLists.txt.
 */
#include "model/core/version.h"

const char *prisim_version(void)
{
    return PRISIM_PROJECT_VERSION;
}
