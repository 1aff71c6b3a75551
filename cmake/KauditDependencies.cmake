# Every package kaudit depends on; e2e/lib/packages.sh has the same list as Debian names.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(CURL 7.88 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tl-expected REQUIRED)
find_package(prometheus-cpp REQUIRED CONFIG)
# The patterns of custom resources' schemas: Go's syntax, and no text makes it slow.
find_library(KAUDIT_RE2_LIBRARY re2 REQUIRED)
# HTTP/2 of the server.
find_library(KAUDIT_NGHTTP2_LIBRARY nghttp2 REQUIRED)
if(KAUDIT_BUILD_TESTS)
  find_package(GTest REQUIRED)
endif()
if(KAUDIT_BUILD_BENCHMARKS)
  find_package(benchmark REQUIRED)
endif()

# Asio and its SSL part are compiled once: a .cpp of kaudit::asio includes their src.hpp (apiserver/http/asio_impl.cpp).
# Sixteen frames of coroutines are kept for reuse by each thread, not two: a request takes a dozen. Frames of more than 1 KB
# are not; they come from operator new, which aligns as far as anything here asks for and takes a tenth of aligned_alloc()'s
# time with jemalloc.
set(KAUDIT_ASIO_DEFINITIONS BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
    BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=16 BOOST_ASIO_DISABLE_STD_ALIGNED_ALLOC BOOST_ASIO_DISABLE_BOOST_ALIGN)

# The server's allocator: it gives idle memory back by itself (docs/decisions.md). Sanitizers bring their own.
option(KAUDIT_JEMALLOC "Link kaudit-apiserver with jemalloc" ON)
if(CMAKE_CXX_FLAGS MATCHES "-fsanitize")
  set(KAUDIT_JEMALLOC OFF)
endif()
if(KAUDIT_JEMALLOC)
  find_library(KAUDIT_JEMALLOC_LIBRARY jemalloc REQUIRED)
endif()
