#pragma once

#include <cstdint>
#include <string>

namespace kaudit::apiserver::api {

/// Which objects there are without anyone having sent them.
enum class Furnishing : std::uint8_t {
  Bare,       ///< the namespace `default` (--bare)
  Furnished,  ///< those of a cluster: what kube-apiserver makes at its start, and what the
              ///< controllers beside it give every namespace
};

struct ClusterOptions {
  Furnishing furnishing = Furnishing::Bare;
  std::string root_ca;  ///< PEM; what Pods would trust the server by (kube-root-ca.crt)
};

}  // namespace kaudit::apiserver::api
