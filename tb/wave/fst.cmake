# SPDX-License-Identifier: Apache-2.0
# prisim_fstapi: GTKWave's writer of FST, from the sources in Debian's verilator; libfst-dev is another library.
if(PRISIM_FST)
  find_package(ZLIB QUIET)
  find_path(PRISIM_FSTAPI_FOLDER fstapi.c PATHS /usr/share/verilator/include/gtkwave
    /usr/local/share/verilator/include/gtkwave ENV VERILATOR_ROOT PATH_SUFFIXES include/gtkwave)
  if(ZLIB_FOUND AND PRISIM_FSTAPI_FOLDER)
    add_library(prisim_fstapi STATIC ${PRISIM_FSTAPI_FOLDER}/fstapi.c ${PRISIM_FSTAPI_FOLDER}/fastlz.c
      ${PRISIM_FSTAPI_FOLDER}/lz4.c)
    target_include_directories(prisim_fstapi SYSTEM PUBLIC ${PRISIM_FSTAPI_FOLDER})
    target_include_directories(prisim_fstapi PRIVATE ${PROJECT_SOURCE_DIR})
    target_compile_definitions(prisim_fstapi PRIVATE FST_CONFIG_INCLUDE="tb/wave/fst_checked.h")
    target_compile_options(prisim_fstapi PRIVATE -w -O2) # not our code
    set_target_properties(prisim_fstapi PROPERTIES C_STANDARD 11 C_EXTENSIONS ON C_CLANG_TIDY "" C_CPPCHECK "")
    target_link_libraries(prisim_fstapi PUBLIC ZLIB::ZLIB)
  else()
    message(STATUS "no FST: the sources of verilator (include/gtkwave/fstapi.c) or zlib are not there")
  endif()
endif()
