# Finds what the project stands on: LLVM and MLIR 22 (shared libraries), ONNX's
# message classes, GoogleTest, ccache. `make deps` installs all of it.

set(PENJING_LLVM_VERSION 22)
list(APPEND CMAKE_PREFIX_PATH /usr/lib/llvm-${PENJING_LLVM_VERSION})

# The packaged config refuses a version of `22`, so the check is our own.
find_package(MLIR REQUIRED CONFIG)
if(NOT LLVM_VERSION_MAJOR EQUAL PENJING_LLVM_VERSION)
  message(FATAL_ERROR "requires LLVM ${PENJING_LLVM_VERSION}, but found "
                      "${LLVM_PACKAGE_VERSION} in ${LLVM_DIR}; run `make deps`")
endif()

option(PENJING_ASSERTIONS "Keep assertions in every build type" ON)
option(PENJING_SANITIZE "Build with the address and undefined-behaviour sanitizers" OFF)

list(APPEND CMAKE_MODULE_PATH ${MLIR_CMAKE_DIR} ${LLVM_CMAKE_DIR})
include(TableGen)
include(AddLLVM)
include(AddMLIR)

# LLVMConfig.cmake sets LLVM_ENABLE_ASSERTIONS to the package's value (OFF).
set(LLVM_ENABLE_ASSERTIONS ${PENJING_ASSERTIONS})
set(LLVM_EXTERNAL_LIT ${LLVM_TOOLS_BINARY_DIR}/lit)

find_package(Protobuf REQUIRED)
find_package(GTest REQUIRED)
find_package(Threads REQUIRED)
find_library(PENJING_ONNX_PROTO onnx_proto REQUIRED)

find_program(CCACHE ccache)
if(CCACHE)
  # With a precompiled header ccache hits nothing unless told that the header's
  # macros and time stamps do not matter.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()
