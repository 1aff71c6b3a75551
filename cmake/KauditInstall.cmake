# `find_package(kaudit)` from another project: targets kaudit::audit, kaudit::policy, kaudit::backends, …
include(CMakePackageConfigHelpers)
install(EXPORT kauditTargets NAMESPACE kaudit:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/kaudit
  COMPONENT development)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/kauditConfig.cmake.in ${CMAKE_BINARY_DIR}/kauditConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/kaudit)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/kauditConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/kauditConfig.cmake ${CMAKE_BINARY_DIR}/kauditConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/kaudit COMPONENT development)
