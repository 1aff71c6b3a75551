# A build that knows what the server does most (e2e/optimize makes it, in build/optimized): programs that count how often
# which branch is taken (record), and then, in the same build folder, programs compiled with those counts (use).
set(KAUDIT_PROFILE "" CACHE STRING "Profile-guided optimization: record, then use; empty: none")
set_property(CACHE KAUDIT_PROFILE PROPERTY STRINGS "" record use)
if(NOT KAUDIT_PROFILE MATCHES "^(record|use)?$")
  message(FATAL_ERROR "KAUDIT_PROFILE=${KAUDIT_PROFILE}: must be record or use, or empty")
endif()
if(KAUDIT_PROFILE AND NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  message(FATAL_ERROR "KAUDIT_PROFILE: GCC only; leave it empty for ${CMAKE_CXX_COMPILER_ID}")
endif()
if(KAUDIT_PROFILE STREQUAL "record")
  # Threads count beside each other.
  add_compile_options(-fprofile-generate -fprofile-update=prefer-atomic)
  add_link_options(-fprofile-generate)
elseif(KAUDIT_PROFILE STREQUAL "use")
  # What the recording never came to is optimized as ever, not for size.
  add_compile_options(-fprofile-use -fprofile-correction -fprofile-partial-training -Wno-missing-profile)
endif()
