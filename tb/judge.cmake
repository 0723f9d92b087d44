# SPDX-License-Identifier: Apache-2.0
# What reads the stream of events: checkers, log, story, summary.
list(APPEND PRISIM_TB_SOURCES
  checkers.c
  checkers_binding.c
  checkers_frames.c
  checkers_freed.c
  checkers_group.c
  checkers_invalidation.c
  checkers_promise.c
  checkers_queue.c
  checkers_request.c
  checkers_response.c
  checkers_response_pasid.c
  checkers_software.c
  checkers_tables.c
  checkers_tlb.c
  checkers_translation.c
  checkers_unbind.c
  checkers_course.c
  checkers_duties.c
  checkers_event_queue.c
  checkers_exposure.c
  checkers_jobs.c
  checkers_marker.c
  checkers_words.c
  ending.c
  expectation.c
  json_text.c
  log.c
  story.c
  story_words.c
  summary.c
  verdict.c
  whole_file.c
)
