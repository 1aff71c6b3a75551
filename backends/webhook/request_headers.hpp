#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "backends/webhook/client_config.hpp"
#include "backends/webhook/watched_file.hpp"
#include "base/result.hpp"

namespace kaudit::backends::webhook {

/// `Basic …`
std::string basic_authorization(const UserInfo& user);

/// Writes the heads of requests, byte for byte as kube-apiserver's client does but for the
/// User-Agent. The token file is looked at for each request and read again when it changed. Any
/// thread.
class RequestHeads {
 public:
  /// Warns in the server's log of a token file that cannot be read later on.
  explicit RequestHeads(const ClientConfig& config);

  /// Reads the token file for the first time. Error: there is no token without it, and it is empty
  /// or cannot be read.
  Result<void> read_token_file();

  /// The head of a POST of so many bytes. `target` is what is posted to, `extra` header lines that
  /// a proxy needs. Error: as read_token_file().
  Result<std::string> head(std::string_view target, std::size_t body_size, std::string_view extra);

 private:
  Result<std::string> authorization();

  const std::string host_;
  const std::string fixed_authorization_;  ///< of a token or a password; may be empty
  const std::string behind_type_;          ///< the lines from Impersonate-* on
  const bool has_token_file_;
  std::mutex mutex_;
  // Guarded by mutex_.
  WatchedFile token_file_;
  std::string file_token_;  ///< the last one that was good
  std::string token_file_error_;
};

}  // namespace kaudit::backends::webhook
