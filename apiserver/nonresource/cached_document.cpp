#include "apiserver/nonresource/cached_document.hpp"

#include <array>

#include <openssl/sha.h>

#include "base/text/hex.hpp"

namespace kaudit::apiserver::nonresource {
namespace {

std::string quoted_hash(const std::string& text) {
  std::array<unsigned char, SHA512_DIGEST_LENGTH> digest{};
  SHA512(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::string hash = "\"";
  for (const unsigned char byte : digest) append_hex(hash, static_cast<char>(byte), kUpperHex);
  return hash + '"';
}

}  // namespace

void CachedDocument::ensure() const {
  std::call_once(once_, [this] {
    text_ = make_();
    etag_ = quoted_hash(text_);
  });
}

const std::string& CachedDocument::text() const {
  ensure();
  return text_;
}

const std::string& CachedDocument::etag() const {
  ensure();
  return etag_;
}

}  // namespace kaudit::apiserver::nonresource
