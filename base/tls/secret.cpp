#include "base/tls/secret.hpp"

#include <array>
#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "base/text/hex.hpp"

namespace kaudit::tls {

std::string random_secret() {
  std::array<unsigned char, 32> random{};
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) {
    throw std::runtime_error("no random numbers for a secret of the server's own");
  }
  std::string text;
  for (const unsigned char byte : random) append_hex(text, static_cast<char>(byte));
  return text;
}

bool same_secret(std::string_view left, std::string_view right) noexcept {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace kaudit::tls
