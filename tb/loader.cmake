# SPDX-License-Identifier: Apache-2.0
list(APPEND PRISIM_TB_SOURCES
  system/system.c
  system/system_instances.c
  system/system_wires.c
  scenario/keys.c
  scenario/keys_index.c
  scenario/keys_value.c
  scenario/loader/scenario.c
  scenario/timeline/scenario_action.c
  scenario/timeline/scenario_action_call.c
  scenario/timeline/scenario_action_hold.c
  scenario/timeline/scenario_action_job.c
  scenario/loader/scenario_check.c
  scenario/scenario_default.c
  scenario/loader/scenario_describe.c
  scenario/loader/scenario_expect.c
  scenario/scenario_file.c
  scenario/loader/scenario_set.c
  scenario/loader/scenario_system.c
  scenario/timeline/scenario_repeat.c
  scenario/timeline/scenario_timeline.c
  scenario/timeline_config.c
  scenario/step_ids.c
  scenario/scenario_tree.c
  scenario/timeline/scenario_trigger.c
  scenario/scenario_walk.c
  scenario/tree_build.c)
