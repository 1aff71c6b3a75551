# What makes a fault of memory end a release build's process instead of serving an attacker; e2e/check_hardening reads
# the binaries. Only Release: sanitizers do their own checks, and fortified functions want an optimizer.
set(kaudit_fortify 2)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 12)
  set(kaudit_fortify 3)
endif()
set(kaudit_hardening_compile_options
  -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=${kaudit_fortify} -fstack-protector-strong -fstack-clash-protection)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  list(APPEND kaudit_hardening_compile_options -fcf-protection=full)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
  list(APPEND kaudit_hardening_compile_options -mbranch-protection=standard)
endif()
set(kaudit_hardening_link_options -pie LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack)

function(kaudit_harden name)
  get_target_property(type ${name} TYPE)
  target_compile_options(${name} PRIVATE "$<$<CONFIG:Release>:${kaudit_hardening_compile_options}>")
  if(type STREQUAL "EXECUTABLE")
    target_link_options(${name} PRIVATE "$<$<CONFIG:Release>:${kaudit_hardening_link_options}>")
  endif()
endfunction()
