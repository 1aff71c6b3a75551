#include "apiserver/api/read/selection.hpp"

#include "apiserver/api/status_errors.hpp"

namespace kaudit::apiserver::api {

void Selection::narrow_to(const Call& call, std::string_view name) {
  const bool one_place = !call.resource.namespaced() || !call.ns.empty();
  // A key with a slash at its end would be a prefix; no object has such a name.
  if (one_place && !name.empty() && !name.ends_with('/')) prefix_ = call.key(name);
}

Expected<Selection> Selection::of(const Call& call, const request::ListOptions& options) {
  Selection selection(call);
  for (const request::FieldSelector::Requirement& requirement :
       options.field_selector.requirements()) {
    if (auto known = selection.labels_of_kind_.check(requirement.field); !known) {
      return tl::unexpected(known.error());
    }
  }
  if (!call.name.empty() && !options.field_selector.empty()) {
    return tl::unexpected(
        bad_request("both a name and a field selector provided; please provide one or the other."));
  }
  selection.labels_ = options.label_selector;
  selection.fields_ = options.field_selector;
  if (const auto name = selection.fields_.required_value("metadata.name")) {
    selection.narrow_to(call, *name);
  }
  return selection;
}

bool Selection::matches(const objects::Object& object) const {
  const objects::ObjectMeta& meta = object.meta();
  if (!name_.empty() && meta.name != name_) return false;
  std::string scratch;
  const auto field = [&](std::string_view name) {
    return labels_of_kind_.value(object, name, scratch);
  };
  const auto label = [&meta](std::string_view key) -> std::optional<std::string_view> {
    const std::string* value = meta.label(key);
    return value ? std::optional<std::string_view>(*value) : std::nullopt;
  };
  return (fields_.empty() || fields_.matches(field)) && (labels_.empty() || labels_.matches(label));
}

}  // namespace kaudit::apiserver::api
