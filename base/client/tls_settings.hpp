#pragma once

#include <memory>
#include <vector>

#include <openssl/types.h>

#include "base/client/client_config.hpp"
#include "base/client/watched_file.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"
#include "base/tls/openssl_support.hpp"

namespace kaudit::client {

/// Whom a client trusts, and what it shows of itself; constant, and shared by its connections.
struct TlsSettings {
  struct StoreFree {
    void operator()(X509_STORE* store) const noexcept;
  };

  std::unique_ptr<X509_STORE, StoreFree> trusted;  ///< null: nothing is verified
  std::vector<tls::X509Ptr> chain;                 ///< the client's certificate first; may be empty
  tls::KeyPtr key;

  /// Makes a fresh context of a client one with these settings, which must outlive it: TLS 1.2 at
  /// least. Error: a certificate that OpenSSL does not take.
  Result<void> apply(SSL_CTX* context) const;
};

/// A client's TLS settings, made again when one of their files changed: a certificate can be
/// rotated under a running server. Any thread.
class TlsFiles {
 public:
  /// Reads all files for the first time. Errors: a file that cannot be read, certificates that do
  /// not parse, a key that does not fit a certificate. A client certificate that is in files, and
  /// no good, is only warned of: it may be mended, and the receiver may not ask for it.
  static Result<std::unique_ptr<TlsFiles>> make(const TlsConfig& config);

  /// The settings for a connection that begins now; different ones when a file has changed: older
  /// connections should not be used on. Settings that cannot be made of the changed files leave the
  /// older ones in use, which the server's log says.
  std::shared_ptr<const TlsSettings> current();

 private:
  explicit TlsFiles(const TlsConfig& config);
  Result<std::shared_ptr<const TlsSettings>> build() const KAUDIT_REQUIRES(mutex_);
  bool any_changed() KAUDIT_REQUIRES(mutex_);

  const TlsConfig config_;
  Mutex mutex_;
  WatchedFile ca_file_ KAUDIT_GUARDED_BY(mutex_);
  WatchedFile certificate_file_ KAUDIT_GUARDED_BY(mutex_);
  WatchedFile key_file_ KAUDIT_GUARDED_BY(mutex_);
  std::shared_ptr<const TlsSettings> current_ KAUDIT_GUARDED_BY(mutex_);
};

}  // namespace kaudit::client
