#pragma once

#include <string>

namespace kaudit::client {

/// What a receiver answered, as far as it matters.
struct Response {
  int status = 0;
  std::string content_type;
  std::string content_encoding;
  std::string retry_after;
  std::string body;     ///< its first ClientConfig::kept_body bytes
  bool is_cut = false;  ///< the body has more of them
};

}  // namespace kaudit::client
