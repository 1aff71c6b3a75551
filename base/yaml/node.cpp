#include "base/yaml/node.hpp"

#include <array>

namespace kaudit::yaml {
namespace {

constexpr std::array<std::string_view, std::variant_size_v<decltype(Node::value)>> kJsonTypes{
    "null", "bool", "number", "string", "array", "object"};

}  // namespace

std::string_view json_type(const Node& node) noexcept { return kJsonTypes[node.value.index()]; }

const Node* find(const Node& node, std::string_view key) noexcept {
  const Members* members = node.mapping();
  if (members == nullptr) return nullptr;
  for (auto member = members->rbegin(); member != members->rend(); ++member) {
    if (member->key == key) return member->value;
  }
  return nullptr;
}

}  // namespace kaudit::yaml
