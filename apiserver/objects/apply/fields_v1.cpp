#include "apiserver/objects/apply/fields_v1.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "apiserver/objects/tree/tree_writer.hpp"
#include "base/json/json_cursor.hpp"
#include "base/json/spare_text.hpp"

namespace kaudit::apiserver::objects::apply {
namespace {

// `member`: whether the path of these fields is in the set itself.
Result<PathSet> read_level(JsonCursor& fields, bool& member, std::size_t depth) {
  PathSet set;
  member = false;
  if (fields.kind() == JsonCursor::Kind::Null) {
    fields.skip();
    member = true;
    return set;
  }
  if (fields.kind() != JsonCursor::Kind::Object) {
    return fail("fieldsV1 holds " + std::string(fields.skip()) + " where { should stand");
  }
  if (depth == kMaxPathDepth) {
    return fail("fieldsV1 nests more than " + std::to_string(kMaxPathDepth) + " levels");
  }
  for (bool more = fields.enter(); more; more = fields.next()) {
    const std::string_view name = fields.key();
    if (name == "." || PathElement::unknown(name)) {
      member = member || name == ".";
      fields.skip();
      continue;
    }
    auto element = PathElement::parse(name);
    if (!element) return tl::unexpected(element.error());
    bool is_member = false;
    auto below = read_level(fields, is_member, depth + 1);
    if (!below) return below;
    set.append({*std::move(element), is_member, *std::move(below)});
  }
  set.sort();
  if (set.empty()) member = true;
  return set;
}

// `member`: whether the set's own path is in it, which says so where there are others below.
void write_level(TreeWriter& out, const PathSet& set, bool member, std::string& name) {
  out.open('{');
  if (member && !set.empty()) out.raw(R"(".":{},)");
  for (const PathSet::Entry& entry : set.entries()) {
    if (const TreeText* const field = entry.element.name()) {
      out.name("f:", *field);
    } else {
      name.clear();
      entry.element.append_fields_v1_name(name);
      out.name(name);
    }
    write_level(out, entry.below, entry.member, name);
  }
  out.close('}');
}

}  // namespace

Json fields_v1_of(const PathSet& set) {
  SpareText fields;
  {
    SpareText name;
    TreeWriter out(*fields);
    write_level(out, set, false, *name);
  }
  std::string_view text = *fields;
  text.remove_suffix(1);  // the comma
  return Json::packed(text);
}

Result<PathSet> read_fields_v1(const Json& fields) {
  bool member = false;
  if (const TreeText* const text = fields.packed()) {
    JsonCursor cursor(*text);
    return read_level(cursor, member, 0);
  }
  const std::string text = fields.dump();
  JsonCursor cursor(text);
  return read_level(cursor, member, 0);
}

}  // namespace kaudit::apiserver::objects::apply
