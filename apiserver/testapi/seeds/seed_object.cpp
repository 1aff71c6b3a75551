#include "apiserver/testapi/seeds/seed_object.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "base/yaml/reader.hpp"

namespace kaudit::apiserver::testapi {

std::string DocumentPlace::of_line(int line) const {
  return file + ": document " + std::to_string(number) + ", line " +
         std::to_string(line + line_offset);
}

std::string text_member(const yaml::Node& mapping, std::string_view key) {
  const yaml::Node* found = yaml::find(mapping, key);
  return found == nullptr || found->string() == nullptr ? std::string() : *found->string();
}

std::string SeedObject::metadata(std::string_view member) const {
  const yaml::Node* all = yaml::find(*node, "metadata");
  return all == nullptr ? std::string() : text_member(*all, member);
}

std::string SeedObject::place(const yaml::Node& at) const {
  return document_place.of_line(at.position.line);
}

std::string SeedObject::place_of(std::string_view field_path) const {
  const yaml::Node* at = node;
  while (!field_path.empty()) {
    const yaml::Node* next = nullptr;
    if (field_path.front() == '[') {
      const std::size_t close = std::min(field_path.find(']'), field_path.size());
      const std::string_view key = field_path.substr(1, close - 1);
      field_path.remove_prefix(std::min(close + 1, field_path.size()));
      std::size_t index = 0;
      const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
      if (at->sequence() == nullptr) {
        next = yaml::find(*at, key);
      } else if (error == std::errc() && index < at->sequence()->size()) {
        next = (*at->sequence())[index];
      }
    } else {
      if (field_path.front() == '.') field_path.remove_prefix(1);
      const std::size_t end = std::min(field_path.find_first_of(".["), field_path.size());
      next = yaml::find(*at, field_path.substr(0, end));
      field_path.remove_prefix(end);
      if (end == 0) break;
    }
    if (next == nullptr) break;
    at = next;
  }
  return place(*at);
}

}  // namespace kaudit::apiserver::testapi
