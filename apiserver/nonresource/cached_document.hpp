#pragma once

#include <functional>
#include <mutex>
#include <string>

namespace kaudit::apiserver::nonresource {

/// A document that is made when it is asked for the first time, so that the start does not wait for
/// it, and kept with its ETag. Thread-safe.
class CachedDocument {
 public:
  explicit CachedDocument(std::function<std::string()> make) : make_(std::move(make)) {}

  const std::string& text() const;
  /// With its quotes: the document's SHA-512 in upper case hex. (apiserver
  /// pkg/endpoints/discovery/aggregated CalculateETag)
  const std::string& etag() const;

 private:
  void ensure() const;

  std::function<std::string()> make_;
  mutable std::once_flag once_;
  mutable std::string text_;
  mutable std::string etag_;
};

}  // namespace kaudit::apiserver::nonresource
