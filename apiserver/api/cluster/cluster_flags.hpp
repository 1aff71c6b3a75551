#pragma once

#include <string>
#include <vector>

#include "apiserver/api/admit/admission_plugins.hpp"
#include "apiserver/api/cluster/address_range.hpp"
#include "apiserver/api/cluster/cluster_options.hpp"
#include "base/flags/flags.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::api {

/// The flags that say what a cluster has from the start: --cluster-objects, --bare and
/// --service-cluster-ip-range.
class ClusterFlags {
 public:
  void add_flags(FlagSet& flags);
  /// Reads what the flags were given; all that is wrong with it.
  std::vector<Error> validate();

  /// Without --cluster-objects it follows from the plugins: anyone who switches ServiceAccount off
  /// (envtest does) runs kube-apiserver alone, without the controllers that make accounts.
  Furnishing furnishing(const AdmissionPlugins& plugins) const noexcept;
  const ServiceRanges& ranges() const noexcept { return ranges_; }

 private:
  bool bare_ = false;
  std::string objects_;  ///< "" = see furnishing()
  std::string service_range_;
  ServiceRanges ranges_;
};

}  // namespace kaudit::apiserver::api
