# What people install: manual pages and completions, a .deb with them, and a tarball with statically linked programs.
#   cmake --build --preset release --target package
# leaves kaudit_VERSION_ARCHITECTURE.deb and kaudit-VERSION-linux-ARCHITECTURE.tar.gz in the build's folder.

# Made by the programs themselves, of the tables by which they read their command line.
set(kaudit_pages ${CMAKE_BINARY_DIR}/pages)
set(kaudit_page_files "")
foreach(program kaudit kaudit-apiserver)
  list(APPEND kaudit_page_files ${kaudit_pages}/${program}.1.gz
    ${kaudit_pages}/${program}.bash ${kaudit_pages}/_${program} ${kaudit_pages}/${program}.fish)
endforeach()
add_custom_command(OUTPUT ${kaudit_page_files}
  COMMAND ${CMAKE_COMMAND} -DKAUDIT=$<TARGET_FILE:kaudit> -DSERVER=$<TARGET_FILE:kaudit-apiserver> -DFOLDER=${kaudit_pages}
    -P ${CMAKE_CURRENT_LIST_DIR}/package/make_pages.cmake
  DEPENDS kaudit kaudit-apiserver ${CMAKE_CURRENT_LIST_DIR}/package/make_pages.cmake
  COMMENT "Manual pages and completions" VERBATIM)
add_custom_target(kaudit_pages ALL DEPENDS ${kaudit_page_files})

# kaudit_install_pages(COMPONENT [EXCLUDE_FROM_ALL]): where Debian's shells and man look.
function(kaudit_install_pages component)
  foreach(program kaudit kaudit-apiserver)
    install(FILES ${kaudit_pages}/${program}.1.gz DESTINATION share/man/man1 COMPONENT ${component} ${ARGN})
    install(FILES ${kaudit_pages}/${program}.bash DESTINATION share/bash-completion/completions RENAME ${program}
      COMPONENT ${component} ${ARGN})
    install(FILES ${kaudit_pages}/_${program} DESTINATION share/zsh/vendor-completions COMPONENT ${component} ${ARGN})
    install(FILES ${kaudit_pages}/${program}.fish DESTINATION share/fish/vendor_completions.d COMPONENT ${component} ${ARGN})
  endforeach()
  install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md DESTINATION share/doc/kaudit
    COMPONENT ${component} ${ARGN})
  # Debian's name for the licence.
  install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION share/doc/kaudit RENAME copyright COMPONENT ${component} ${ARGN})
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs DESTINATION share/doc/kaudit COMPONENT ${component} ${ARGN}
    FILES_MATCHING PATTERN "*.md")
endfunction()
kaudit_install_pages(programs)

set(kaudit_package_commands COMMAND ${CMAKE_CPACK_COMMAND} --config ${CMAKE_BINARY_DIR}/package/CPackConfig.cmake -G DEB)
set(kaudit_package_targets kaudit kaudit-apiserver kaudit_pages)
if(KAUDIT_STATIC)
  kaudit_install_pages(static EXCLUDE_FROM_ALL)
  install(FILES ${CMAKE_CURRENT_LIST_DIR}/package/Dockerfile DESTINATION share/doc/kaudit COMPONENT static EXCLUDE_FROM_ALL)
  # What is linked in wants its licence beside it.
  foreach(package libssl-dev libcurl4-openssl-dev libnghttp2-dev libyaml-cpp-dev libre2-dev zlib1g-dev libjemalloc-dev libspdlog-dev
      libfmt-dev prometheus-cpp-dev libboost1.81-dev nlohmann-json3-dev libcli11-dev libexpected-dev libc6-dev libstdc++-12-dev)
    if(EXISTS /usr/share/doc/${package}/copyright)
      install(FILES /usr/share/doc/${package}/copyright DESTINATION share/doc/kaudit/licences RENAME ${package}
        COMPONENT static EXCLUDE_FROM_ALL)
    endif()
  endforeach()
  list(APPEND kaudit_package_targets kaudit-static kaudit-apiserver-static)
  list(APPEND kaudit_package_commands
    COMMAND ${CMAKE_CPACK_COMMAND} --config ${CMAKE_BINARY_DIR}/package/CPackConfig.cmake -G TGZ)
endif()

set(CPACK_PACKAGE_NAME kaudit)
set(CPACK_PACKAGE_VENDOR "the authors of kaudit")
set(CPACK_PACKAGE_CONTACT "the authors of kaudit <kaudit@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Kubernetes audit pipeline and small API server")
set(CPACK_PACKAGE_DESCRIPTION "kaudit-apiserver turns every request into audit.k8s.io/v1 events as kube-apiserver does:
 policy, log and webhook backends. kaudit checks audit policies and reads
 audit logs.")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR})
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
# What the programs are linked with, as dpkg knows it.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_ARCHIVE_THREADS 0)
set(kaudit_tarball kaudit-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR})
configure_file(${CMAKE_CURRENT_LIST_DIR}/package/cpack.cmake.in ${CMAKE_BINARY_DIR}/package/cpack.cmake @ONLY)
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_BINARY_DIR}/package/cpack.cmake)
# Not where CMake would make a target `package` of it: that one builds all tests first, and none of the static programs.
set(CPACK_OUTPUT_CONFIG_FILE ${CMAKE_BINARY_DIR}/package/CPackConfig.cmake)
set(CPACK_SOURCE_OUTPUT_CONFIG_FILE ${CMAKE_BINARY_DIR}/package/CPackSourceConfig.cmake)
include(CPack)
add_custom_target(package ${kaudit_package_commands} WORKING_DIRECTORY ${CMAKE_BINARY_DIR} USES_TERMINAL VERBATIM)
add_dependencies(package ${kaudit_package_targets})
