#include "apiserver/identity/testing/test_certificates.hpp"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace kaudit::apiserver::identity::testing {
namespace {

constexpr long kHour = 3600;

tls::KeyPtr make_key() { return tls::KeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")); }

void add_name(X509* certificate, const char* field, const std::string& text) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), field, MBSTRING_UTF8, bytes,
                             static_cast<int>(text.size()), -1, 0);
}

void add_extension(X509* certificate, int nid, const char* value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

tls::X509Ptr make_certificate(EVP_PKEY* key) {
  tls::X509Ptr certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kHour);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kHour);
  X509_set_pubkey(certificate.get(), key);
  return certificate;
}

}  // namespace

TestCa::TestCa(const std::string& name)
    : key_(make_key()), certificate_(make_certificate(key_.get())) {
  add_name(certificate_.get(), "CN", name);
  X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
  add_extension(certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(certificate_.get(), key_.get(), nullptr);
}

std::string TestCa::pem() const { return tls::to_pem(certificate_.get()); }

std::shared_ptr<const http::PeerCertificate> TestCa::issue(
    const std::string& common_name, const std::vector<std::string>& organizations) const {
  const auto key = make_key();
  const auto certificate = make_certificate(key.get());
  for (const auto& organization : organizations) {
    add_name(certificate.get(), "O", organization);
  }
  if (!common_name.empty()) {
    add_name(certificate.get(), "CN", common_name);
  }
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
  add_extension(certificate.get(), NID_ext_key_usage, "clientAuth");
  X509_sign(certificate.get(), key_.get(), nullptr);
  return std::make_shared<const http::PeerCertificate>(certificate.get(), nullptr);
}

}  // namespace kaudit::apiserver::identity::testing
