#pragma once

#include <string_view>
#include <utility>
#include <vector>

namespace kaudit::apiserver::request {

/// One alternative of an Accept header: `application/json;g=apidiscovery.k8s.io;v=v2;q=0.5`. Points
/// into the header.
struct AcceptClause {
  std::string_view type;  ///< `application`, or `*`
  std::string_view subtype;
  double quality = 1.0;
  std::vector<std::pair<std::string_view, std::string_view>> parameters;  ///< q aside

  /// "" when there is no such parameter.
  std::string_view parameter(std::string_view name) const noexcept;
  /// Whether it names that media type, or a range with it.
  bool covers(std::string_view media_type) const noexcept;
};

/// The alternatives, the preferred first: by quality, then those without `*`, then in their order.
/// Anything that is not a clause is left out. (goautoneg ParseAccept)
std::vector<AcceptClause> parse_accept(std::string_view header);

}  // namespace kaudit::apiserver::request
