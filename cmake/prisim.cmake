# SPDX-License-Identifier: Apache-2.0
# Flags, and the two functions that every folder uses.
if(PRISIM_PROGRAM OR PRISIM_TESTS OR PRISIM_SYSTEMC)
  find_package(PkgConfig REQUIRED)
endif()

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# Assertions stay on in every build. Sanitizers check at run time what -O2 would optimise around them, and compile for
# half as long again with it.
if(PRISIM_SANITIZE)
  set(CMAKE_C_FLAGS_RELEASE "-O1 -g1")
else()
  set(CMAKE_C_FLAGS_RELEASE "-O2 -g")
endif()

add_library(prisim_flags INTERFACE)
target_include_directories(prisim_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(prisim_flags INTERFACE -Wall -Wextra -Wshadow -Werror -fvisibility=hidden
  $<$<COMPILE_LANGUAGE:C>:-Wconversion>)
if(PRISIM_MARCH)
  target_compile_options(prisim_flags INTERFACE -march=${PRISIM_MARCH})
endif()
if(PRISIM_SANITIZE)
  target_compile_options(prisim_flags INTERFACE -fsanitize=${PRISIM_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  if(PRISIM_SANITIZE_CXX_LESS)
    target_compile_options(prisim_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fno-sanitize=${PRISIM_SANITIZE_CXX_LESS}>)
  endif()
  target_link_options(prisim_flags INTERFACE -fsanitize=${PRISIM_SANITIZE})
endif()

if(PRISIM_SYSTEMC)
  enable_language(CXX)
  set(CMAKE_CXX_STANDARD 17) # Debian's SystemC library is built for C++17 and links with nothing else
  set(CMAKE_CXX_STANDARD_REQUIRED ON)
  set(CMAKE_CXX_EXTENSIONS OFF)
  set(CMAKE_CXX_FLAGS_RELEASE "${CMAKE_C_FLAGS_RELEASE}")
  find_package(SystemCLanguage CONFIG QUIET)
  if(NOT TARGET SystemC::systemc)
    pkg_check_modules(SYSTEMC REQUIRED IMPORTED_TARGET GLOBAL systemc>=2.3.4)
    add_library(SystemC::systemc ALIAS PkgConfig::SYSTEMC)
  endif()
endif()

if(PRISIM_LTO)
  include(CheckIPOSupported)
  check_ipo_supported() # an error where the compiler cannot
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()

# prisim_library(NAME SOURCES... [LIBS ...]): a static library prisim_NAME.
function(prisim_library name)
  cmake_parse_arguments(ARG "" "" "LIBS" ${ARGN})
  add_library(prisim_${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(prisim_${name} PUBLIC prisim_flags ${ARG_LIBS})
  set_target_properties(prisim_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
endfunction()

# prisim_skipped(LABEL WHAT NAMES...): tests that this build cannot run because WHAT is off or not there; CTest says so.
function(prisim_skipped label what)
  foreach(name ${ARGN})
    add_test(NAME ${name} COMMAND ${CMAKE_COMMAND} -E echo "skipped: ${what}")
    set_tests_properties(${name} PROPERTIES LABELS ${label} SKIP_REGULAR_EXPRESSION "^skipped: ")
  endforeach()
endfunction()

# What the quick tests run: all of it is built by this target, and no more.
if(PRISIM_TESTS)
  add_custom_target(quick)
  add_dependencies(quick prisim)
endif()

# prisim_test(NAME LABEL SOURCES... LIBS ...): a Check program test_NAME around a `test_suite` (tests/harness/suite.h),
# run by CTest under LABEL (quick, long or nightly). A check that hangs is ended and named by Check after a minute (its
# own four seconds are too few on a loaded machine), before CTest ends the program.
function(prisim_test name label)
  cmake_parse_arguments(ARG "" "TIMEOUT" "LIBS" ${ARGN})
  add_executable(test_${name} ${ARG_UNPARSED_ARGUMENTS} $<TARGET_OBJECTS:prisim_test_main>)
  target_link_libraries(test_${name} PRIVATE prisim_flags prisim_harness ${ARG_LIBS} PkgConfig::CHECK)
  if(label STREQUAL "quick")
    add_dependencies(quick test_${name})
  endif()
  add_test(NAME ${name} COMMAND test_${name})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  set_tests_properties(${name} PROPERTIES LABELS ${label} TIMEOUT ${ARG_TIMEOUT})
  set_property(TEST ${name} APPEND PROPERTY ENVIRONMENT CK_DEFAULT_TIMEOUT=60)
endfunction()

# prisim_forks(NAMES...): each check of these tests needs a process of its own, also where CK_FORK=no asks for one that
# all checks share (./dev test sanitized): it is to die, or has one SystemC kernel, or variables as they are at first.
function(prisim_forks)
  set_property(TEST ${ARGN} APPEND PROPERTY ENVIRONMENT CK_FORK=yes)
endfunction()
