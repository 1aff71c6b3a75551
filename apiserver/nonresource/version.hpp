#pragma once

#include <string>
#include <string_view>

namespace kaudit::apiserver::nonresource {

/// The Kubernetes version whose behaviour is served, with kaudit's mark: `v1.37.2+kaudit`.
std::string_view kubernetes_version() noexcept;

/// The body of /version, indented as a real server's. (apimachinery version.Info)
std::string version_document();

}  // namespace kaudit::apiserver::nonresource
