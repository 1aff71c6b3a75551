#include "apiserver/objects/patch/patch_document.hpp"

#include <algorithm>
#include <utility>

#include "apiserver/objects/patch/array_index.hpp"

namespace kaudit::apiserver::objects::patch {
namespace {

using Node = PatchDocument::Node;
using NodePtr = PatchDocument::NodePtr;

// A container that is being put together, and its next child.
struct OpenNode {
  Node* node;
  Json done;
  PatchDocument::Members::iterator member;
  std::size_t element = 0;
};

std::vector<const Json::Member*> by_name(const Json::Object& members) {
  std::vector<const Json::Member*> sorted;
  sorted.reserve(members.size());
  for (const Json::Member& member : members) sorted.push_back(&member);
  std::sort(sorted.begin(), sorted.end(),
            [](const Json::Member* a, const Json::Member* b) { return a->name < b->name; });
  return sorted;
}

bool same_scalar(const Json& a, const Json& b) {
  return !a.array() && !a.object() && !b.array() && !b.object() && a == b;
}

}  // namespace

NodePtr PatchDocument::make(Json value) {
  if (value.is_null()) return &nodes_.emplace_back(Node{Null{}});
  return &nodes_.emplace_back(Node{std::move(value)});
}

NodePtr PatchDocument::open(NodePtr node) {
  Json* leaf = node != nullptr ? std::get_if<Json>(&node->content) : nullptr;
  if (leaf == nullptr) return node;
  const auto child = [this](Json& value) {
    return value.is_null() ? nullptr : make(std::move(value));
  };
  if (Json::Object* given = leaf->object()) {
    Members members;
    for (Json::Member& member : *given) {
      members.emplace(std::move(member.name), child(member.value));
    }
    node->content = std::move(members);
  } else if (Json::Array* given_elements = leaf->array()) {
    Elements elements;
    elements.reserve(given_elements->size());
    for (Json& element : *given_elements) elements.push_back(child(element));
    node->content = std::move(elements);
  }
  return node;
}

NodePtr PatchDocument::holder(const std::vector<std::string>& tokens) {
  NodePtr node = root();
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    NodePtr next = nullptr;
    if (Members* members = node->members()) {
      const auto found = members->find(tokens[i]);
      if (found != members->end()) next = found->second;
    } else {
      const auto index = existing_index(tokens[i], node->elements()->size());
      if (index) next = (*node->elements())[*index];
    }
    node = open(next);
    if (node == nullptr || (!node->members() && !node->elements())) return nullptr;
  }
  return node;
}

bool PatchDocument::equals(NodePtr node, const Json& value) {
  std::vector<std::pair<NodePtr, const Json*>> pending{{node, &value}};
  while (!pending.empty()) {
    const auto [left, right] = pending.back();
    pending.pop_back();
    if (open(left) == nullptr || std::holds_alternative<Null>(left->content)) {
      if (!right->is_null()) return false;
    } else if (const Members* members = left->members()) {
      if (!right->object() || right->object()->size() != members->size()) return false;
      auto member = members->begin();
      for (const Json::Member* other : by_name(*right->object())) {
        if (member->first != other->name) return false;
        pending.emplace_back(member->second, &other->value);
        ++member;
      }
    } else if (const Elements* elements = left->elements()) {
      if (!right->array() || right->array()->size() != elements->size()) return false;
      for (std::size_t i = 0; i < elements->size(); ++i) {
        pending.emplace_back((*elements)[i], &(*right->array())[i]);
      }
    } else if (!same_scalar(std::get<Json>(left->content), *right)) {
      return false;
    }
  }
  return true;
}

Json PatchDocument::assemble(Node& root, Leaves leaves) {
  std::vector<OpenNode> open;
  Json value;  // the child that is finished, or begins next
  const auto begin = [&](NodePtr node) {
    value = Json();
    if (node == nullptr) return true;
    if (Members* members = node->members()) {
      open.push_back({node, Json(Json::Object()), members->begin()});
      return false;
    }
    if (node->elements()) {
      open.push_back({node, Json(Json::Array()), {}});
      return false;
    }
    if (Json* leaf = std::get_if<Json>(&node->content)) {
      value = leaves == Leaves::Moved ? std::move(*leaf) : *leaf;
    }
    return true;
  };
  bool finished = begin(&root);
  while (!open.empty()) {
    OpenNode& top = open.back();
    Members* members = top.node->members();
    if (finished && members) {
      // NOLINTNEXTLINE(bugprone-use-after-move): finished says that it has been filled again
      top.done.object()->push_back({top.member->first, std::move(value)});
      ++top.member;
    } else if (finished) {
      top.done.array()->push_back(std::move(value));
      ++top.element;
    }
    const bool at_end =
        members ? top.member == members->end() : top.element == top.node->elements()->size();
    if (at_end) {
      value = std::move(top.done);
      open.pop_back();
      finished = true;
    } else {
      finished = begin(members ? top.member->second : (*top.node->elements())[top.element]);
    }
  }
  return value;
}

Json PatchDocument::copy_of(const Node& node) const {
  return assemble(const_cast<Node&>(node), Leaves::Copied);
}

Json PatchDocument::take() { return assemble(*root_, Leaves::Moved); }

}  // namespace kaudit::apiserver::objects::patch
