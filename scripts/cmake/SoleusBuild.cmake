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
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_library(soleus_options INTERFACE)
target_compile_options(soleus_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wshadow -Wno-unknown-pragmas>)
if(SOLEUS_WERROR)
  target_compile_options(soleus_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Werror>)
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
  target_link_libraries(soleus_${name} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE} $<BUILD_INTERFACE:soleus_options>)
endfunction()

# soleus_test(name SOURCES ... LIBRARIES ...): one GoogleTest program, each test a CTest test.
function(soleus_test name)
  cmake_parse_arguments(ARG "" "LABELS" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LIBRARIES} GTest::gtest GTest::gmock GTest::gtest_main soleus_options)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 600)
endfunction()
