#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace kaudit::audit {

/// Whether a request has no deadline and makes a ResponseStarted event (audit-semantics 2): verbs
/// watch and proxy, subresources attach, exec, log, portforward and proxy, and paths under
/// /debug/pprof/. (kube-apiserver's BasicLongRunningRequestCheck)
constexpr bool long_running(bool resource_request, std::string_view verb,
                            std::string_view subresource, std::string_view path) noexcept {
  constexpr std::array<std::string_view, 5> kSubresources{"attach", "exec", "log", "portforward",
                                                          "proxy"};
  if (verb == "watch" || verb == "proxy") return true;
  if (!resource_request) return path.starts_with("/debug/pprof/");
  return std::find(kSubresources.begin(), kSubresources.end(), subresource) != kSubresources.end();
}

}  // namespace kaudit::audit
