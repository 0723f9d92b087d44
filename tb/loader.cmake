# SPDX-License-Identifier: Apache-2.0
list(APPEND PRISIM_TB_SOURCES
  system.c
  keys.c
  keys_value.c
  scenario.c
  scenario_action.c
  scenario_action_call.c
  scenario_action_hold.c
  scenario_action_job.c
  scenario_check.c
  scenario_default.c
  scenario_describe.c
  scenario_expect.c
  scenario_file.c
  scenario_set.c
  scenario_system.c
  scenario_timeline.c
  scenario_tree.c
  scenario_trigger.c
  scenario_walk.c)
