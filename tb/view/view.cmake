# SPDX-License-Identifier: Apache-2.0
# What shows a run: the page, and what other programs show.

# The page's scripts, in the order in which they stand in it.
set(PRISIM_PAGE_SCRIPTS model.js scale.js palette.js layout.js lanes.js bands.js series.js axis.js labels.js findings.js
  compare.js picture.js hit.js headline.js search.js panels.js table.js keyboard.js pointer.js inspect.js main.js)

set(page ${CMAKE_CURRENT_SOURCE_DIR}/view/page)
set(page_files ${PROJECT_BINARY_DIR}/generated/tb/view/page_files.c)
list(TRANSFORM PRISIM_PAGE_SCRIPTS PREPEND ${page}/ OUTPUT_VARIABLE page_scripts)
string(REPLACE ";" "," page_script_list "${PRISIM_PAGE_SCRIPTS}")
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/generated/tb/view)
add_custom_command(OUTPUT ${page_files}
  COMMAND ${CMAKE_COMMAND} -DOUT=${page_files} -DPAGE=${page} -DSCRIPTS=${page_script_list} -P ${page}/pack.cmake
  DEPENDS ${page}/pack.cmake ${page}/page.html ${page}/page.css ${page_scripts}
  VERBATIM)
prisim_library(view
  view/json.c
  view/judged.c
  view/kanata.c
  view/ladder.c
  view/lanes.c
  view/life_words.c
  view/lives.c
  view/lives_answer.c
  view/lives_binding.c
  view/lives_fabric.c
  view/lives_queue.c
  view/lives_request.c
  view/lives_software.c
  view/lives_step.c
  view/log_names.c
  view/log_reader.c
  view/numbers.c
  view/page.c
  view/page_data.c
  view/recording.c
  view/series.c
  view/trace_events.c
  view/view_output.c
  ${page_files}
  LIBS prisim_tb)
target_include_directories(prisim_view PRIVATE ${PROJECT_BINARY_DIR}/generated)
