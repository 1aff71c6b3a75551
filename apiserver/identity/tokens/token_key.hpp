#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/tls/openssl_support.hpp"

namespace kaudit::apiserver::identity {

/// A key for service accounts' tokens: RSA (RS256) or elliptic (ES256, ES384, ES512), public or
/// with its private half. Immutable; any thread may use it.
class TokenKey {
 public:
  /// All keys of a PEM text: private and public ones and those of certificates, in its order; other
  /// blocks are passed over (client-go util/keyutil ParsePublicKeysPEM). Error: there is none.
  static Result<std::vector<TokenKey>> public_keys(const std::string& pem);
  /// The first private key of a PEM text (ParsePrivateKeyPEM). Error: there is none, or it is of
  /// another kind.
  static Result<TokenKey> private_key(const std::string& pem);
  /// A new elliptic one (P-256), with its private half.
  static TokenKey make();

  /// As tokens name it: a hash of the public key (kubernetes pkg/serviceaccount
  /// keyIDFromPublicKey).
  const std::string& id() const noexcept { return id_; }
  std::string_view algorithm() const noexcept { return algorithm_; }

  /// Whether the signature over the text is this key's, by its own algorithm.
  bool verify(std::string_view text, std::string_view signature) const;
  /// Bytes. Throws std::runtime_error for a public key.
  std::string sign(std::string_view text) const;

  /// The public key as RFC 7517 writes it, in the member order of the library that Kubernetes uses.
  std::string jwk() const;
  std::string private_pem() const;
  std::string public_pem() const;

 private:
  static Result<TokenKey> from(tls::KeyPtr key);
  TokenKey(std::shared_ptr<EVP_PKEY> key, std::string id, std::string_view algorithm)
      : key_(std::move(key)), id_(std::move(id)), algorithm_(algorithm) {}

  std::shared_ptr<EVP_PKEY> key_;
  std::string id_;
  std::string_view algorithm_;
};

/// The document of /openid/v1/jwks.
std::string key_set_json(const std::vector<TokenKey>& keys);

}  // namespace kaudit::apiserver::identity
