#pragma once

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "backends/backend_options.hpp"
#include "base/flags/flags.hpp"
#include "base/result.hpp"

namespace kaudit::backends {

/// All of auditing that flags say, with kube-apiserver's defaults. (k8s.io/apiserver AuditOptions)
struct AuditOptions {
  /// With the options of every kind in the table of backends.
  AuditOptions();

  std::string policy_file;  ///< empty: nothing is recorded
  /// `--audit-drain-timeout`, which kube-apiserver does not have: how long a stopping server waits
  /// for its backends to deliver what they hold.
  std::chrono::nanoseconds drain_timeout = std::chrono::seconds(60);
  /// In the order in which they get an event; most are off.
  std::vector<std::unique_ptr<BackendOptions>> backends;

  /// The options of one kind, for programs that set them without flags: `of<LogOptions>().path`.
  /// Throws std::logic_error when the table has no such kind.
  template <typename Options>
  Options& of();

  /// Adds the group "Auditing". The options must outlive the flags.
  void add_flags(FlagSet& flags);
  /// Every error of the backends that are on.
  std::vector<Error> validate() const;
};

template <typename Options>
Options& AuditOptions::of() {
  for (const auto& backend : backends) {
    if (auto* const options = dynamic_cast<Options*>(backend.get())) return *options;
  }
  throw std::logic_error("no such kind of backend");
}

}  // namespace kaudit::backends
