#include "audit/search/field.hpp"

#include <algorithm>

#include "base/json/json_string.hpp"
#include "base/text/spelling.hpp"

namespace kaudit::audit::search {
namespace {

std::vector<FieldInfo> make_table() {
  std::vector<FieldInfo> fields;
  add_event_fields(fields);
  add_object_fields(fields);
  add_pod_fields(fields);
  add_json_fields(fields);
  std::ranges::sort(fields, {}, &FieldInfo::name);
  return fields;
}

}  // namespace

std::string FieldUse::text() const {
  if (info == nullptr) return "";
  return argument.empty() ? info->name : info->name + "[" + argument + "]";
}

void Reading::add(std::string_view slice) const {
  if (slice.empty() || (is_null(slice) && !falco())) return;
  if (is_string(slice) && slice.size() >= 2) {
    const std::string_view raw = slice.substr(1, slice.size() - 2);
    if (is_plain_json_string(raw)) {
      out.add(raw);
      return;
    }
  } else if (!is_object(slice) && !is_array(slice)) {
    out.add(slice);
    return;
  }
  std::string& text = arena.add();
  append_text(text, slice);
  out.add(text);
}

std::span<const FieldInfo> all_fields() {
  static const std::vector<FieldInfo> table = make_table();
  return table;
}

const FieldInfo* find_field(std::string_view name) {
  const auto fields = all_fields();
  const auto found = std::ranges::lower_bound(fields, name, {}, &FieldInfo::name);
  return found == fields.end() || found->name != name ? nullptr : &*found;
}

std::string_view nearest_field(std::string_view name) {
  std::vector<std::string_view> names;
  for (const FieldInfo& field : all_fields()) names.emplace_back(field.name);
  return nearest(name, names, 2);
}

}  // namespace kaudit::audit::search
