#include "apiserver/nonresource/cached_document.hpp"

#include <array>

#include <openssl/sha.h>

namespace kaudit::apiserver::nonresource {
namespace {

std::string quoted_hash(const std::string& text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::array<unsigned char, SHA512_DIGEST_LENGTH> digest{};
  SHA512(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::string hash = "\"";
  for (const unsigned char byte : digest) {
    hash += kDigits[byte >> 4U];
    hash += kDigits[byte & 15U];
  }
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
