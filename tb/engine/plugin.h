/* SPDX-License-Identifier: Apache-2.0
 *
 * An engine as a plug-in: the SystemC engine is loaded when a run asks for it, so that nobody else links SystemC. What
 * the program and the plug-in must agree on is checked when it is loaded.
 */
#ifndef PRISIM_TB_ENGINE_PLUGIN_H
#define PRISIM_TB_ENGINE_PLUGIN_H

#include "tb/engine/engine_systemc.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The file, and the one symbol in it: a struct engine_plugin. */
#define ENGINE_PLUGIN_FILE   "prisim-engine-systemc.so"
#define ENGINE_PLUGIN_SYMBOL "prisim_engine_plugin"

/* Where it may lie besides the program's folder and that of the installation. */
#define ENGINE_PLUGIN_VARIABLE "PRISIM_ENGINES"

struct engine_plugin {
    const char *version;     /* of prisim */
    uint32_t scenario_bytes; /* of struct scenario */
    uint32_t stream_bytes;   /* of struct stream */
    uint32_t event_types;
    bool (*has_rtl)(void);
    bool (*run)(const struct scenario *scenario, const struct stream *stream, struct engine_systemc_build build,
                struct engine_result *result, char *message);
};

enum { ENGINE_PLUGIN_MESSAGE_MAX = 1024 };

/* Loads it, once: from the folder that PRISIM_ENGINES names, if it is set; else from that of the program, else from
 * ../LIBDIR/prisim beside it. NULL: it is nowhere, cannot be loaded or is of another prisim; `message`
 * (ENGINE_PLUGIN_MESSAGE_MAX bytes) says which, and where it was looked for. */
const struct engine_plugin *engine_plugin_load(char *message);

#ifdef __cplusplus
}
#endif

#endif
