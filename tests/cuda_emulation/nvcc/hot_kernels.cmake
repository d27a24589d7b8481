# cmake -D NVCC=... -D SOURCE=root of the tree -D FOLDER=to write to -P hot_kernels.cmake
# Compiles the hot kernels and fails when ptxas reports a stack frame or a spill for one of them: local memory lies in DRAM, and
# these kernels do nothing but wait for DRAM.
foreach(architecture 80 90)
  execute_process(
    COMMAND ${NVCC} -std=c++20 -O3 -arch=sm_${architecture} -cubin -Xptxas=-v -diag-suppress=1675 -I${SOURCE}
      ${SOURCE}/tests/cuda_emulation/nvcc/hot_kernels.cu -o ${FOLDER}/hot_kernels_${architecture}.cubin
    OUTPUT_VARIABLE report ERROR_VARIABLE report RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "nvcc does not compile the hot kernels:\n${report}")
  endif()
  # One entry: name, "0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads", "Used 72 registers, ...".
  string(REGEX MATCHALL
    "entry function '[^']*stream_collide[^']*'[^\n]*\n[^\n]*\n[^\n]*bytes stack frame[^\n]*\n[^\n]*Used [0-9]+ registers"
    entries "${report}")
  list(LENGTH entries count)
  if(NOT count EQUAL 4)
    message(FATAL_ERROR "the report of ptxas for sm_${architecture} has ${count} of 4 kernels:\n${report}")
  endif()
  foreach(entry IN LISTS entries)
    string(REGEX MATCH "stream_collide[A-Za-z0-9_]*(Trt|Regularized)" kernel "${entry}")
    string(REGEX MATCH "Used ([0-9]+) registers" registers "${entry}")
    message(STATUS "sm_${architecture} ${kernel}: ${registers}")
    if(NOT entry MATCHES " 0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads")
      message(FATAL_ERROR "a hot kernel uses local memory:\n${entry}")
    endif()
  endforeach()
endforeach()
