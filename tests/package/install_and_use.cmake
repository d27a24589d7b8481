# cmake -D build=... -D consumer=... -D scratch=... -D generator=... -D compiler=... -P install_and_use.cmake
file(REMOVE_RECURSE ${scratch})
foreach(step
    "${CMAKE_COMMAND}|--install|${build}|--component|library|--prefix|${scratch}/prefix"
    "${CMAKE_COMMAND}|-G|${generator}|-S|${consumer}|-B|${scratch}/build|-DCMAKE_PREFIX_PATH=${scratch}/prefix|-DCMAKE_CXX_COMPILER=${compiler}|-DCMAKE_BUILD_TYPE=Release"
    "${CMAKE_COMMAND}|--build|${scratch}/build"
    "${scratch}/build/pipe_flow|${scratch}/flow")
  string(REPLACE "|" ";" command "${step}")
  execute_process(COMMAND ${command} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
