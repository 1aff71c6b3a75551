# One way to declare each kind of target, so that warnings, standard and install rules are in one place.

find_program(KAUDIT_CCACHE ccache)
# With a profile the same source becomes another object each time.
if(KAUDIT_CCACHE AND NOT KAUDIT_PROFILE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The settings without which ccache does not take precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${KAUDIT_CCACHE})
endif()

include(KauditHardening)

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(CMAKE_GENERATOR STREQUAL "Ninja")
  add_compile_options($<IF:$<CXX_COMPILER_ID:Clang>,-fcolor-diagnostics,-fdiagnostics-color=always>)
endif()

# kaudit_target(NAME [test]): standard, warnings, include root, hardening, clang-tidy, precompiled headers. Everything of
# ours goes through here.
function(kaudit_target name)
  kaudit_compile_options(${name})
  kaudit_precompiled_set(set ${ARGN})
  kaudit_optimize(${name} ${ARGN})
  kaudit_harden(${name})
  kaudit_unity(${name})
  kaudit_use_precompiled(${name} ${set})
endfunction()

# kaudit_generator(NAME SOURCE): a program of the build that makes a table. It runs for milliseconds: optimizing it would
# take longer than it ever runs.
function(kaudit_generator name source)
  add_executable(${name} ${source})
  kaudit_compile_options(${name})
  target_compile_options(${name} PRIVATE -O0 -g0)
  target_link_libraries(${name} PRIVATE nlohmann_json::nlohmann_json)
  if(KAUDIT_PRECOMPILED_HEADERS)
    target_precompile_headers(${name} REUSE_FROM kaudit_pch_generator)
  endif()
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/generated)
endfunction()

# kaudit_unity(TARGET): its small files are compiled two dozen at a time, which takes a third of the time, because headers
# and templates are read and instantiated once for all. The preset dev builds file by file: there a change costs one file,
# and an include that is missing is found.
option(KAUDIT_UNITY "Compile several files at a time" OFF)
function(kaudit_unity name)
  if(KAUDIT_UNITY)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 24)
    # GCC takes the frame of a coroutine for a type of another file's: it knows only the file that names them as "this file".
    target_compile_options(${name} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  endif()
endfunction()

function(kaudit_compile_options name)
  target_compile_features(${name} PUBLIC cxx_std_20)
  set_target_properties(${name} PROPERTIES CXX_EXTENSIONS OFF)
  target_include_directories(${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
    # <kaudit/audit/event.hpp> for users; "audit/event.hpp" as the headers themselves say it.
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/kaudit>)
  target_compile_options(${name} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
    $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>
    # GCC 12 sees overlaps and accesses out of bounds in inlined std::string::operator+ (bug 105651) and mismatched frees
    # in inlined coroutine frames (bug 109224) where there are none.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread -Wno-mismatched-new-delete>
    $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>  # for ccache
    # GCC looks for garbage whenever its heap has doubled, which is a tenth of the time of a unit; what it finds is an
    # eighth of its memory.
    "$<$<CXX_COMPILER_ID:GNU>:SHELL:--param ggc-min-expand=1000 --param ggc-min-heapsize=4000000>"
    $<$<BOOL:${KAUDIT_WARNINGS_AS_ERRORS}>:-Werror>)
  if(KAUDIT_CLANG_TIDY)
    set_target_properties(${name} PROPERTIES CXX_CLANG_TIDY "clang-tidy-14;--quiet")
  endif()
endfunction()

# kaudit_library(NAME SOURCES... [LINK ...] [HEADERS ...] [INSTALL]): static library kaudit_NAME with alias kaudit::NAME.
# HEADERS are its public ones: what a program includes that puts the audit pipeline into its own server, and what those
# include. A library with HEADERS is installed and exported; INSTALL is for one that only others link.
function(kaudit_library name)
  cmake_parse_arguments(arg "INSTALL" "" "SOURCES;LINK;HEADERS" ${ARGN})
  add_library(kaudit_${name} STATIC ${arg_SOURCES})
  add_library(kaudit::${name} ALIAS kaudit_${name})
  set_target_properties(kaudit_${name} PROPERTIES EXPORT_NAME ${name})
  kaudit_target(kaudit_${name})
  target_link_libraries(kaudit_${name} PUBLIC ${arg_LINK})
  if(NOT arg_HEADERS AND NOT arg_INSTALL)
    return()
  endif()
  install(TARGETS kaudit_${name} EXPORT kauditTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  foreach(header ${arg_HEADERS})
    if(NOT EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${header})
      message(FATAL_ERROR "kaudit::${name}: the public header ${header} does not exist")
    endif()
    cmake_path(GET header PARENT_PATH part)
    install(FILES ${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/kaudit/${folder}/${part}
      COMPONENT development)
  endforeach()
endfunction()

# kaudit_test(NAME SOURCES... [LINK ...] [DATA dir]): a GoogleTest binary and its ctest entry.
# KAUDIT_TESTDATA in the code is the folder `testdata` beside the CMakeLists.txt.
function(kaudit_test name)
  if(NOT KAUDIT_BUILD_TESTS)
    return()
  endif()
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  kaudit_target(${name} test)
  target_compile_definitions(${name} PRIVATE KAUDIT_TESTDATA="${CMAKE_CURRENT_SOURCE_DIR}/testdata")
  target_link_libraries(${name} PRIVATE ${arg_LINK} GTest::gmock GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
  set_tests_properties(${name} PROPERTIES TIMEOUT 600)
endfunction()

# kaudit_bench(NAME SOURCES... [LINK ...]): a Google Benchmark binary.
function(kaudit_bench name)
  if(NOT KAUDIT_BUILD_BENCHMARKS)
    return()
  endif()
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  kaudit_target(${name})
  target_compile_definitions(${name} PRIVATE KAUDIT_TESTDATA="${CMAKE_CURRENT_SOURCE_DIR}/testdata")
  target_link_libraries(${name} PRIVATE ${arg_LINK} benchmark::benchmark_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bench)
endfunction()

# kaudit_fuzz(NAME SOURCES... [LINK ...]): a libFuzzer target; without libFuzzer it gets a plain main that runs the
# files given (so that it cannot rot), and ctest runs it over testdata/fuzz/NAME where that exists.
function(kaudit_fuzz name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  if(NOT KAUDIT_BUILD_TESTS)
    return()
  endif()
  add_executable(${name} ${arg_SOURCES})
  kaudit_target(${name})
  target_link_libraries(${name} PRIVATE ${arg_LINK})
  if(KAUDIT_BUILD_FUZZERS)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${name} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/fuzz_main.cpp)
    set_target_properties(${name} PROPERTIES UNITY_BUILD OFF)
  endif()
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/testdata/fuzz/${name})
    add_test(NAME ${name} COMMAND ${name} ${CMAKE_CURRENT_SOURCE_DIR}/testdata/fuzz/${name})
  endif()
endfunction()
