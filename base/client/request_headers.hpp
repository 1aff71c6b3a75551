#pragma once

#include <string>
#include <vector>

#include "base/client/client_config.hpp"
#include "base/client/watched_file.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"

namespace kaudit::client {

/// Makes the headers of requests, in the order and with the values of kube-apiserver's client but
/// for the User-Agent. The token file is looked at for each request and read again when it changed.
/// Any thread.
class RequestHeaders {
 public:
  /// Warns in the server's log of a token file that cannot be read later on.
  explicit RequestHeaders(const ClientConfig& config);

  /// Reads the token file for the first time. Error: there is no token without it, and it is empty
  /// or cannot be read.
  Result<void> read_token_file();

  /// The header lines of a POST of so many bytes, without line ends. Error: as read_token_file().
  Result<std::vector<std::string>> lines(std::size_t body_size);

 private:
  Result<std::string> authorization();

  const std::string host_;
  const std::string user_agent_;
  const std::string fixed_authorization_;       ///< of a token or a password; may be empty
  const std::vector<std::string> behind_type_;  ///< the lines from Impersonate-* on
  const bool has_token_file_;
  Mutex mutex_;
  WatchedFile token_file_ KAUDIT_GUARDED_BY(mutex_);
  std::string file_token_ KAUDIT_GUARDED_BY(mutex_);  ///< the last one that was good
  std::string token_file_error_ KAUDIT_GUARDED_BY(mutex_);
};

}  // namespace kaudit::client
