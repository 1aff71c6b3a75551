#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/tls/openssl_support.hpp"

namespace kaudit::tls {

struct KeyPairPem {
  std::string certificate;  ///< PEM; the leaf first when it is a chain
  std::string key;          ///< PEM
};

/// A certificate with its key, ready to sign or to be written.
struct KeyPair {
  X509Ptr certificate;
  KeyPtr key;
};
KeyPairPem to_pem(const KeyPair& pair);

// All keys are EC P-256: made in well under a millisecond, known to every TLS library.

/// A CA that signs itself, valid for ten years.
KeyPair make_ca();
/// A serving certificate for the names and addresses by which clients reach an API server on this
/// machine, and for `bind_address` when that is another one. Valid for a year, as are client
/// certificates.
KeyPair make_serving_certificate(const KeyPair& ca, std::string_view bind_address);
/// The same, but it has expired: what clients must refuse.
KeyPair make_expired_certificate(const KeyPair& ca, std::string_view bind_address);
/// A serving certificate for one DNS name and nothing else.
KeyPair make_named_certificate(const KeyPair& ca, std::string_view name);
/// A client certificate; Kubernetes takes `common_name` for the user and `organization` for a
/// group.
KeyPair make_client_certificate(const KeyPair& ca, std::string_view common_name,
                                std::string_view organization);

}  // namespace kaudit::tls
