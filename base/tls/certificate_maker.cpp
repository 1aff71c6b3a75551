#include "base/tls/certificate_maker.hpp"

#include <array>
#include <cstdint>
#include <stdexcept>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace kaudit::tls {
namespace {

constexpr long kHour = 3600;
constexpr long kMonth = 30 * 24 * kHour;
constexpr int kCaDays = 3650;
constexpr int kLeafDays = 365;
constexpr std::string_view kServingNames =
    "DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,"
    "IP:127.0.0.1,IP:::1";

/// Nothing here depends on input that may be wrong: a failure is OpenSSL's own.
void throw_unless(bool ok, const char* what) {
  if (!ok) {
    throw std::runtime_error(std::string(what) + ": " + openssl_reason());
  }
}

void add_name(X509_NAME* name, const char* field, std::string_view text) {
  throw_unless(X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                          reinterpret_cast<const unsigned char*>(text.data()),
                                          static_cast<int>(text.size()), -1, 0) == 1,
               "naming a certificate");
}

struct Extension {
  int nid;
  std::string value;  ///< in the notation of x509v3_config(5)
};

struct Request {
  std::string_view common_name;
  std::string_view organization;  ///< none when empty
  int days;  ///< of validity; 0 for what is usual, negative for one that has expired
  std::vector<Extension> extensions;
};

void set_random_serial(X509* certificate) {
  std::array<unsigned char, 16> bytes{};
  throw_unless(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1,
               "random serial number");
  bytes[0] = (bytes[0] & 0x7FU) | 0x40U;  // positive, and of full length
  BIGNUM* number = BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
  BN_free(number);
}

/// Signed by `issuer`, or by itself when that is null.
KeyPair make(const Request& request, const KeyPair* issuer) {
  KeyPair made{X509Ptr(X509_new()), KeyPtr(EVP_EC_gen("P-256"))};
  X509* certificate = made.certificate.get();
  throw_unless(certificate != nullptr && made.key != nullptr, "making a key");
  X509_set_version(certificate, X509_VERSION_3);
  set_random_serial(certificate);
  // A little back, for clocks that differ; further for what is to have expired.
  X509_gmtime_adj(X509_getm_notBefore(certificate), request.days < 0 ? -kMonth : -kHour);
  X509_time_adj_ex(X509_getm_notAfter(certificate), request.days, 0, nullptr);
  X509_set_pubkey(certificate, made.key.get());
  X509_NAME* name = X509_get_subject_name(certificate);
  if (!request.organization.empty()) {
    add_name(name, "O", request.organization);
  }
  add_name(name, "CN", request.common_name);

  X509* issuer_certificate = issuer != nullptr ? issuer->certificate.get() : certificate;
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer_certificate));
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer_certificate, certificate, nullptr, nullptr, 0);
  for (const Extension& extension : request.extensions) {
    X509_EXTENSION* made_extension =
        X509V3_EXT_conf_nid(nullptr, &context, extension.nid, extension.value.c_str());
    throw_unless(made_extension != nullptr, "making an extension of a certificate");
    X509_add_ext(certificate, made_extension, -1);
    X509_EXTENSION_free(made_extension);
  }
  EVP_PKEY* signer = issuer != nullptr ? issuer->key.get() : made.key.get();
  throw_unless(X509_sign(certificate, signer, EVP_sha256()) != 0, "signing a certificate");
  return made;
}

KeyPair make_leaf(const KeyPair& ca, Request request) {
  if (request.days == 0) request.days = kLeafDays;
  request.extensions.push_back({NID_basic_constraints, "critical,CA:FALSE"});
  request.extensions.push_back({NID_key_usage, "critical,digitalSignature"});
  request.extensions.push_back({NID_authority_key_identifier, "keyid"});
  return make(request, &ca);
}

std::string serving_names(std::string_view bind_address) {
  std::string names(kServingNames);
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(std::string(bind_address), error);
  const bool named_already = address == boost::asio::ip::make_address("127.0.0.1") ||
                             address == boost::asio::ip::make_address("::1");
  if (!error && !address.is_unspecified() && !named_already) {
    names += ",IP:" + address.to_string();
  }
  return names;
}

}  // namespace

KeyPairPem to_pem(const KeyPair& pair) {
  return {tls::to_pem(pair.certificate.get()), tls::to_pem(pair.key.get())};
}

KeyPair make_ca() {
  return make({"kaudit-ca",
               {},
               kCaDays,
               {{NID_basic_constraints, "critical,CA:TRUE"},
                {NID_key_usage, "critical,digitalSignature,keyCertSign,cRLSign"},
                {NID_subject_key_identifier, "hash"}}},
              nullptr);
}

KeyPair make_serving_certificate(const KeyPair& ca, std::string_view bind_address) {
  return make_leaf(ca, {"kube-apiserver",
                        {},
                        0,
                        {{NID_ext_key_usage, "serverAuth"},
                         {NID_subject_alt_name, serving_names(bind_address)}}});
}

KeyPair make_expired_certificate(const KeyPair& ca, std::string_view bind_address) {
  return make_leaf(ca, {"kube-apiserver",
                        {},
                        -1,
                        {{NID_ext_key_usage, "serverAuth"},
                         {NID_subject_alt_name, serving_names(bind_address)}}});
}

KeyPair make_named_certificate(const KeyPair& ca, std::string_view name) {
  return make_leaf(ca, {name,
                        {},
                        0,
                        {{NID_ext_key_usage, "serverAuth"},
                         {NID_subject_alt_name, "DNS:" + std::string(name)}}});
}

KeyPair make_client_certificate(const KeyPair& ca, std::string_view common_name,
                                std::string_view organization) {
  return make_leaf(ca, {common_name, organization, 0, {{NID_ext_key_usage, "clientAuth"}}});
}

}  // namespace kaudit::tls
