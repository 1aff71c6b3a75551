# Headers that cost seconds in every file that includes them, compiled once. A folder says which set its targets take:
# set(KAUDIT_PCH asio) for what uses Asio, else `core`; tests take the set with GoogleTest on top, and folders with set(KAUDIT_COLD ON) one that is compiled like them. The presets tidy and fuzz build without them, so that a header that forgets an include of its own is found.
option(KAUDIT_PRECOMPILED_HEADERS "Compile the heavy headers once" ON)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # Else ccache sees another file each time.
  add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
endif()
# A precompiled header serves libraries and programs alike only when both are compiled with the same flag.
set(CMAKE_CXX_COMPILE_OPTIONS_PIE "-fPIC")

set(kaudit_pch_core
  <algorithm> <array> <atomic> <charconv> <chrono> <condition_variable> <cstdint> <deque> <filesystem> <fstream>
  <functional> <limits> <list> <map> <memory> <mutex> <optional> <set> <span> <string> <string_view> <thread> <tuple>
  <unordered_map> <utility> <variant> <vector>
  <nlohmann/json.hpp> <spdlog/spdlog.h> <tl/expected.hpp>)
set(kaudit_pch_asio
  <boost/asio/as_tuple.hpp> <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp> <boost/asio/detached.hpp>
  <boost/asio/io_context.hpp> <boost/asio/ip/tcp.hpp> <boost/asio/post.hpp> <boost/asio/steady_timer.hpp>
  <boost/asio/thread_pool.hpp> <boost/asio/use_awaitable.hpp>)
set(kaudit_pch_test <gmock/gmock.h> <gtest/gtest.h>)

function(kaudit_precompile name)
  add_library(kaudit_pch_${name} OBJECT EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/cmake/precompiled.cpp)
  kaudit_compile_options(kaudit_pch_${name})
  target_link_libraries(kaudit_pch_${name} PRIVATE nlohmann_json::nlohmann_json spdlog::spdlog tl::expected)
  if(name MATCHES "asio")
    target_compile_definitions(kaudit_pch_${name} PRIVATE ${KAUDIT_ASIO_DEFINITIONS})
    target_link_libraries(kaudit_pch_${name} PRIVATE Boost::headers Threads::Threads)
  endif()
  if(name MATCHES "test")
    target_link_libraries(kaudit_pch_${name} PRIVATE GTest::gmock)
  endif()
  kaudit_optimize(kaudit_pch_${name} ${name})
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
  elseif(KAUDIT_COLD)
    string(APPEND set _cold)
  endif()
  set(${variable} ${set} PARENT_SCOPE)
endfunction()

# kaudit_optimize(TARGET SET): a release build spends its time on what every request goes through. At -O1 are tests and
# what is cold (KAUDIT_COLD): the commands' own files, which are words around the libraries, and what runs at the start
# or on few requests. A precompiled header serves only files that are compiled like it.
function(kaudit_optimize name set)
  if(set MATCHES "test|cold")
    target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  endif()
endfunction()

# kaudit_use_precompiled(TARGET SET)
function(kaudit_use_precompiled name set)
  if(NOT KAUDIT_PRECOMPILED_HEADERS)
    return()
  endif()
  target_precompile_headers(${name} REUSE_FROM kaudit_pch_${set})
  # REUSE_FROM makes no link: the headers' include folders come from what the target itself links.
  target_compile_definitions(${name} PRIVATE $<TARGET_PROPERTY:spdlog::spdlog,INTERFACE_COMPILE_DEFINITIONS>)
endfunction()

if(KAUDIT_PRECOMPILED_HEADERS)
  kaudit_precompile(core ${kaudit_pch_core})
  kaudit_precompile(asio ${kaudit_pch_core} ${kaudit_pch_asio})
  kaudit_precompile(core_cold ${kaudit_pch_core})
  kaudit_precompile(asio_cold ${kaudit_pch_core} ${kaudit_pch_asio})
  if(KAUDIT_BUILD_TESTS)
    kaudit_precompile(core_test ${kaudit_pch_core} ${kaudit_pch_test})
    kaudit_precompile(asio_test ${kaudit_pch_core} ${kaudit_pch_asio} ${kaudit_pch_test})
  endif()
endif()
