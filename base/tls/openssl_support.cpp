#include "base/tls/openssl_support.hpp"

#include <cstdlib>
#include <stdexcept>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace kaudit::tls {
namespace {

BioPtr reader(const std::string& text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string contents(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

/// Without a callback OpenSSL asks on the terminal for the passphrase of an encrypted key.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*user*/) { return -1; }

struct BlockFree {
  void operator()(void* block) const noexcept { OPENSSL_free(block); }
};

}  // namespace

void BioFree::operator()(BIO* bio) const noexcept { BIO_free_all(bio); }
void X509Free::operator()(X509* certificate) const noexcept { X509_free(certificate); }
void KeyFree::operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }

std::string openssl_reason() {
  const unsigned long code = ERR_peek_last_error();
  const char* reason = ERR_reason_error_string(code);
  ERR_clear_error();
  return reason != nullptr ? reason : "unknown reason";
}

Result<std::vector<X509Ptr>> certificates_from_pem(const std::string& pem) {
  const BioPtr bio = reader(pem);
  std::vector<X509Ptr> certificates;
  for (;;) {
    char* name = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long size = 0;
    if (PEM_read_bio(bio.get(), &name, &header, &data, &size) != 1) {
      const bool ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
      const std::string reason = openssl_reason();
      if (!ended) {
        return fail("malformed PEM: " + reason);
      }
      break;
    }
    const std::unique_ptr<char, BlockFree> owned_name(name);
    const std::unique_ptr<char, BlockFree> owned_header(header);
    const std::unique_ptr<unsigned char, BlockFree> owned_data(data);
    if (std::string_view(name) != PEM_STRING_X509) {
      continue;
    }
    const unsigned char* at = data;
    X509Ptr certificate(d2i_X509(nullptr, &at, size));
    if (certificate == nullptr) {
      return fail("certificate " + std::to_string(certificates.size() + 1) +
                  " is malformed: " + openssl_reason());
    }
    certificates.push_back(std::move(certificate));
  }
  if (certificates.empty()) {
    return fail("no certificate found (a PEM block BEGIN CERTIFICATE is needed)");
  }
  return certificates;
}

Result<KeyPtr> private_key_from_pem(const std::string& pem) {
  const BioPtr bio = reader(pem);
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (key == nullptr) {
    return fail("no usable private key (an unencrypted PEM block is needed): " + openssl_reason());
  }
  return key;
}

std::string to_pem(X509* certificate) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(bio.get(), certificate) != 1) {
    throw std::runtime_error("writing a certificate as PEM: " + openssl_reason());
  }
  return contents(bio.get());
}

std::string to_pem(EVP_PKEY* key) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PrivateKey_traditional(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) !=
      1) {
    throw std::runtime_error("writing a private key as PEM: " + openssl_reason());
  }
  return contents(bio.get());
}

}  // namespace kaudit::tls
