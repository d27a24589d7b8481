# cmake --install: the program with schema and cases, and the solver library as the CMake package `soleus`
# (soleus::solver, soleus::base), usable without the rest of the project.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# --- component `library` ---
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/soleus)
set(library_targets soleus_base soleus_limb soleus_solver soleus_cuda soleus_output)
install(TARGETS ${library_targets} EXPORT soleusTargets COMPONENT library)
install(EXPORT soleusTargets NAMESPACE soleus:: DESTINATION ${package_dir} COMPONENT library)
install(DIRECTORY pipeline/base DESTINATION include/soleus/pipeline COMPONENT library FILES_MATCHING PATTERN "*.hpp")
install(FILES solver_cuda/choices.hpp solver_cuda/config.hpp solver_cuda/solver.hpp solver_cuda/working_point.hpp DESTINATION include/soleus/solver_cuda COMPONENT library)
install(FILES solver_cuda/geometry/tube_law.hpp solver_cuda/geometry/external_config.hpp
  solver_cuda/geometry/limb_of_wall.hpp solver_cuda/geometry/regions.hpp
  DESTINATION include/soleus/solver_cuda/geometry COMPONENT library)
install(DIRECTORY solver_cuda/physics solver_cuda/limb DESTINATION include/soleus/solver_cuda COMPONENT library FILES_MATCHING PATTERN "*.hpp")

# Static libraries need at link time what they were built with: the package of each linked A::b, VTK by modules.
set(SOLEUS_PACKAGES)
set(SOLEUS_VTK_COMPONENTS)
foreach(target ${library_targets})
  get_target_property(libraries ${target} LINK_LIBRARIES)
  foreach(library IN LISTS libraries)
    if(library MATCHES "^VTK::(.+)$")
      list(APPEND SOLEUS_VTK_COMPONENTS ${CMAKE_MATCH_1})
    elseif(library STREQUAL yaml-cpp)
      list(APPEND SOLEUS_PACKAGES yaml-cpp)
    elseif(library MATCHES "^CUDA::")
      list(APPEND SOLEUS_PACKAGES CUDAToolkit)
    elseif(library MATCHES "^([A-Za-z0-9_]+)::" AND NOT CMAKE_MATCH_1 STREQUAL soleus)
      list(APPEND SOLEUS_PACKAGES ${CMAKE_MATCH_1})
    endif()
  endforeach()
endforeach()
list(REMOVE_DUPLICATES SOLEUS_PACKAGES)
list(REMOVE_DUPLICATES SOLEUS_VTK_COMPONENTS)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/soleusConfig.cmake.in ${PROJECT_BINARY_DIR}/soleusConfig.cmake
  INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/soleusConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/soleusConfig.cmake ${PROJECT_BINARY_DIR}/soleusConfigVersion.cmake
  DESTINATION ${package_dir} COMPONENT library)

# --- component `program` ---
install(TARGETS soleus RUNTIME COMPONENT program)
install(DIRECTORY configs schema DESTINATION ${CMAKE_INSTALL_DATADIR}/soleus COMPONENT program
  FILES_MATCHING PATTERN "*.yaml" PATTERN "*.json" PATTERN "*.csv")
install(FILES LICENSE README.md CHANGELOG.md CITATION.cff DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
