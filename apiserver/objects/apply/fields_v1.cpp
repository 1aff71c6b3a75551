#include "apiserver/objects/apply/fields_v1.hpp"

#include <utility>

namespace kaudit::apiserver::objects::apply {
namespace {

// `member`: whether the path of these fields is in the set itself.
Result<PathSet> read_level(const Json& fields, bool& member, std::size_t depth) {
  PathSet set;
  member = false;
  if (fields.is_null()) {
    member = true;
    return set;
  }
  if (!fields.object()) return fail("fieldsV1 holds " + fields.dump() + " where { should stand");
  if (depth == kMaxPathDepth) {
    return fail("fieldsV1 nests more than " + std::to_string(kMaxPathDepth) + " levels");
  }
  for (const Json::Member& field : *fields.object()) {
    if (field.name == ".") {
      member = true;
      continue;
    }
    if (PathElement::unknown(field.name)) continue;
    auto element = PathElement::parse(field.name);
    if (!element) return tl::unexpected(element.error());
    bool is_member = false;
    auto below = read_level(field.value, is_member, depth + 1);
    if (!below) return below;
    set.append({*std::move(element), is_member, *std::move(below)});
  }
  set.sort();
  if (set.empty()) member = true;
  return set;
}

}  // namespace

Json fields_v1_of(const PathSet& set) {
  Json::Object fields;
  fields.reserve(set.entries().size() + 1);
  for (const PathSet::Entry& entry : set.entries()) {
    Json below = fields_v1_of(entry.below);
    if (entry.member && !entry.below.empty()) {
      Json::Object& members = *below.object();
      members.insert(members.begin(), {".", Json(Json::Object())});
    }
    fields.push_back({entry.element.fields_v1_name(), std::move(below)});
  }
  return Json(std::move(fields));
}

Result<PathSet> read_fields_v1(const Json& fields) {
  bool member = false;
  return read_level(fields, member, 0);
}

}  // namespace kaudit::apiserver::objects::apply
