# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` gives: libprisim, shared and static, of all blocks and the driver; their headers, under the
# paths that they have here; with SystemC the modules; a pkg-config file and a CMake package; the program, if there is
# one.
include(CMakePackageConfigHelpers)

set(blocks core pcie pri_queue smmu pcie_fabric pcie_endpoint interconnect platform driver)
list(TRANSFORM blocks PREPEND prisim_)
set(headers_dir ${CMAKE_INSTALL_INCLUDEDIR}/prisim)

# One object of all that the blocks are: what the headers do not declare public is local to it, in both libraries.
set(whole ${PROJECT_BINARY_DIR}/library/prisim.o)
list(TRANSFORM blocks REPLACE "(.+)" "$<TARGET_FILE:\\1>" OUTPUT_VARIABLE archives)
add_custom_command(OUTPUT ${whole}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/library
  COMMAND ${CMAKE_C_COMPILER} -r -nostdlib -o ${whole} -Wl,--whole-archive ${archives} -Wl,--no-whole-archive
  COMMAND ${CMAKE_OBJCOPY} --localize-hidden ${whole}
  DEPENDS ${blocks} COMMENT "Joining libprisim" VERBATIM)
set_source_files_properties(${whole} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
add_custom_target(prisim_whole DEPENDS ${whole})

foreach(kind shared static)
  string(TOUPPER ${kind} type)
  add_library(prisim_${kind} ${type} ${whole})
  add_dependencies(prisim_${kind} prisim_whole)
  set_target_properties(prisim_${kind} PROPERTIES OUTPUT_NAME prisim EXPORT_NAME ${kind} LINKER_LANGUAGE C
    ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/library LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/library)
  target_include_directories(prisim_${kind} INTERFACE $<INSTALL_INTERFACE:${headers_dir}>)
endforeach()
set_target_properties(prisim_shared PROPERTIES VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
set(libraries prisim_shared prisim_static)
if(PRISIM_SANITIZE)
  target_link_options(prisim_shared PRIVATE -fsanitize=${PRISIM_SANITIZE})
  target_link_options(prisim_static INTERFACE -fsanitize=${PRISIM_SANITIZE})
endif()

set(headers
  model/core/address_map.h model/core/canonical.h model/core/touched.h
  model/core/bits.h model/core/causes.def model/core/scheduler.h model/core/config_error.h model/core/cycle.h
  model/core/events.def model/core/events.h model/core/memory_port.h model/core/memory_region.h model/core/ports.h
  model/core/probe.h
  model/core/short_names.h model/core/version.h
  model/pcie/atc_timeout.h model/pcie/page_request.h model/pcie/stop_marker.h model/pcie/tlp.h
  model/pcie/tlp_canonical.h model/pcie/translation.h
  model/pri_queue/pri_queue.h
  model/smmu/prisim_smmu_outside.h model/smmu/smmu.h model/smmu/smmu_records.h model/smmu/smmu_registers.def
  model/smmu/smmu_registers.h
  model/platform/prisim_platform.h model/platform/prisim_platform_config.h model/platform/prisim_platform_device.h
  model/platform/prisim_platform_tlp.h
  model/pcie_fabric/pcie_fabric.h model/pcie_endpoint/pcie_endpoint.h model/interconnect/interconnect.h driver/driver.h
  # Rows of the configurations: the headers above include them.
  model/core/config_row_begin.def model/core/config_row_end.def model/core/memory_region_config.def
  model/pri_queue/pri_queue_config.def model/smmu/smmu_config.def model/pcie_fabric/fabric_link_config.def
  model/pcie_fabric/fabric_fault_config.def
  model/pcie_fabric/pcie_fabric_config.def model/pcie_endpoint/endpoint_config.def
  model/interconnect/interconnect_config.def driver/driver_config.def driver/driver_function_config.def
  driver/driver_price_config.def driver/driver_region_config.def driver/driver_space_config.def
  driver/driver_own_config.def driver/driver_own_list_config.def driver/driver_own_step_config.def
  driver/unbind/policies.def)
if(PRISIM_SYSTEMC)
  list(APPEND headers
    model/core/arrivals_tlm.h model/core/attributes_tlm.h model/core/block_tlm.h model/core/listener_tlm.h
    model/core/memory_tlm.h model/core/module_tlm.h model/core/pool_tlm.h model/core/print_tlm.h model/core/pulses_tlm.h
    model/core/stream_tlm.h model/core/width_tlm.h driver/configure_tlm.h model/pcie/tlp_print_tlm.h
    model/pri_queue/pri_queue_print_tlm.h model/pri_queue/pri_queue_tlm.h model/smmu/smmu_print_tlm.h
    model/smmu/smmu_tlm.h model/smmu/smmu_wires_tlm.h model/pcie_fabric/pcie_fabric_print_tlm.h
    model/pcie_fabric/pcie_fabric_tlm.h
    model/pcie_endpoint/endpoint_print_tlm.h model/pcie_endpoint/pcie_endpoint_tlm.h model/interconnect/doorbell_tlm.h
    model/interconnect/interconnect_print_tlm.h model/interconnect/interconnect_tlm.h driver/driver_print_tlm.h
    driver/driver_tlm.h)
  # The modules are headers; their sockets and clocks are in this library.
  add_library(prisim_modules STATIC model/core/module_tlm.cpp model/core/memory_tlm.cpp
    model/core/memory_target_tlm.cpp)
  target_link_libraries(prisim_modules PRIVATE $<BUILD_INTERFACE:prisim_flags>
    PUBLIC $<BUILD_INTERFACE:SystemC::systemc> INTERFACE $<INSTALL_INTERFACE:prisim::shared>)
  set_target_properties(prisim_modules PROPERTIES OUTPUT_NAME prisim-systemc EXPORT_NAME systemc
    POSITION_INDEPENDENT_CODE ON ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/library)
  # C++17 or later; SystemC looks whether its library and the program agree, and this one was built as C++17.
  target_compile_features(prisim_modules INTERFACE cxx_std_17)
  target_compile_definitions(prisim_modules INTERFACE SC_CPLUSPLUS=201703L)
  list(APPEND libraries prisim_modules)
endif()

foreach(header ${headers})
  cmake_path(GET header PARENT_PATH folder)
  install(FILES ${header} DESTINATION ${headers_dir}/${folder})
endforeach()
install(TARGETS ${libraries} EXPORT prisim)
# All that is installed, and no tests.
add_custom_target(product DEPENDS ${libraries})
if(PRISIM_PROGRAM)
  install(TARGETS prisim)
  add_dependencies(product prisim prisim_manual)
  install(DIRECTORY ${PROJECT_BINARY_DIR}/manual/man1 ${PROJECT_BINARY_DIR}/manual/man5
    DESTINATION ${CMAKE_INSTALL_MANDIR})
  install(FILES ${PROJECT_BINARY_DIR}/manual/completions/prisim
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  if(PRISIM_SYSTEMC)
    install(TARGETS prisim_engine_systemc LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/prisim)
  endif()
endif()

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/prisim)
install(EXPORT prisim NAMESPACE prisim:: DESTINATION ${package_dir} FILE prisim-targets.cmake)
configure_package_config_file(cmake/prisim-config.cmake.in ${PROJECT_BINARY_DIR}/library/prisim-config.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/library/prisim-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/library/prisim-config.cmake
  ${PROJECT_BINARY_DIR}/library/prisim-config-version.cmake DESTINATION ${package_dir})

file(RELATIVE_PATH prefix_from_pc /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/prisim.pc.in ${PROJECT_BINARY_DIR}/library/prisim.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/library/prisim.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
if(PRISIM_SYSTEMC)
  configure_file(cmake/prisim-systemc.pc.in ${PROJECT_BINARY_DIR}/library/prisim-systemc.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/library/prisim-systemc.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endif()
