#include "apiserver/api/write/object_names.hpp"

#include <array>
#include <random>

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

#include "base/text/dns_name.hpp"

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
  thread_local boost::uuids::random_generator_mt19937 generator;
  std::array<char, 36> text{};
  boost::uuids::to_chars(generator(), text.begin());
  return std::string_view(text.data(), text.size());
}

}  // namespace kaudit::apiserver::api
