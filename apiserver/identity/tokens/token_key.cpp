#include "apiserver/identity/tokens/token_key.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/text/base64.hpp"

namespace kaudit::apiserver::identity {
namespace {

template <typename T, void (*Free)(T*)>
struct FreeBy {
  void operator()(T* what) const noexcept { Free(what); }
};
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeBy<EVP_MD_CTX, EVP_MD_CTX_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, FreeBy<ECDSA_SIG, ECDSA_SIG_free>>;
using Number = std::unique_ptr<BIGNUM, FreeBy<BIGNUM, BN_free>>;

struct FreeBytes {
  void operator()(void* bytes) const noexcept { OPENSSL_free(bytes); }
};

/// What RFC 7518 says of a kind of key.
struct Algorithm {
  std::string_view name;
  std::string_view curve;        ///< as OpenSSL calls it; "" for RSA
  std::string_view curve_shown;  ///< as a JWK names it
  std::size_t coordinate;        ///< bytes of an elliptic number
  const EVP_MD* (*digest)();
};

constexpr std::array<Algorithm, 4> kAlgorithms{{
    {"RS256", "", "", 0, EVP_sha256},
    {"ES256", "prime256v1", "P-256", 32, EVP_sha256},
    {"ES384", "secp384r1", "P-384", 48, EVP_sha384},
    {"ES512", "secp521r1", "P-521", 66, EVP_sha512},
}};

const Algorithm& algorithm_named(std::string_view name) {
  for (const Algorithm& algorithm : kAlgorithms) {
    if (algorithm.name == name) return algorithm;
  }
  throw std::logic_error("no such algorithm of tokens");
}

/// Null for a key that signs no tokens.
const Algorithm* algorithm_of(EVP_PKEY* key) {
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA) return &kAlgorithms.front();
  std::array<char, 80> curve{};
  std::size_t size = 0;
  if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC ||
      EVP_PKEY_get_group_name(key, curve.data(), curve.size(), &size) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  for (const Algorithm& algorithm : kAlgorithms) {
    if (!algorithm.curve.empty() && algorithm.curve == std::string_view(curve.data(), size)) {
      return &algorithm;
    }
  }
  return nullptr;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

[[noreturn]] void broken(const char* what) {
  throw std::runtime_error(std::string(what) + ": " + tls::openssl_reason());
}

/// The key's public half in DER, which its name is made of.
std::string public_der(EVP_PKEY* key) {
  unsigned char* data = nullptr;
  const int size = i2d_PUBKEY(key, &data);
  if (size <= 0) broken("writing a public key");
  const std::unique_ptr<unsigned char, FreeBytes> owned(data);
  return {reinterpret_cast<const char*>(data), static_cast<std::size_t>(size)};
}

std::string sha256(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), hash.data(), &size, EVP_sha256(), nullptr) != 1) {
    broken("hashing a public key");
  }
  return {reinterpret_cast<const char*>(hash.data()), size};
}

/// Two numbers of one length, where OpenSSL has them as ASN.1; nullopt for what is neither.
std::optional<std::string> plain_from_der(std::string_view der, std::size_t coordinate) {
  const unsigned char* at = bytes_of(der);
  const Signature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  if (!signature) return std::nullopt;
  std::string plain(2 * coordinate, '\0');
  auto* out = reinterpret_cast<unsigned char*>(plain.data());
  const int length = static_cast<int>(coordinate);
  if (BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out, length) != length ||
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out + coordinate, length) != length) {
    return std::nullopt;
  }
  return plain;
}

std::optional<std::string> der_from_plain(std::string_view plain, std::size_t coordinate) {
  if (plain.size() != 2 * coordinate) return std::nullopt;
  const int length = static_cast<int>(coordinate);
  const Signature signature(ECDSA_SIG_new());
  Number r(BN_bin2bn(bytes_of(plain), length, nullptr));
  Number s(BN_bin2bn(bytes_of(plain) + coordinate, length, nullptr));
  if (!signature || !r || !s || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) {
    return std::nullopt;
  }
  // The signature owns them from here on.
  static_cast<void>(r.release());
  static_cast<void>(s.release());
  unsigned char* data = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &data);
  if (size <= 0) return std::nullopt;
  const std::unique_ptr<unsigned char, FreeBytes> owned(data);
  return std::string(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
}

/// A number of the key in base64url; `width` bytes, or as many as it has.
std::string number_of(EVP_PKEY* key, const char* name, std::size_t width = 0) {
  BIGNUM* found = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &found) != 1) broken("reading a public key");
  const Number number(found);
  const std::size_t size = width == 0 ? static_cast<std::size_t>(BN_num_bytes(found)) : width;
  std::string bytes(size, '\0');
  if (BN_bn2binpad(found, reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(size)) <
      0) {
    broken("reading a public key");
  }
  return base64url_encode(bytes);
}

std::string contents(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*user*/) { return -1; }

/// The blocks of a PEM text, each as a text of its own.
std::vector<std::string> blocks_of(const std::string& pem) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  constexpr std::string_view kEnd = "-----END ";
  std::vector<std::string> blocks;
  for (std::size_t at = pem.find(kBegin); at != std::string::npos; at = pem.find(kBegin, at)) {
    const std::size_t end = pem.find(kEnd, at);
    if (end == std::string::npos) break;
    const std::size_t next = std::min(pem.find('\n', end), pem.size());
    blocks.push_back(pem.substr(at, next - at) + "\n");
    at = next;
  }
  return blocks;
}

/// Null when the block has no key.
tls::KeyPtr key_in(const std::string& block) {
  const auto reader = [&block] {
    return tls::BioPtr(BIO_new_mem_buf(block.data(), static_cast<int>(block.size())));
  };
  tls::KeyPtr key(PEM_read_bio_PrivateKey(reader().get(), nullptr, no_passphrase, nullptr));
  if (!key) key.reset(PEM_read_bio_PUBKEY(reader().get(), nullptr, no_passphrase, nullptr));
  if (!key) {
    const tls::X509Ptr certificate(
        PEM_read_bio_X509(reader().get(), nullptr, no_passphrase, nullptr));
    if (certificate) key.reset(X509_get_pubkey(certificate.get()));
  }
  ERR_clear_error();
  return key;
}

}  // namespace

Result<TokenKey> TokenKey::from(tls::KeyPtr key) {
  const Algorithm* algorithm = algorithm_of(key.get());
  if (algorithm == nullptr) {
    return fail("the key is neither RSA nor of the curves P-256, P-384 and P-521");
  }
  std::string id = base64url_encode(sha256(public_der(key.get())));
  return TokenKey(std::shared_ptr<EVP_PKEY>(key.release(), tls::KeyFree()), std::move(id),
                  algorithm->name);
}

Result<std::vector<TokenKey>> TokenKey::public_keys(const std::string& pem) {
  std::vector<TokenKey> keys;
  for (const std::string& block : blocks_of(pem)) {
    auto key = key_in(block);
    if (!key) continue;
    if (auto usable = from(std::move(key))) keys.push_back(*std::move(usable));
  }
  if (keys.empty()) return fail("data does not contain any valid RSA or ECDSA public keys");
  return keys;
}

Result<TokenKey> TokenKey::private_key(const std::string& pem) {
  auto key = tls::private_key_from_pem(pem);
  if (!key) return fail("data does not contain a valid RSA or ECDSA private key");
  return from(*std::move(key));
}

TokenKey TokenKey::make() {
  tls::KeyPtr key(EVP_EC_gen("P-256"));
  if (!key) broken("making a key for tokens");
  return from(std::move(key)).value();
}

bool TokenKey::verify(std::string_view text, std::string_view signature) const {
  const Algorithm& algorithm = algorithm_named(algorithm_);
  std::string given(signature);
  if (algorithm.coordinate > 0) {
    auto der = der_from_plain(signature, algorithm.coordinate);
    if (!der) return false;
    given = *std::move(der);
  }
  const DigestContext context(EVP_MD_CTX_new());
  const bool verified =
      EVP_DigestVerifyInit(context.get(), nullptr, algorithm.digest(), nullptr, key_.get()) == 1 &&
      EVP_DigestVerify(context.get(), bytes_of(given), given.size(), bytes_of(text), text.size()) ==
          1;
  if (!verified) ERR_clear_error();
  return verified;
}

std::string TokenKey::sign(std::string_view text) const {
  const Algorithm& algorithm = algorithm_named(algorithm_);
  const DigestContext context(EVP_MD_CTX_new());
  std::size_t size = 0;
  if (EVP_DigestSignInit(context.get(), nullptr, algorithm.digest(), nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, bytes_of(text), text.size()) != 1) {
    broken("signing a token");
  }
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     bytes_of(text), text.size()) != 1) {
    broken("signing a token");
  }
  signature.resize(size);
  if (algorithm.coordinate == 0) return signature;
  return plain_from_der(signature, algorithm.coordinate).value();
}

std::string TokenKey::jwk() const {
  const Algorithm& algorithm = algorithm_named(algorithm_);
  const auto member = [](std::string_view name, std::string_view value) {
    return std::string(",\"").append(name).append("\":\"").append(value).append("\"");
  };
  const bool rsa = algorithm.coordinate == 0;
  std::string json = R"({"use":"sig")" + member("kty", rsa ? "RSA" : "EC") + member("kid", id_);
  if (rsa) {
    json += member("alg", algorithm_) + member("n", number_of(key_.get(), OSSL_PKEY_PARAM_RSA_N)) +
            member("e", number_of(key_.get(), OSSL_PKEY_PARAM_RSA_E));
  } else {
    json += member("crv", algorithm.curve_shown) + member("alg", algorithm_) +
            member("x", number_of(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X, algorithm.coordinate)) +
            member("y", number_of(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y, algorithm.coordinate));
  }
  return json + "}";
}

std::string TokenKey::private_pem() const { return tls::to_pem(key_.get()); }

std::string TokenKey::public_pem() const {
  const tls::BioPtr bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PUBKEY(bio.get(), key_.get()) != 1) broken("writing a public key");
  return contents(bio.get());
}

std::string key_set_json(const std::vector<TokenKey>& keys) {
  std::string json = R"({"keys":[)";
  for (const TokenKey& key : keys) {
    if (json.back() == '}') json += ',';
    json += key.jwk();
  }
  return json + "]}";
}

}  // namespace kaudit::apiserver::identity
