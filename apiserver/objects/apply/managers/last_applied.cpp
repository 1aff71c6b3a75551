#include "apiserver/objects/apply/managers/last_applied.hpp"

#include <cstddef>
#include <string>
#include <utility>

#include "apiserver/objects/apply/typed_tree.hpp"
#include "apiserver/objects/patch/member_order.hpp"
#include "apiserver/objects/patch/nesting.hpp"

namespace kaudit::apiserver::objects::apply {
namespace {

constexpr std::string_view kAnnotation = "kubectl.kubernetes.io/last-applied-configuration";
// Of all annotations together, in bytes.
constexpr std::size_t kMaxAnnotations = std::size_t{256} << 10U;

const Json* annotations_of(const Json& object) {
  const Json* metadata = object.find("metadata");
  const Json* annotations = metadata ? metadata->find("annotations") : nullptr;
  return annotations && annotations->object() ? annotations : nullptr;
}

std::string_view annotation_of(const Json& object) {
  const Json* annotations = annotations_of(object);
  return annotations ? annotations->text(kAnnotation) : std::string_view();
}

}  // namespace

PathSet last_applied_fields(const Json& live, const MergeType& type, std::string_view api_version) {
  const std::string_view text = annotation_of(live);
  if (text.empty()) return {};
  const auto applied = Json::parse(text);
  if (!applied || applied->text("apiVersion") != api_version ||
      patch::nests_deeper_than(*applied, kMaxPathDepth) || !check_fits(*applied, type)) {
    return {};
  }
  const Comparison changes = compare(*applied, live, type);
  PathSet fields = field_set(*applied, type);
  for (const PathSet* changed : {&changes.modified, &changes.added, &changes.removed}) {
    fields = difference(fields, *changed);
  }
  return fields;
}

void renew_last_applied(Json& object, const Json& config) {
  if (annotation_of(object).empty()) return;
  Json applied = config;
  if (annotations_of(applied)) applied.find("metadata")->find("annotations")->erase(kAnnotation);
  patch::sort_all_members(applied);
  Json& annotations = *object.find("metadata")->find("annotations");
  annotations.set(kAnnotation, Json(applied.dump() + "\n"));
  std::size_t size = 0;
  for (const Json::Member& annotation : *annotations.object()) {
    size += annotation.name.size();
    if (annotation.value.string()) size += annotation.value.string()->size();
  }
  if (size > kMaxAnnotations) annotations.erase(kAnnotation);
}

}  // namespace kaudit::apiserver::objects::apply
