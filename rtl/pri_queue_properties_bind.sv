// SPDX-License-Identifier: Apache-2.0
//
// Binds the monitor of pri_queue_properties.sv to every PRI queue of the design, by the names of its pins.
bind pri_queue pri_queue_properties properties (.*);
