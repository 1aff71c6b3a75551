# Installs the build into a folder of its own, builds the example against it and looks at the event that it logs.
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${ARGV}: exit ${status}\n${output}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK_DIR})
run(${CMAKE_COMMAND} --install ${KAUDIT_BUILD_DIR} --prefix ${WORK_DIR}/prefix)
# No test support, nothing of transport or of the commands.
file(GLOB_RECURSE installed RELATIVE ${WORK_DIR}/prefix/include ${WORK_DIR}/prefix/include/*)
foreach(header ${installed})
  if(header MATCHES "test|/apiserver/|/cli/|bench|fuzz" OR NOT header MATCHES "^kaudit/(base|audit|policy|backends)/")
    message(FATAL_ERROR "installed, though it is not public: ${header}")
  endif()
endforeach()
list(LENGTH installed count)
if(count EQUAL 0)
  message(FATAL_ERROR "no header was installed")
endif()
# All of them compile, with nothing but what is installed.
list(TRANSFORM installed REPLACE "^(.*)$" "#include <\\1>\n" OUTPUT_VARIABLE includes)
string(JOIN "" includes ${includes})
file(WRITE ${WORK_DIR}/every_header.cpp "${includes}")
run(${CMAKE_COMMAND} -S ${EXAMPLE_DIR} -B ${WORK_DIR}/build -G ${GENERATOR} -DCMAKE_PREFIX_PATH=${WORK_DIR}/prefix
  -DCMAKE_CXX_COMPILER=${CXX_COMPILER} -DCMAKE_CXX_FLAGS=${CXX_FLAGS} -DCMAKE_BUILD_TYPE=${BUILD_TYPE}
  -DEVERY_HEADER=${WORK_DIR}/every_header.cpp)
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
