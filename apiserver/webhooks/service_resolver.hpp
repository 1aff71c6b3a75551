#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "base/result.hpp"

namespace kaudit::apiserver::webhooks {

/// Where Services are reached that webhooks are named by (--service-resolver): there is no cluster
/// network here, so a test says where its webhook listens. Immutable once it is made.
class ServiceResolver {
 public:
  /// Pairs `NAMESPACE/NAME[:PORT]=ADDRESS:PORT`. Error: all that are none, and those whose address
  /// is not of the loopback interface.
  static tl::expected<ServiceResolver, std::vector<Error>> parse(
      const std::vector<std::string>& pairs);

  /// `ADDRESS:PORT`; nothing for a Service that nobody has named.
  std::optional<std::string> resolve(std::string_view ns, std::string_view name, int port) const;

 private:
  struct Entry {
    std::string service;  ///< `NAMESPACE/NAME`
    int port = 0;         ///< 0: any
    std::string address;
  };
  static Result<Entry> parse_pair(std::string_view pair);

  std::vector<Entry> entries_;
};

}  // namespace kaudit::apiserver::webhooks
