#pragma once

#include <memory>
#include <string>
#include <vector>

#include <openssl/types.h>

#include "base/result.hpp"

namespace kaudit::tls {

/// The reason OpenSSL gives for the last failure on this thread; empties its queue of errors.
std::string openssl_reason();

struct BioFree {
  void operator()(BIO* bio) const noexcept;
};
struct X509Free {
  void operator()(X509* certificate) const noexcept;
};
struct KeyFree {
  void operator()(EVP_PKEY* key) const noexcept;
};
using BioPtr = std::unique_ptr<BIO, BioFree>;
using X509Ptr = std::unique_ptr<X509, X509Free>;
using KeyPtr = std::unique_ptr<EVP_PKEY, KeyFree>;

/// Every CERTIFICATE block of a PEM text, in order; other blocks are passed over, as Kubernetes
/// does. An error when there is none or one does not parse. The text is not named: the caller knows
/// where it came from.
Result<std::vector<X509Ptr>> certificates_from_pem(const std::string& pem);
/// The first private key of a PEM text; encrypted ones are an error.
Result<KeyPtr> private_key_from_pem(const std::string& pem);

std::string to_pem(X509* certificate);
/// Unencrypted and in the form of its own kind: SEC 1 (`EC PRIVATE KEY`) for elliptic curves, which
/// one Java client insists on; PKCS#1 for RSA.
std::string to_pem(EVP_PKEY* key);

}  // namespace kaudit::tls
