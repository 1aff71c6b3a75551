# Headers that cost seconds in every file that includes them, compiled once. A folder says which set its targets take:
# set(KAUDIT_PCH asio) for what stands on Asio, else `core`; tests take the set with GoogleTest on top.
# Presets of clang build without them, so that a header that forgets an include of its own is found.
option(KAUDIT_PRECOMPILED_HEADERS "Compile the heavy headers once (GCC)" ON)
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(KAUDIT_PRECOMPILED_HEADERS OFF)
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
  add_library(kaudit_pch_${name} OBJECT ${PROJECT_SOURCE_DIR}/cmake/precompiled.cpp)
  kaudit_compile_options(kaudit_pch_${name})
  target_link_libraries(kaudit_pch_${name} PRIVATE nlohmann_json::nlohmann_json spdlog::spdlog tl::expected)
  if(name MATCHES "asio")
    target_compile_definitions(kaudit_pch_${name} PRIVATE ${KAUDIT_ASIO_DEFINITIONS})
    target_link_libraries(kaudit_pch_${name} PRIVATE Boost::headers Threads::Threads)
  endif()
  if(name MATCHES "test")
    target_link_libraries(kaudit_pch_${name} PRIVATE GTest::gmock)
  endif()
  target_precompile_headers(kaudit_pch_${name} PRIVATE ${ARGN})
endfunction()

# kaudit_use_precompiled(TARGET [test]): the set of the folder.
function(kaudit_use_precompiled name)
  if(NOT KAUDIT_PRECOMPILED_HEADERS)
    return()
  endif()
  set(set core)
  if(KAUDIT_PCH)
    set(set ${KAUDIT_PCH})
  endif()
  if("test" IN_LIST ARGN)
    string(APPEND set _test)
  endif()
  target_precompile_headers(${name} REUSE_FROM kaudit_pch_${set})
  # REUSE_FROM makes no link: the headers' include folders come from what the target itself links.
  target_compile_definitions(${name} PRIVATE $<TARGET_PROPERTY:spdlog::spdlog,INTERFACE_COMPILE_DEFINITIONS>)
endfunction()

if(KAUDIT_PRECOMPILED_HEADERS)
  kaudit_precompile(core ${kaudit_pch_core})
  kaudit_precompile(asio ${kaudit_pch_core} ${kaudit_pch_asio})
  if(KAUDIT_BUILD_TESTS)
    kaudit_precompile(core_test ${kaudit_pch_core} ${kaudit_pch_test})
    kaudit_precompile(asio_test ${kaudit_pch_core} ${kaudit_pch_asio} ${kaudit_pch_test})
  endif()
endif()
