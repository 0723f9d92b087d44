/* SPDX-License-Identifier: Apache-2.0
 *
 * The SystemC engine's side of the plug-in: what it is, for engine_plugin_load.
 */
#include "tb/engine/plugin.h"
#include "tb/version.h"

extern const struct engine_plugin prisim_engine_plugin;

__attribute__((visibility("default")))
const struct engine_plugin prisim_engine_plugin = {.version = PRISIM_VERSION,
                                                   .scenario_bytes = sizeof(struct scenario),
                                                   .stream_bytes = sizeof(struct stream),
                                                   .event_types = PRISIM_EVENT_TYPES,
                                                   .has_rtl = engine_systemc_has_rtl,
                                                   .run = engine_systemc};
