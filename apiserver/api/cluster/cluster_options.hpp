#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kaudit::apiserver::api {

/// Which objects there are without anyone having sent them. (--cluster-objects)
enum class Furnishing : std::uint8_t {
  Bare,       ///< the namespace `default`
  Server,     ///< what kube-apiserver makes at its start
  Furnished,  ///< that, and what controllers beside it give every namespace
};

/// As --cluster-objects names them.
struct FurnishingName {
  std::string_view name;
  Furnishing furnishing;
};
inline constexpr FurnishingName kFurnishingNames[] = {
    {"none", Furnishing::Bare}, {"apiserver", Furnishing::Server}, {"all", Furnishing::Furnished}};

struct ClusterOptions {
  Furnishing furnishing = Furnishing::Bare;
  std::string root_ca;  ///< PEM; what Pods would trust the server by (kube-root-ca.crt)
};

}  // namespace kaudit::apiserver::api
