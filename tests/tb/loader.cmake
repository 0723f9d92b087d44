# SPDX-License-Identifier: Apache-2.0
foreach(topic scenario scenario_bad scenario_plain scenario_repeat scenario_set scenario_describe scenario_system)
  prisim_test(tb_${topic} quick test_tb_${topic}.c LIBS prisim_tb)
  target_compile_definitions(test_tb_${topic} PRIVATE PRISIM_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
endforeach()
foreach(topic system_instances system_wires native)
  prisim_test(tb_${topic} quick test_tb_${topic}.c LIBS prisim_tb)
endforeach()
target_compile_definitions(test_tb_native PRIVATE SCENARIO="${PROJECT_SOURCE_DIR}/scenarios/unbind_while_queued.yaml")
