#include "base/client/certificate_error.hpp"

#include <arpa/inet.h>
#include <array>
#include <memory>

#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace kaudit::client {
namespace {

struct NamesFree {
  void operator()(GENERAL_NAMES* names) const noexcept { GENERAL_NAMES_free(names); }
};

/// The names or, for an address, the addresses that a certificate is valid for: `a, b`.
std::string names_of(X509* certificate, int type) {
  std::string out;
  const std::unique_ptr<GENERAL_NAMES, NamesFree> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    int actual = 0;
    const auto* value = static_cast<const ASN1_STRING*>(
        GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &actual));
    if (actual != type) continue;
    const auto* bytes = ASN1_STRING_get0_data(value);
    const int size = ASN1_STRING_length(value);
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (!out.empty()) out += ", ";
    if (type == GEN_DNS) {
      out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    } else if (inet_ntop(size == 4 ? AF_INET : AF_INET6, bytes, text.data(), text.size()) !=
               nullptr) {
      out += text.data();
    }
  }
  return out;
}

std::string wrong_name(X509_STORE_CTX* context, const std::string& name, int type) {
  X509* const leaf = X509_STORE_CTX_get0_cert(context);
  const std::string valid = leaf != nullptr ? names_of(leaf, type) : "";
  if (!valid.empty()) return "certificate is valid for " + valid + ", not " + name;
  if (type == GEN_IPADD) {
    return "cannot validate certificate for " + name + " because it doesn't contain any IP SANs";
  }
  return "certificate is not valid for any names, but wanted to match " + name;
}

std::string reason(X509_STORE_CTX* context, const std::string& name) {
  const int result = X509_STORE_CTX_get_error(context);
  switch (result) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_UNTRUSTED:
      return "certificate signed by unknown authority";
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "certificate has expired or is not yet valid: it has expired";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "certificate has expired or is not yet valid: it is not yet valid";
    case X509_V_ERR_HOSTNAME_MISMATCH:
      return wrong_name(context, name, GEN_DNS);
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return wrong_name(context, name, GEN_IPADD);
    default:
      return X509_verify_cert_error_string(result);
  }
}

}  // namespace

std::string certificate_error(X509_STORE_CTX* context, const std::string& name) {
  return "x509: " + reason(context, name);
}

}  // namespace kaudit::client
