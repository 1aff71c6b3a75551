# Programs that are linked statically, of the same objects as the others: the targets `kaudit-static` and
# `kaudit-apiserver-static`; without their symbols in build/…/static/bin. They run on any Linux of the build's architecture, in an empty chroot too. Nothing builds them but the
# target `package` (KauditPackage.cmake).
option(KAUDIT_STATIC "Have the statically linked programs in the target `package`" ON)

# What Debian has as a static library. Found when it is there; when it is not, the programs' build says so.
function(kaudit_static_library variable name package)
  find_library(KAUDIT_STATIC_${variable} ${name})
  mark_as_advanced(KAUDIT_STATIC_${variable})
  if(NOT KAUDIT_STATIC_${variable})
    set_property(GLOBAL APPEND PROPERTY KAUDIT_STATIC_MISSING "${name} of ${package}")
  endif()
endfunction()

# kaudit_static_parts(TARGET): the libraries of ours and of others that it is linked with, all the way down, in the
# properties KAUDIT_STATIC_OURS and KAUDIT_STATIC_OTHERS of the directory.
function(kaudit_static_parts target)
  get_target_property(links ${target} LINK_LIBRARIES)
  list(FILTER links EXCLUDE REGEX "^::@")  # CMake's marks of the directory that said so
  foreach(link IN LISTS links)
    string(REGEX REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1" link "${link}")
    if(link MATCHES "^kaudit(::|_)" AND TARGET ${link})
      get_target_property(aliased ${link} ALIASED_TARGET)
      if(aliased)
        set(link ${aliased})
      endif()
      get_property(ours DIRECTORY PROPERTY KAUDIT_STATIC_OURS)
      if(NOT link IN_LIST ours)
        set_property(DIRECTORY APPEND PROPERTY KAUDIT_STATIC_OURS ${link})
        kaudit_static_parts(${link})
      endif()
    else()
      set_property(DIRECTORY APPEND PROPERTY KAUDIT_STATIC_OTHERS "${link}")
    endif()
  endforeach()
endfunction()

# kaudit_static_counterpart(VARIABLE LIBRARY): what is linked in the library's place.
function(kaudit_static_counterpart variable library)
  set(result NOTFOUND)
  set(table
    "OpenSSL::SSL=${KAUDIT_STATIC_SSL}" "OpenSSL::Crypto=${KAUDIT_STATIC_CRYPTO}" "ZLIB::ZLIB=${KAUDIT_STATIC_Z}"
    "yaml-cpp=${KAUDIT_STATIC_YAML}" "${KAUDIT_RE2_LIBRARY}=${KAUDIT_STATIC_RE2}"
    "${KAUDIT_JEMALLOC_LIBRARY}=${KAUDIT_STATIC_JEMALLOC}" "${KAUDIT_NGHTTP2_LIBRARY}=${KAUDIT_STATIC_NGHTTP2}" "spdlog::spdlog=$<TARGET_FILE:kaudit_static_log>" "fmt::fmt=" "Threads::Threads=Threads::Threads"
    "CURL::libcurl=${kaudit_static_folder}/lib/libcurl.a"
    "prometheus-cpp::core=${kaudit_static_folder}/lib/libprometheus-cpp-core.a"
    # headers alone
    "Boost::headers=" "nlohmann_json::nlohmann_json=" "tl::expected=" "CLI11::CLI11=")
  foreach(row IN LISTS table)
    string(REGEX MATCH "^(.*)=(.*)$" matched "${row}")
    if(CMAKE_MATCH_1 STREQUAL library)
      set(result "${CMAKE_MATCH_2}")
    endif()
  endforeach()
  if(result STREQUAL "NOTFOUND")
    message(FATAL_ERROR "cmake/KauditStatic.cmake does not know what is linked statically in the place of ${library}")
  endif()
  set(${variable} "${result}" PARENT_SCOPE)
endfunction()

# kaudit_static_program(PROGRAM): the target PROGRAM-static.
function(kaudit_static_program program)
  set_property(DIRECTORY PROPERTY KAUDIT_STATIC_OURS "")
  set_property(DIRECTORY PROPERTY KAUDIT_STATIC_OTHERS "")
  kaudit_static_parts(${program})
  get_property(ours DIRECTORY PROPERTY KAUDIT_STATIC_OURS)
  get_property(others DIRECTORY PROPERTY KAUDIT_STATIC_OTHERS)
  list(REMOVE_DUPLICATES others)
  set(libraries "")
  foreach(target IN LISTS ours)
    list(APPEND libraries $<TARGET_FILE:${target}>)
  endforeach()
  foreach(library IN LISTS others)
    kaudit_static_counterpart(counterpart "${library}")
    list(APPEND libraries ${counterpart})
  endforeach()

  add_executable(${program}-static EXCLUDE_FROM_ALL $<TARGET_OBJECTS:${program}>)
  set_target_properties(${program}-static PROPERTIES LINKER_LANGUAGE CXX
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/static)
  target_link_options(${program}-static PRIVATE -static-pie LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack)
  # Ours know each other in more ways than one order could follow.
  target_link_libraries(${program}-static PRIVATE -Wl,--start-group ${libraries} -Wl,--end-group)
  add_dependencies(${program}-static ${ours} kaudit_static_log kaudit_static_sources)
  # A third of it is symbols. (As an output of that name it would be what `ninja kaudit` builds.)
  add_custom_command(TARGET ${program}-static POST_BUILD
    COMMAND ${CMAKE_COMMAND} -E make_directory ${kaudit_static_folder}/bin
    COMMAND ${CMAKE_STRIP} -o ${kaudit_static_folder}/bin/${program} $<TARGET_FILE:${program}-static> VERBATIM)
  install(PROGRAMS ${kaudit_static_folder}/bin/${program} DESTINATION bin COMPONENT static EXCLUDE_FROM_ALL)
endfunction()

if(CMAKE_CXX_FLAGS MATCHES "-fsanitize" OR NOT CMAKE_SYSTEM_NAME STREQUAL "Linux")
  set(KAUDIT_STATIC OFF)
endif()
if(NOT KAUDIT_STATIC)
  return()
endif()

set(kaudit_static_folder ${CMAKE_BINARY_DIR}/static)
kaudit_static_library(SSL libssl.a libssl-dev)
kaudit_static_library(CRYPTO libcrypto.a libssl-dev)
kaudit_static_library(Z libz.a zlib1g-dev)
kaudit_static_library(YAML libyaml-cpp.a libyaml-cpp-dev)
kaudit_static_library(RE2 libre2.a libre2-dev)
kaudit_static_library(NGHTTP2 libnghttp2.a libnghttp2-dev)
if(KAUDIT_JEMALLOC)
  kaudit_static_library(JEMALLOC libjemalloc_pic.a libjemalloc-dev)
endif()
get_property(kaudit_static_missing GLOBAL PROPERTY KAUDIT_STATIC_MISSING)
if(kaudit_static_missing)
  list(JOIN kaudit_static_missing ", " kaudit_static_missing)
  message(STATUS "No statically linked programs: ${kaudit_static_missing} is missing")
  set(KAUDIT_STATIC OFF)
  return()
endif()

add_custom_command(
  OUTPUT ${kaudit_static_folder}/lib/libcurl.a ${kaudit_static_folder}/lib/libprometheus-cpp-core.a
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/package/static_sources ${kaudit_static_folder}
  DEPENDS ${CMAKE_CURRENT_LIST_DIR}/package/static_sources
  COMMENT "Building what Debian has no static library of" USES_TERMINAL VERBATIM)
add_custom_target(kaudit_static_sources
  DEPENDS ${kaudit_static_folder}/lib/libcurl.a ${kaudit_static_folder}/lib/libprometheus-cpp-core.a)

# spdlog and fmt: Debian has their sources beside their headers, so that they can be had without their libraries.
add_library(kaudit_static_log STATIC EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/package/static_log.cpp)
target_compile_features(kaudit_static_log PRIVATE cxx_std_20)
target_compile_definitions(kaudit_static_log PRIVATE $<TARGET_PROPERTY:spdlog::spdlog,INTERFACE_COMPILE_DEFINITIONS>)
kaudit_harden(kaudit_static_log)

kaudit_static_program(kaudit)
kaudit_static_program(kaudit-apiserver)
