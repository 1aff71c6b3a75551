#pragma once

#include <string>

namespace kaudit::backends::webhook {

/// What a receiver answered, as far as it matters.
struct Response {
  int status = 0;
  std::string content_type;
  std::string content_encoding;
  std::string retry_after;
  std::string body;  ///< its first ResponseCollector::kMaxKeptBody bytes
};

}  // namespace kaudit::backends::webhook
