#pragma once

#include <any>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include <openssl/types.h>

#include "base/mutex.hpp"
#include "base/result.hpp"

/// OpenSSL's STACK_OF(X509), whose macro would declare it in the namespace that names it first.
struct stack_st_X509;

namespace kaudit::apiserver::http {

class CertificatePool;

/// The certificate chain a TLS client presented. The handshake only asks for it; whether it is
/// trusted, and for what, is decided by the authenticators, each with its own CertificatePool.
/// Immutable; any thread may read it.
class PeerCertificate {
 public:
  /// Takes a reference of the leaf and copies the chain.
  PeerCertificate(X509* leaf, const STACK_OF(X509) * chain);

  const std::string& common_name() const noexcept { return common_name_; }
  const std::vector<std::string>& organizations() const noexcept { return organizations_; }
  /// SHA-256 of the DER in lower-case hex (the credential-id of audit-semantics 1).
  const std::string& sha256_hex() const noexcept { return sha256_hex_; }

  /// What `make(*this)` gives, made once and kept for the requests to come. There is one thing of
  /// the kind: of another type it is made anew.
  template <typename T, typename Make>
  T derived(Make make) const {
    const Lock lock(mutex_);
    if (const T* known = std::any_cast<T>(&derived_)) return *known;
    return derived_.emplace<T>(make(*this));
  }

 private:
  friend class CertificatePool;
  /// What a pool found, and at what times that holds, both ends included.
  struct Verdict {
    const CertificatePool* pool;
    bool trusted;
    std::time_t from;
    std::time_t until;
  };

  std::shared_ptr<X509> leaf_;
  std::shared_ptr<STACK_OF(X509)> chain_;
  std::string common_name_;
  std::vector<std::string> organizations_;
  std::string sha256_hex_;
  mutable Mutex mutex_;
  /// One for each pool that was asked.
  mutable std::vector<Verdict> verdicts_ KAUDIT_GUARDED_BY(mutex_);
  mutable std::any derived_ KAUDIT_GUARDED_BY(mutex_);
};

/// The CA certificates of one PEM file, to verify client certificates against (usage: client
/// authentication). verify() may be called from any thread. A pool outlives the certificates it is
/// asked about.
class CertificatePool {
 public:
  static Result<std::shared_ptr<const CertificatePool>> from_pem(const std::string& pem);
  /// True when the certificate is valid at that time and chains to one of the CAs. Checking
  /// signatures costs more than all the rest of a request: what was found is kept for as long as
  /// all certificates of the chain are valid.
  bool verify(const PeerCertificate& certificate, std::time_t now = std::time(nullptr)) const;

 private:
  PeerCertificate::Verdict check(const PeerCertificate& certificate, std::time_t now) const;

  explicit CertificatePool(std::shared_ptr<X509_STORE> store) : store_(std::move(store)) {}
  std::shared_ptr<X509_STORE> store_;
};

}  // namespace kaudit::apiserver::http
