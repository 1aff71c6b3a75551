#include "apiserver/objects/patch/object_editor.hpp"

#include <utility>

namespace kaudit::apiserver::objects::patch {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

}  // namespace

ObjectEditor::ObjectEditor(Json::Object& members) : members_(members) {
  if (members_.size() <= kSmall) return;
  places_.reserve(members_.size());
  for (std::size_t i = 0; i < members_.size(); ++i) places_.emplace(members_[i].name, i);
}

std::size_t ObjectEditor::place(std::string_view name) {
  std::size_t found = kNone;
  if (!places_.empty()) {
    const auto entry = places_.find(std::string(name));
    if (entry != places_.end()) found = entry->second;
  } else {
    for (std::size_t i = 0; i < members_.size() && found == kNone; ++i) {
      if (members_[i].name == name) found = i;
    }
  }
  return found;
}

Json* ObjectEditor::find(std::string_view name) {
  const std::size_t found = place(name);
  if (found == kNone || (!erased_.empty() && erased_[found])) return nullptr;
  return &members_[found].value;
}

void ObjectEditor::set(std::string_view name, Json value) {
  const std::size_t found = place(name);
  if (found != kNone) {
    members_[found].value = std::move(value);
    if (!erased_.empty()) erased_[found] = false;
    return;
  }
  members_.push_back({std::string(name), std::move(value)});
  if (!erased_.empty()) erased_.push_back(false);
  if (!places_.empty()) {
    places_.emplace(name, members_.size() - 1);
  } else if (members_.size() > kSmall) {
    for (std::size_t i = 0; i < members_.size(); ++i) places_.emplace(members_[i].name, i);
  }
}

void ObjectEditor::erase(std::string_view name) {
  const std::size_t found = place(name);
  if (found == kNone) return;
  if (erased_.empty()) erased_.resize(members_.size(), false);
  erased_[found] = true;
  members_[found].value = Json();
}

void ObjectEditor::finish() {
  if (erased_.empty()) return;
  std::size_t i = 0;
  std::erase_if(members_, [&](const Json::Member&) { return erased_[i++]; });
  erased_.clear();
  places_.clear();
  if (members_.size() > kSmall) {
    for (std::size_t k = 0; k < members_.size(); ++k) places_.emplace(members_[k].name, k);
  }
}

}  // namespace kaudit::apiserver::objects::patch
