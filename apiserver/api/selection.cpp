#include "apiserver/api/selection.hpp"

#include "apiserver/api/status_errors.hpp"
#include "audit/base/quote.hpp"

namespace kaudit::apiserver::api {

Expected<Selection> Selection::of(const Call& call, const ListOptions& options) {
  for (const FieldSelector::Requirement& requirement : options.field_selector.requirements()) {
    if (requirement.field != "metadata.name" && requirement.field != "metadata.namespace") {
      return tl::unexpected(bad_request(quoted(requirement.field) +
                                        " is not a known field selector: only \"metadata.name\", "
                                        "\"metadata.namespace\""));
    }
  }
  Selection selection(call);
  selection.labels_ = options.label_selector;
  selection.fields_ = options.field_selector;
  return selection;
}

bool Selection::matches(const objects::Object& object) const {
  const objects::ObjectMeta& meta = object.meta();
  if (!name_.empty() && meta.name != name_) return false;
  const auto field = [&meta](std::string_view name) -> std::string_view {
    return name == "metadata.name" ? meta.name : meta.ns;
  };
  const auto label = [&meta](std::string_view key) -> std::optional<std::string_view> {
    const std::string* value = meta.label(key);
    return value ? std::optional<std::string_view>(*value) : std::nullopt;
  };
  return (fields_.empty() || fields_.matches(field)) && (labels_.empty() || labels_.matches(label));
}

}  // namespace kaudit::apiserver::api
