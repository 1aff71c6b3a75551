#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include <openssl/types.h>

#include "backends/webhook/client_config.hpp"
#include "backends/webhook/watched_file.hpp"
#include "base/result.hpp"

namespace kaudit::backends::webhook {

/// A client's TLS settings, made anew when one of their files changed: a certificate can be rotated
/// under a running server. Any thread.
class TlsContext {
 public:
  /// Reads all files for the first time. Errors: a file that cannot be read, certificates that do
  /// not parse, a key that does not fit a certificate. A client certificate that is in files, and
  /// no good, is only warned of: it may be mended, and the receiver may not ask for it.
  static Result<std::unique_ptr<TlsContext>> make(const TlsConfig& config);

  /// The settings for a connection that begins now. `generation` grows when they are new: older
  /// connections should not be used on.
  struct Current {
    std::shared_ptr<SSL_CTX> context;
    std::uint64_t generation = 0;
  };
  /// Settings that cannot be made of the changed files leave the older ones in use; that is told in
  /// the server's log.
  Current current();

 private:
  explicit TlsContext(const TlsConfig& config);
  Result<std::shared_ptr<SSL_CTX>> build() const;
  bool any_changed();

  const TlsConfig config_;
  std::mutex mutex_;
  // Guarded by mutex_.
  WatchedFile ca_file_;
  WatchedFile certificate_file_;
  WatchedFile key_file_;
  Current current_;
};

}  // namespace kaudit::backends::webhook
