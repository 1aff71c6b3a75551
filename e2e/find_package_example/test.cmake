# Installs the build into a folder of its own, builds the example against it and looks at the event that it logs.
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${ARGV}: exit ${status}\n${output}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK_DIR})
run(${CMAKE_COMMAND} --install ${KAUDIT_BUILD_DIR} --prefix ${WORK_DIR}/prefix)
run(${CMAKE_COMMAND} -S ${EXAMPLE_DIR} -B ${WORK_DIR}/build -G ${GENERATOR} -DCMAKE_PREFIX_PATH=${WORK_DIR}/prefix
  -DCMAKE_CXX_COMPILER=${CXX_COMPILER} -DCMAKE_CXX_FLAGS=${CXX_FLAGS} -DCMAKE_BUILD_TYPE=${BUILD_TYPE})
run(${CMAKE_COMMAND} --build ${WORK_DIR}/build)

execute_process(COMMAND ${WORK_DIR}/build/own_server ${EXAMPLE_DIR}/policy.yaml
  RESULT_VARIABLE status OUTPUT_VARIABLE event ERROR_VARIABLE errors)
foreach(expected [["verb":"delete"]] [["username":"jane"]] [["stage":"ResponseComplete"]] [["level":"Metadata"]] [["code":200]])
  string(FIND "${event}" "${expected}" at)
  if(NOT status EQUAL 0 OR at EQUAL -1)
    message(FATAL_ERROR "own_server: exit ${status}, no ${expected} in:\n${event}${errors}")
  endif()
endforeach()
string(REGEX MATCHALL "\n" lines "${event}")
list(LENGTH lines count)
if(NOT count EQUAL 1)
  message(FATAL_ERROR "own_server: ${count} events instead of one:\n${event}")
endif()
