# Everything the project depends on, found once. ITK is found in segmentation/ only: its use file sets directory-wide flags.
find_package(yaml-cpp REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(fmt REQUIRED)
find_package(cereal REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Threads REQUIRED)
find_package(Eigen3 REQUIRED NO_MODULE)
find_package(Boost REQUIRED)  # headers only: Odeint in solver_cuda/limb and in reference solutions of tests/verification, Sobol in solver_cuda/study
find_package(NLopt REQUIRED)  # fits: solver_cuda/study
find_package(VTK 9 REQUIRED COMPONENTS CommonCore CommonDataModel CommonExecutionModel FiltersCore FiltersFlowPaths FiltersSources ImagingCore
  IOCore IOGeometry IOImage IOPLY IOXML ChartsCore InteractionStyle RenderingContext2D RenderingContextOpenGL2 RenderingCore
  RenderingFreeType RenderingOpenGL2 ViewsContext2D)
if(SOLEUS_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()

if(SOLEUS_CUDA)
  include(CheckLanguage)
  check_language(CUDA)
  if(CMAKE_CUDA_COMPILER)
    set(CMAKE_CUDA_ARCHITECTURES 80-real 90)  # 90: binary and PTX, compiled once
    enable_language(CUDA)
    # CMake 3.25 does not know that nvcc takes -std=c++20.
    set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION "-std=c++20")
    set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION "-std=c++20")
    set(CMAKE_CUDA_STANDARD 20)
    find_package(CUDAToolkit REQUIRED)
  else()
    message(STATUS "nvcc not found: the program will have no CUDA backend")
  endif()
endif()
