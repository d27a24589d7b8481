# The viewer of report.html: esbuild makes one file of page/src and vtk.js, which goes into the library as it is.
# Without npm the program writes the same page with pictures instead of 3D.
find_program(SOLEUS_NPM npm)
set(SOLEUS_PAGE_VIEWER ${CMAKE_CURRENT_BINARY_DIR}/page/viewer.js)
set(page_build ${CMAKE_CURRENT_BINARY_DIR}/page)
file(GLOB page_sources CONFIGURE_DEPENDS page/src/*.js)
set(page_packages page/package.json page/package-lock.json)
if(SOLEUS_PAGE AND SOLEUS_NPM)
  # Offline npm fails: an empty viewer then, and the build goes on.
  add_custom_command(OUTPUT ${SOLEUS_PAGE_VIEWER}
    COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/page/bundle.sh ${SOLEUS_NPM} ${CMAKE_CURRENT_SOURCE_DIR}/page ${page_build}
    DEPENDS ${page_sources} ${page_packages} page/bundle.sh
    COMMENT "Bundling the viewer of report.html" VERBATIM)
else()
  file(MAKE_DIRECTORY ${page_build})
  file(CONFIGURE OUTPUT ${SOLEUS_PAGE_VIEWER} CONTENT "")
  message(STATUS "report.html: no npm, or SOLEUS_PAGE is off; pages have pictures instead of 3D")
endif()
configure_file(page_text.cpp.in ${CMAKE_CURRENT_BINARY_DIR}/page_text.cpp @ONLY)
set_source_files_properties(${CMAKE_CURRENT_BINARY_DIR}/page_text.cpp PROPERTIES
  SKIP_PRECOMPILE_HEADERS ON
  OBJECT_DEPENDS "${SOLEUS_PAGE_VIEWER};${CMAKE_CURRENT_SOURCE_DIR}/page/style.css;${CMAKE_CURRENT_SOURCE_DIR}/page/frame.html")
