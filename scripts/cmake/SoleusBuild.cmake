# Compiler settings shared by all targets, and soleus_library().
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_CUDA_COMPILER_LAUNCHER ${CCACHE})
endif()
if(SOLEUS_PCH AND CCACHE AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # What ccache asks for before it caches files that use a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_library(soleus_options INTERFACE)
target_compile_options(soleus_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wshadow -Wno-unknown-pragmas>)
# 1675: nvcc does not know `#pragma GCC unroll` and says so. It unrolls short loops of known length by itself; where it must be told,
# `#pragma unroll` stands beside.
target_compile_options(soleus_options INTERFACE $<$<COMPILE_LANGUAGE:CUDA>:-diag-suppress=1675 --expt-relaxed-constexpr -Xcompiler=-Wall,-Wextra>)
if(SOLEUS_WERROR)
  target_compile_options(soleus_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Werror>
    "$<$<COMPILE_LANGUAGE:CUDA>:-Werror=all-warnings;-Xcompiler=-Werror>")
endif()
if(SOLEUS_SANITIZE)
  # ITK headers do null + offset pointer arithmetic; those two checks would only report them.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=vptr,pointer-overflow -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

# soleus_library(name SOURCES ... PUBLIC ... PRIVATE ...): static library soleus_<name>, alias soleus::<name>.
function(soleus_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(soleus_${name} STATIC ${ARG_SOURCES})
  add_library(soleus::${name} ALIAS soleus_${name})
  set_target_properties(soleus_${name} PROPERTIES EXPORT_NAME ${name})
  target_include_directories(soleus_${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
                                                   $<INSTALL_INTERFACE:include/soleus>)
  target_compile_features(soleus_${name} PUBLIC cxx_std_20)
  target_link_libraries(soleus_${name} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE} $<BUILD_INTERFACE:soleus_options>)
endfunction()

# GoogleTest's headers are parsed once for all tests: two seconds less for each file. They belong to a program of their own,
# with the flags of a test; where a test's flags differ the compiler reads the headers as usual.
function(soleus_share_test_headers name)
  if(NOT TARGET soleus_test_headers)
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/test_headers.cpp CONTENT "")
    add_executable(soleus_test_headers EXCLUDE_FROM_ALL ${PROJECT_BINARY_DIR}/test_headers.cpp)
    target_link_libraries(soleus_test_headers PRIVATE soleus::base GTest::gtest GTest::gmock GTest::gtest_main soleus_options)
    set_target_properties(soleus_test_headers PROPERTIES PCH_WARN_INVALID OFF)
    target_precompile_headers(soleus_test_headers PRIVATE <gmock/gmock.h> <gtest/gtest.h>)
  endif()
  set_target_properties(${name} PROPERTIES PCH_WARN_INVALID OFF)
  target_precompile_headers(${name} REUSE_FROM soleus_test_headers)
endfunction()

# soleus_test(name SOURCES ... LIBRARIES ...): one GoogleTest program, each test a CTest test.
function(soleus_test name)
  cmake_parse_arguments(ARG "" "LABELS" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LIBRARIES} GTest::gtest GTest::gmock GTest::gtest_main soleus_options)
  if(SOLEUS_PCH)
    soleus_share_test_headers(${name})
  endif()
  # An empty value would be dropped and shift the properties after it.
  set(labels "")
  if(ARG_LABELS)
    set(labels LABELS "${ARG_LABELS}")
  endif()
  # The longest validation case takes six minutes on two cores of its own.
  set(timeout 600)
  if("validation" IN_LIST ARG_LABELS)
    set(timeout 3600)
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST NO_PRETTY_VALUES PROPERTIES TIMEOUT ${timeout} ${labels})
endfunction()
