#include "apiserver/store/key_table.hpp"

#include <cstring>

namespace kaudit::apiserver::store {

using objects::ObjectPtr;

bool KeyTable::Equal::operator()(const AskedKey& asked, const HeldKey& held) const noexcept {
  const std::size_t size = asked.text.size();
  return asked.hash == held.hash && std::strncmp(asked.text.data(), held.text, size) == 0 &&
         held.text[size] == '\0';
}

const ObjectPtr* KeyTable::find(std::string_view key) const noexcept {
  const AskedKey asked(key);
  const Part& part = part_of(asked);
  const auto found = part.find(asked);
  return found == part.end() ? nullptr : &found->second;
}

void KeyTable::put(std::string_view key, const ObjectPtr& object) {
  const AskedKey asked(key);
  Part& part = part_of(asked);
  if (const auto found = part.find(asked); found != part.end()) {
    found->second = object;
  } else {
    part.emplace(HeldKey{asked.hash, key.data()}, object);
  }
}

void KeyTable::erase(std::string_view key) {
  const AskedKey asked(key);
  Part& part = part_of(asked);
  if (const auto found = part.find(asked); found != part.end()) part.erase(found);
}

}  // namespace kaudit::apiserver::store
