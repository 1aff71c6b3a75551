#include "apiserver/objects/object.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <stdexcept>

#include "apiserver/objects/tree/tree_writer.hpp"
#include "apiserver/objects/tree/written_tree.hpp"

namespace kaudit::apiserver::objects {
namespace {

constexpr std::string_view kVersionMember = R"("resourceVersion":"")";
// The members of metadata that come before resourceVersion.
constexpr std::array<std::string_view, 5> kBeforeVersion = {"name", "generateName", "namespace",
                                                            "selfLink", "uid"};

bool stands_before_version(std::string_view name, MemberOrder order) {
  if (order == MemberOrder::ByName) return name < "resourceVersion";
  return std::find(kBeforeVersion.begin(), kBeforeVersion.end(), name) != kBeforeVersion.end();
}

ObjectMeta meta_of(const Json& metadata) {
  ObjectMeta meta;
  meta.name = metadata.text("name");
  meta.ns = metadata.text("namespace");
  meta.uid = metadata.text("uid");
  meta.owned = metadata.find("ownerReferences") != nullptr;
  meta.terminating = metadata.find("deletionTimestamp") != nullptr;
  const Json* labels = metadata.find("labels");
  if (labels != nullptr && labels->object() != nullptr) {
    meta.labels.reserve(labels->object()->size());
    for (const Json::Member& label : *labels->object()) {
      if (label.value.string()) meta.labels.emplace_back(label.name, *label.value.string());
    }
  }
  return meta;
}

/// Takes memory for a T and so many bytes behind it.
template <typename T>
struct RoomBehind {
  using value_type = T;

  explicit RoomBehind(std::size_t behind) noexcept : bytes(behind) {}
  template <typename U>
  // NOLINTNEXTLINE(google-explicit-constructor): as allocators are made of each other
  RoomBehind(const RoomBehind<U>& other) noexcept : bytes(other.bytes) {}
  template <typename U>
  bool operator==(const RoomBehind<U>& other) const noexcept {
    return bytes == other.bytes;
  }

  T* allocate(std::size_t count) {
    static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
    return static_cast<T*>(::operator new(count * sizeof(T) + bytes));
  }
  void deallocate(T* memory, std::size_t /*count*/) noexcept { ::operator delete(memory); }

  std::size_t bytes;
};

}  // namespace

const std::string* ObjectMeta::label(std::string_view key) const noexcept {
  const auto found = std::find_if(labels.begin(), labels.end(),
                                  [&](const auto& label) { return label.first == key; });
  return found == labels.end() ? nullptr : &found->second;
}

Draft::Draft(const Json& tree, MemberOrder order) {
  const Json* metadata = tree.find("metadata");
  if (metadata == nullptr || metadata->object() == nullptr) {
    throw std::logic_error("an object without metadata was to be stored");
  }
  meta_ = meta_of(*metadata);
  TreeWriter text(*text_);
  text.open('{');
  for (const Json::Member& member : *tree.object()) {
    if (&member.value != metadata) {
      text.member(member);
      continue;
    }
    item_offset_ = order == MemberOrder::ByName ? 1 : text.size();
    text.raw("\"metadata\":{");
    const auto append_version = [&] {
      if (version_offset_ != 0) return;
      text.raw(kVersionMember);
      version_offset_ = text.size() - 1;
      text.character(',');
    };
    for (const Json::Member& entry : *metadata->object()) {
      if (entry.name == "resourceVersion") continue;
      if (!stands_before_version(entry.name, order)) append_version();
      text.member(entry);
    }
    append_version();
    text.close('}');
  }
  text.close('}');
  text.cut(text.size() - 1);  // its comma
}

bool Draft::same_as(const Object& object) const noexcept {
  const std::string_view other = object.text();
  const std::string_view mine = *text_;
  return other.size() == mine.size() + object.version_size_ &&
         object.version_offset_ == version_offset_ &&
         other.substr(0, version_offset_) == mine.substr(0, version_offset_) &&
         other.substr(version_offset_ + object.version_size_) == mine.substr(version_offset_);
}

ObjectPtr Draft::seal(std::uint64_t resource_version) && {
  const std::string digits = std::to_string(resource_version);
  const std::string_view text = *text_;
  meta_.resource_version = resource_version;
  return Object::make({text.substr(0, version_offset_), digits, text.substr(version_offset_),
                       item_offset_, std::move(meta_)});
}

Object::Object(Private /*unused*/, Parts&& parts) noexcept
    : text_size_(parts.before.size() + parts.version.size() + parts.after.size()),
      version_offset_(parts.before.size()),
      version_size_(parts.version.size()),
      item_offset_(parts.item_offset),
      meta_(std::move(parts.meta)) {
  char* to = reinterpret_cast<char*>(this + 1);
  for (const std::string_view piece : {parts.before, parts.version, parts.after}) {
    to = std::copy(piece.begin(), piece.end(), to);
  }
}

ObjectPtr Object::make(Parts parts) {
  // In a piece of its own size: what is stored stays for long.
  const std::size_t size = parts.before.size() + parts.version.size() + parts.after.size();
  return std::allocate_shared<Object>(RoomBehind<Object>(size), Private(), std::move(parts));
}

void Object::append_item(std::string& out) const {
  out += '{';
  out += item();
}

Json Object::tree() const { return read_written(text()); }

ObjectPtr Object::at_version(std::uint64_t resource_version) const {
  const std::string digits = std::to_string(resource_version);
  ObjectMeta meta = meta_;
  meta.resource_version = resource_version;
  return make({text().substr(0, version_offset_), digits,
               text().substr(version_offset_ + version_size_), item_offset_, std::move(meta)});
}

RawJson json_of(ObjectPtr object) noexcept {
  const std::string_view text = object->text();
  return RawJson::part_of(std::move(object), text);
}

}  // namespace kaudit::apiserver::objects
