/* SPDX-License-Identifier: Apache-2.0
 *
 * How a function becomes public: its header stands between the visibility pragmas and names it once with
 * PRISIM_PUBLIC, before it is declared. In source it is called as it is written; to the linker its name begins with
 * prisim_, so that a program may have an smmu_init of its own. All else is local to the library.
 */
#ifndef PRISIM_CORE_PUBLIC_H
#define PRISIM_CORE_PUBLIC_H

#ifndef __PRAGMA_REDEFINE_EXTNAME
#error "this compiler cannot give a function another name for the linker"
#endif

#define PRISIM_PUBLIC(name)        PRISIM_PUBLIC_PRAGMA(redefine_extname name prisim_##name)
#define PRISIM_PUBLIC_PRAGMA(text) _Pragma(#text)

#endif
