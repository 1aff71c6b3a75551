#include "apiserver/http/tls/peer_certificate.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <utility>

#include <openssl/asn1.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "base/text/hex.hpp"
#include "base/tls/openssl_support.hpp"

namespace kaudit::apiserver::http {
namespace {

constexpr std::time_t kEver = std::numeric_limits<std::time_t>::max();

std::string name_entry_text(const X509_NAME_ENTRY* entry) {
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(entry));
  if (size < 0) {
    tls::openssl_reason();
    return {};
  }
  std::string text(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size));
  OPENSSL_free(utf8);
  return text;
}

std::string sha256_hex_of(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  X509_digest(certificate, EVP_sha256(), digest.data(), &size);
  std::string hex;
  hex.reserve(std::size_t{size} * 2);
  for (unsigned int i = 0; i < size; ++i) append_hex(hex, static_cast<char>(digest[i]));
  return hex;
}

/// Go's x509.Verify with KeyUsages [ClientAuth]: each certificate of the chain that lists extended
/// usages must list client authentication or any.
bool allows_client_authentication(const STACK_OF(X509) * chain) {
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    const std::uint32_t usages = X509_get_extended_key_usage(sk_X509_value(chain, i));
    if (usages != UINT32_MAX && (usages & (XKU_SSL_CLIENT | XKU_ANYEKU)) == 0) {
      return false;
    }
  }
  return true;
}

/// Whether what X509_verify_cert() found wrong stays wrong, whatever time it is.
bool is_lasting(int error) noexcept {
  switch (error) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return true;
    default:
      return false;
  }
}

/// Seconds since 1970; `otherwise` for what is no time.
std::time_t seconds_of(const ASN1_TIME* time, std::time_t otherwise) noexcept {
  std::tm parts{};
  return ASN1_TIME_to_tm(time, &parts) == 1 ? timegm(&parts) : otherwise;
}

}  // namespace

PeerCertificate::PeerCertificate(X509* leaf, const STACK_OF(X509) * chain) {
  X509_up_ref(leaf);
  leaf_ = std::shared_ptr<X509>(leaf, X509_free);
  if (chain != nullptr) {
    chain_ = std::shared_ptr<STACK_OF(X509)>(
        X509_chain_up_ref(const_cast<STACK_OF(X509)*>(chain)),
        [](STACK_OF(X509) * certificates) { sk_X509_pop_free(certificates, X509_free); });
  }
  const X509_NAME* subject = X509_get_subject_name(leaf);
  for (int i = 0; i < X509_NAME_entry_count(subject); ++i) {
    const X509_NAME_ENTRY* entry = X509_NAME_get_entry(subject, i);
    const int nid = OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry));
    if (nid == NID_commonName) {
      common_name_ = name_entry_text(entry);  // Of several the last counts, as in Go's pkix.Name.
    } else if (nid == NID_organizationName) {
      organizations_.push_back(name_entry_text(entry));
    }
  }
  sha256_hex_ = sha256_hex_of(leaf);
}

Result<std::shared_ptr<const CertificatePool>> CertificatePool::from_pem(const std::string& pem) {
  const auto certificates = tls::certificates_from_pem(pem);
  if (!certificates) {
    return tl::unexpected(certificates.error());
  }
  const std::shared_ptr<X509_STORE> store(X509_STORE_new(), X509_STORE_free);
  // An intermediate CA in the file is a root of trust like any other, as in Go's CertPool.
  X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
  for (const tls::X509Ptr& certificate : *certificates) {
    if (X509_STORE_add_cert(store.get(), certificate.get()) != 1) {
      return fail("a CA certificate cannot be used: " + tls::openssl_reason());
    }
  }
  return std::shared_ptr<const CertificatePool>(new CertificatePool(store));
}

bool CertificatePool::verify(const PeerCertificate& certificate, std::time_t now) const {
  const Lock lock(certificate.mutex_);
  auto& verdicts = certificate.verdicts_;
  auto known = std::find_if(verdicts.begin(), verdicts.end(),
                            [this](const auto& verdict) { return verdict.pool == this; });
  if (known == verdicts.end()) {
    known = verdicts.insert(known, check(certificate, now));
  } else if (now < known->from || now > known->until) {
    *known = check(certificate, now);
  }
  return known->trusted;
}

PeerCertificate::Verdict CertificatePool::check(const PeerCertificate& certificate,
                                                std::time_t now) const {
  const std::unique_ptr<X509_STORE_CTX, void (*)(X509_STORE_CTX*)> context(X509_STORE_CTX_new(),
                                                                           X509_STORE_CTX_free);
  const PeerCertificate::Verdict refused_now{this, false, now, now};
  if (X509_STORE_CTX_init(context.get(), store_.get(), certificate.leaf_.get(),
                          certificate.chain_.get()) != 1) {
    tls::openssl_reason();
    return refused_now;
  }
  X509_STORE_CTX_set_time(context.get(), 0, now);
  if (X509_verify_cert(context.get()) != 1) {
    tls::openssl_reason();
    return is_lasting(X509_STORE_CTX_get_error(context.get()))
               ? PeerCertificate::Verdict{this, false, -kEver, kEver}
               : refused_now;
  }
  const STACK_OF(X509)* const chain = X509_STORE_CTX_get0_chain(context.get());
  PeerCertificate::Verdict verdict{this, allows_client_authentication(chain), -kEver, kEver};
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    const X509* const link = sk_X509_value(chain, i);
    verdict.from = std::max(verdict.from, seconds_of(X509_get0_notBefore(link), now));
    // OpenSSL takes one for expired in its last second.
    verdict.until = std::min(verdict.until, seconds_of(X509_get0_notAfter(link), now + 1) - 1);
  }
  return verdict;
}

}  // namespace kaudit::apiserver::http
