/* SPDX-License-Identifier: Apache-2.0
 *
 * The version of the library that a program runs with; the one it was built against stands in prisim.pc and in the
 * CMake package.
 */
#ifndef PRISIM_CORE_VERSION_H
#define PRISIM_CORE_VERSION_H

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* "major.minor.patch". Before 1.0 a new minor number may change anything. */
const char *prisim_version(void);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
