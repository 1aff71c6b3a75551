#include "apiserver/custom/interned_resource.hpp"

#include <array>
#include <map>
#include <memory>
#include <string_view>

#include "base/mutex.hpp"

namespace kaudit::apiserver::custom {
namespace {

using objects::Resource;
using objects::Subresource;

constexpr std::string_view kVerbs[] = {"delete", "deletecollection", "get",    "list",
                                       "patch",  "create",           "update", "watch"};
constexpr std::string_view kPartVerbs[] = {"get", "patch", "update"};

/// A resource with the texts that it refers to.
class Owned {
 public:
  explicit Owned(const ResourceText& text)
      : text_(text),
        api_version_(text.group + "/" + text.version),
        qualified_name_(text.plural + "." + text.group),
        short_names_(text_.short_names.begin(), text_.short_names.end()),
        categories_(text_.categories.begin(), text_.categories.end()),
        resource_{} {
    if (text_.has_status) {
      parts_.push_back({"status", text_.group, text_.version, text_.kind, kPartVerbs});
    }
    if (text_.has_scale) parts_.push_back({"scale", "autoscaling", "v1", "Scale", kPartVerbs});
    resource_.group = text_.group;
    resource_.version = text_.version;
    resource_.kind = text_.kind;
    resource_.name = text_.plural;
    resource_.singular = text_.singular;
    resource_.list_kind = text_.list_kind;
    resource_.scope = text_.scope;
    resource_.name_rule = objects::NameRule::DnsSubdomain;
    resource_.generation = objects::Generation::Counted;
    resource_.delete_answer = objects::DeleteAnswer::Status;
    resource_.short_names = short_names_;
    resource_.categories = categories_;
    resource_.verbs = kVerbs;
    resource_.subresources = parts_;
    resource_.api_version = api_version_;
    resource_.qualified_name = qualified_name_;
    resource_.origin = objects::Origin::Custom;
  }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() = default;

  const Resource& resource() const noexcept { return resource_; }

 private:
  const ResourceText text_;
  const std::string api_version_;
  const std::string qualified_name_;
  const std::vector<std::string_view> short_names_;
  const std::vector<std::string_view> categories_;
  std::vector<Subresource> parts_;
  Resource resource_;
};

class Interned {
 public:
  const Resource& get(const ResourceText& text) {
    const Lock lock(mutex_);
    auto& owned = by_text_[text];
    if (!owned) owned = std::make_unique<const Owned>(text);
    return owned->resource();
  }

 private:
  Mutex mutex_;
  std::map<ResourceText, std::unique_ptr<const Owned>> by_text_ KAUDIT_GUARDED_BY(mutex_);
};

}  // namespace

const Resource& interned_resource(const ResourceText& text) {
  static Interned* const kInterned = new Interned();  // never destroyed: others refer to it
  return kInterned->get(text);
}

}  // namespace kaudit::apiserver::custom
