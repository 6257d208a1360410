# The project's CMake verbs. Every other CMakeLists.txt is a list of files.
#
#   add_penjing_tablegen(TARGET FILE.td OUTPUT -gen-flag [OUTPUT -gen-flag]...)
#   add_penjing_library(NAME sources... [DEPENDS ...] [LINK ...])
#   add_penjing_tool(NAME sources... [LINK ...])
#   add_penjing_unittest(NAME sources... [LINK ...])

# Everything the LLVM headers need, once.
add_library(PenjingFlags INTERFACE)
target_include_directories(PenjingFlags SYSTEM INTERFACE ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
separate_arguments(PENJING_LLVM_DEFINITIONS NATIVE_COMMAND "${LLVM_DEFINITIONS}")
target_compile_definitions(PenjingFlags INTERFACE ${PENJING_LLVM_DEFINITIONS})
# Float results must not depend on what the host compiler likes to contract.
# -fPIC for programs as well (CMake would give them -fPIE): with flags of its own
# a target could not use the one precompiled header.
target_compile_options(PenjingFlags INTERFACE -fPIC
    -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers
    -fno-exceptions -ffp-contract=off -fvisibility-inlines-hidden
    $<$<CXX_COMPILER_ID:Clang>:-Xclang$<SEMICOLON>-fno-pch-timestamp>)
if(PENJING_ASSERTIONS)
  target_compile_options(PenjingFlags INTERFACE -UNDEBUG)
endif()
if(PENJING_SANITIZE)
  target_compile_options(PenjingFlags INTERFACE -fsanitize=address,undefined
                         -fno-sanitize=vptr,function -fno-omit-frame-pointer)
  target_link_options(PenjingFlags INTERFACE -fsanitize=address,undefined)
endif()
target_link_options(PenjingFlags INTERFACE -fuse-ld=lld)

# One precompiled header for all rooms.
add_library(PenjingPrecompiled OBJECT ${PROJECT_SOURCE_DIR}/cmake/Precompiled.cpp)
target_link_libraries(PenjingPrecompiled PUBLIC PenjingFlags)
target_precompile_headers(PenjingPrecompiled PRIVATE ${PROJECT_SOURCE_DIR}/cmake/Precompiled.h)

define_property(GLOBAL PROPERTY PENJING_TABLEGEN_TARGETS BRIEF_DOCS "tablegen targets of all rooms")

function(add_penjing_tablegen target file)
  set(LLVM_TARGET_DEFINITIONS ${file})
  while(ARGN)
    list(POP_FRONT ARGN output flag)
    separate_arguments(flags UNIX_COMMAND "${flag}")
    mlir_tablegen(${output} ${flags} EXTRA_INCLUDES ${PROJECT_SOURCE_DIR}/include ${MLIR_INCLUDE_DIRS})
  endwhile()
  set(TABLEGEN_OUTPUT ${TABLEGEN_OUTPUT} PARENT_SCOPE)
  add_public_tablegen_target(${target})
  set_property(GLOBAL APPEND PROPERTY PENJING_TABLEGEN_TARGETS ${target})
endfunction()

function(penjing_target_setup target)
  target_link_libraries(${target} PRIVATE PenjingFlags)
  target_precompile_headers(${target} REUSE_FROM PenjingPrecompiled)
  get_property(generated GLOBAL PROPERTY PENJING_TABLEGEN_TARGETS)
  if(generated)
    add_dependencies(${target} ${generated})
  endif()
endfunction()

function(add_penjing_library name)
  cmake_parse_arguments(arg "" "" "DEPENDS;LINK" ${ARGN})
  add_library(${name} STATIC ${arg_UNPARSED_ARGUMENTS})
  penjing_target_setup(${name})
  if(arg_DEPENDS)
    add_dependencies(${name} ${arg_DEPENDS})
  endif()
  target_link_libraries(${name} PUBLIC ${arg_LINK} MLIR LLVM)
endfunction()

function(add_penjing_tool name)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
  penjing_target_setup(${name})
  target_link_libraries(${name} PRIVATE ${arg_LINK} MLIR LLVM)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
endfunction()

add_custom_target(PenjingUnitTests)

function(add_penjing_unittest name)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
  penjing_target_setup(${name})
  target_link_libraries(${name} PRIVATE ${arg_LINK} GTest::gtest GTest::gtest_main MLIR LLVM Threads::Threads)
  target_compile_definitions(${name} PRIVATE PENJING_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/test/unit)
  add_dependencies(PenjingUnitTests ${name})
endfunction()
