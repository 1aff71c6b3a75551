#include "apiserver/api/write/object_names.hpp"

#include <random>

#include "base/text/dns_name.hpp"
#include "base/uuid.hpp"

namespace kaudit::apiserver::api {

std::string generated_name(std::string_view base) {
  // No vowels and nothing that looks alike, so that no words come out.
  static constexpr std::string_view kLetters = "bcdfghjklmnpqrstvwxz2456789";
  constexpr std::size_t kRandom = 5;
  thread_local std::mt19937 random{std::random_device{}()};
  std::uniform_int_distribution<std::size_t> index(0, kLetters.size() - 1);
  std::string name(base.substr(0, kMaxDnsLabel - kRandom));
  for (std::size_t i = 0; i < kRandom; ++i) name += kLetters[index(random)];
  return name;
}

objects::TreeText new_uid() {
  const std::string uid = random_uuid();
  return std::string_view(uid);
}

}  // namespace kaudit::apiserver::api
