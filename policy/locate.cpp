#include "policy/locate.hpp"

#include <charconv>

namespace kaudit::policy {
namespace {

/// Takes the next step of the path away and follows it; null when it leads nowhere.
const yaml::Node* follow(const yaml::Node& node, std::string_view& path) {
  if (path.starts_with('[')) {
    std::size_t index = 0;
    const auto parsed = std::from_chars(path.data() + 1, path.data() + path.size(), index);
    path.remove_prefix(static_cast<std::size_t>(parsed.ptr - path.data()) + 1);
    const yaml::Items* items = node.sequence();
    return items != nullptr && index < items->size() ? (*items)[index] : nullptr;
  }
  if (path.starts_with('.')) path.remove_prefix(1);
  const std::string_view name = path.substr(0, path.find_first_of(".["));
  path.remove_prefix(name.size());
  return find(node, name);
}

}  // namespace

const yaml::Node* find_node(const yaml::Document& document, std::string_view path) {
  const yaml::Node* node = document.root;
  while (node != nullptr && !path.empty()) node = follow(*node, path);
  return node;
}

yaml::Position locate(const yaml::Document& document, std::string_view path) {
  const yaml::Node* node = document.root;
  while (!path.empty()) {
    const yaml::Node* next = follow(*node, path);
    if (next == nullptr) break;
    node = next;
  }
  return node->position;
}

}  // namespace kaudit::policy
