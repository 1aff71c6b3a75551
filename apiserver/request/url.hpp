#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace kaudit::apiserver::request {

/// A request-target as Go's net/http and net/url read it.
struct Url {
  std::string raw_query;    ///< as sent, without the `?`
  std::string request_uri;  ///< what an event's requestURI shows (audit-semantics 1)

  /// Unescaped.
  std::string_view path() const noexcept {
    return path_ ? std::string_view(*path_) : std::string_view(request_uri).substr(0, path_size_);
  }
  /// Query parameters in order, unescaped; pairs that net/url drops (bad escapes, `;`) are dropped.
  const std::vector<std::pair<std::string, std::string>>& query() const noexcept { return query_; }
  /// The first value of a parameter; "" when absent. has_parameter() tells the two apart.
  std::string_view parameter(std::string_view name) const noexcept;
  bool has_parameter(std::string_view name) const noexcept;
  std::vector<std::string_view> parameters(std::string_view name) const;

  /// The whole URL for an error's text, as Go's URL.String(): unlike request_uri with the scheme
  /// and the host (as sent) of an absolute-form target. For URLs that have a path.
  std::string text() const { return origin_ + request_uri; }

  /// Into one that is new. Error: net/http answers 400 itself, before any filter.
  Result<void> read(std::string_view method, std::string_view target);
  /// The same as a value.
  static Result<Url> parse(std::string_view method, std::string_view target);

 private:
  enum class Scheme : std::uint8_t { Kept, Dropped };
  Result<void> read_absolute(std::string_view target, Scheme kept);
  void set_opaque(std::string_view rest);
  Result<void> set_path_and_query(std::string_view rest);
  void set_query(std::string_view raw);

  /// Null: it stands as it is at the front of request_uri, as most do.
  std::optional<std::string> path_ = std::string();
  std::size_t path_size_ = 0;
  std::string origin_;  ///< "http://host" of an absolute-form target
  std::vector<std::pair<std::string, std::string>> query_;
};

}  // namespace kaudit::apiserver::request
