#include "cli/receiver/event_key.hpp"

#include <memory>
#include <new>

#include <openssl/evp.h>

namespace kaudit::cli {
namespace {

/// A SHA-256 under way.
class Digest {
 public:
  Digest() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1) {
      throw std::bad_alloc();
    }
  }
  /// A part that no other division of the same bytes is equal to.
  void add_part(std::string_view part) {
    const std::uint64_t size = part.size();
    EVP_DigestUpdate(context_.get(), &size, sizeof size);
    EVP_DigestUpdate(context_.get(), part.data(), part.size());
  }
  EventKey key() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr);
    EventKey made;
    std::memcpy(made.words.data(), digest.data(), sizeof made.words);
    return made;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
};

}  // namespace

EventKey event_key(std::string_view source, std::string_view audit_id, std::string_view stage,
                   std::string_view received) {
  Digest digest;
  for (const std::string_view part : {source, audit_id, stage, received}) digest.add_part(part);
  return digest.key();
}

EventKey bytes_key(std::string_view bytes) {
  Digest digest;
  digest.add_part(bytes);
  return digest.key();
}

bool KeyWindow::insert(const EventKey& key) {
  if (!keys_.insert(key).second) return false;
  in_order_.push_back(key);
  while (in_order_.size() > most_) {
    keys_.erase(in_order_.front());
    in_order_.pop_front();
  }
  return true;
}

}  // namespace kaudit::cli
