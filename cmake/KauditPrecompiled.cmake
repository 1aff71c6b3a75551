# Headers that cost seconds in every file that includes them, compiled once. A folder says which set its targets take:
# set(KAUDIT_PCH asio) for what uses Asio, else `core`; tests take the set with GoogleTest on top. The presets tidy and fuzz
# build without them, so that a header that forgets an include of its own is found.
option(KAUDIT_PRECOMPILED_HEADERS "Compile the heavy headers once" ON)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # Else ccache sees another file each time.
  add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
endif()
# A precompiled header serves libraries and programs alike only when both are compiled with the same flags, those of what
# may become a part of a shared library. Its functions count as replaceable there, and are not inlined: nobody replaces
# ours.
set(CMAKE_CXX_COMPILE_OPTIONS_PIE "-fPIC")
add_compile_options(-fno-semantic-interposition)

set(kaudit_pch_core
  <algorithm> <array> <atomic> <charconv> <chrono> <condition_variable> <cstdint> <deque> <filesystem> <fstream>
  <functional> <limits> <list> <map> <memory> <mutex> <optional> <set> <span> <string> <string_view> <thread> <tuple>
  <unordered_map> <utility> <variant> <vector>
  <fmt/core.h> <nlohmann/json.hpp> <tl/expected.hpp>)
set(kaudit_pch_asio
  <boost/asio/as_tuple.hpp> <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp> <boost/asio/detached.hpp>
  <boost/asio/io_context.hpp> <boost/asio/ip/tcp.hpp> <boost/asio/post.hpp> <boost/asio/steady_timer.hpp>
  <boost/asio/thread_pool.hpp> <boost/asio/use_awaitable.hpp>)
set(kaudit_pch_test <gmock/gmock.h> <gtest/gtest.h>)

function(kaudit_precompile name)
  add_library(kaudit_pch_${name} OBJECT EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/cmake/precompiled.cpp)
  kaudit_compile_options(kaudit_pch_${name})
  target_link_libraries(kaudit_pch_${name} PRIVATE fmt::fmt nlohmann_json::nlohmann_json tl::expected)
  if(name MATCHES "asio")
    target_compile_definitions(kaudit_pch_${name} PRIVATE ${KAUDIT_ASIO_DEFINITIONS})
    target_link_libraries(kaudit_pch_${name} PRIVATE Boost::headers Threads::Threads)
  endif()
  if(name MATCHES "test")
    target_link_libraries(kaudit_pch_${name} PRIVATE GTest::gmock)
  endif()
  kaudit_harden(kaudit_pch_${name})
  target_precompile_headers(kaudit_pch_${name} PRIVATE ${ARGN})
endfunction()

# kaudit_precompiled_set(VARIABLE [test]): the name of the set of the folder.
function(kaudit_precompiled_set variable)
  set(set core)
  if(KAUDIT_PCH)
    set(set ${KAUDIT_PCH})
  endif()
  if("test" IN_LIST ARGN)
    string(APPEND set _test)
  endif()
  set(${variable} ${set} PARENT_SCOPE)
endfunction()

# kaudit_optimize(TARGET [test]): a release build spends its time on the loops of every request: folders with
# set(KAUDIT_HOT ON) are compiled at -O2, which they hand down to folders within. The others are words around them: at -O1
# with small functions inlined they are as fast, and take a quarter less of the compiler's time. Both take the same
# precompiled headers. With a profile the compiler knows better than folders what is worth its time.
function(kaudit_optimize name)
  if(KAUDIT_PROFILE)
    return()
  endif()
  if("test" IN_LIST ARGN)
    target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  elseif(NOT KAUDIT_HOT)
    target_compile_options(${name} PRIVATE
      $<$<CONFIG:Release>:-O1> $<$<CONFIG:Release>:-fstrict-aliasing>
      $<$<AND:$<CONFIG:Release>,$<CXX_COMPILER_ID:GNU>>:-finline-small-functions>)
  endif()
endfunction()

# kaudit_use_precompiled(TARGET SET)
function(kaudit_use_precompiled name set)
  if(NOT KAUDIT_PRECOMPILED_HEADERS)
    return()
  endif()
  target_precompile_headers(${name} REUSE_FROM kaudit_pch_${set})
  # REUSE_FROM makes no link: the headers' include folders come from what the target itself links.
  target_compile_definitions(${name} PRIVATE $<TARGET_PROPERTY:fmt::fmt,INTERFACE_COMPILE_DEFINITIONS>)
endfunction()

if(KAUDIT_PRECOMPILED_HEADERS)
  kaudit_precompile(core ${kaudit_pch_core})
  kaudit_precompile(asio ${kaudit_pch_core} ${kaudit_pch_asio})
  # What the programs of the build include, compiled like them (kaudit_generator).
  add_library(kaudit_pch_generator OBJECT EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/cmake/precompiled.cpp)
  kaudit_compile_options(kaudit_pch_generator)
  target_compile_options(kaudit_pch_generator PRIVATE -O0 -g0)
  target_link_libraries(kaudit_pch_generator PRIVATE nlohmann_json::nlohmann_json)
  target_precompile_headers(kaudit_pch_generator PRIVATE
    <algorithm> <array> <fstream> <iostream> <map> <optional> <regex> <set> <stdexcept> <string> <vector> <nlohmann/json.hpp>)
  if(KAUDIT_BUILD_TESTS)
    kaudit_precompile(core_test ${kaudit_pch_core} ${kaudit_pch_test})
    kaudit_precompile(asio_test ${kaudit_pch_core} ${kaudit_pch_asio} ${kaudit_pch_test})
  endif()
endif()
