#pragma once

#include <optional>
#include <string_view>

namespace kaudit::apiserver::api {

/// What the name in the path of a proxy request says: `NAME`, `NAME:PORT` or `SCHEME:NAME:PORT`.
/// Only the look-up splits it: events, and whoever decides whether the request may go on, see it
/// whole. (apimachinery pkg/util/net SplitSchemeNamePort)
struct SchemeNamePort {
  std::string_view scheme;  ///< "http", "https", or "" for the default
  std::string_view name;    ///< never ""
  std::string_view port;    ///< a number or the name of one; "" for the default

  /// nullopt: the name is empty, there are more than three pieces, or the scheme is another one.
  static std::optional<SchemeNamePort> parse(std::string_view text) noexcept;
};

}  // namespace kaudit::apiserver::api
