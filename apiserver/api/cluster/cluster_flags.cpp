#include "apiserver/api/cluster/cluster_flags.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text/quote.hpp"

namespace kaudit::apiserver::api {
namespace {

const FurnishingName* furnishing_named(std::string_view name) {
  const auto* const found = std::ranges::find(kFurnishingNames, name, &FurnishingName::name);
  return found == std::end(kFurnishingNames) ? nullptr : found;
}

}  // namespace

void ClusterFlags::add_flags(FlagSet& flags) {
  flags.group("Misc");
  flags.add("service-cluster-ip-range", &service_range_,
            "The `network` from which Services get their addresses (10.96.0.0/12 when it is not "
            "given), or two of them with a comma, one of each family. Its first address is that of "
            "the Service kubernetes. Once it is given, an address that a client chooses must be "
            "one of it, and free.");
  flags.group("Testing");
  flags.add("cluster-objects", &objects_,
            "Which objects there are without anyone having sent them. all: those of a cluster, "
            "that is its namespaces, in each of them the ServiceAccount default and the ConfigMap "
            "kube-root-ca.crt, the Service kubernetes, priority classes, and the default roles. "
            "apiserver: those of them that kube-apiserver makes itself; nothing in new namespaces. "
            "none: the namespace default. Without it, it is apiserver where "
            "--disable-admission-plugins names ServiceAccount, as envtest does, and else all.");
  flags.add("bare", &bare_, "The same as --cluster-objects=none.");
}

std::vector<Error> ClusterFlags::validate() {
  std::vector<Error> errors;
  if (!objects_.empty() && furnishing_named(objects_) == nullptr) {
    errors.push_back({"--cluster-objects " + go_quoted(objects_) +
                      " is not known: give all, apiserver or none"});
  } else if (bare_ && !objects_.empty() && objects_ != "none") {
    errors.push_back({"--bare is --cluster-objects=none: give one of them"});
  }
  if (auto ranges = ServiceRanges::parse(service_range_)) {
    ranges_ = *std::move(ranges);
  } else {
    errors.insert(errors.end(), ranges.error().begin(), ranges.error().end());
  }
  return errors;
}

Furnishing ClusterFlags::furnishing(const AdmissionPlugins& plugins) const noexcept {
  if (bare_) return Furnishing::Bare;
  if (const FurnishingName* named = furnishing_named(objects_)) return named->furnishing;
  return plugins.is_on(AdmissionPlugin::ServiceAccount) ? Furnishing::Furnished
                                                        : Furnishing::Server;
}

}  // namespace kaudit::apiserver::api
