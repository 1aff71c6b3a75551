#include "apiserver/objects/apply/managers/managers.hpp"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "apiserver/objects/apply/fields_v1.hpp"
#include "base/json/json_writer.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects::apply {
namespace {

std::string_view word_of(Ownership ownership) {
  switch (ownership) {
    case Ownership::Apply:
      return "Apply";
    case Ownership::Update:
      break;
  }
  return "Update";
}

Result<ManagedSet> read_entry(const Json& entry, std::size_t place) {
  ManagedSet set;
  const std::string_view operation = entry.text("operation");
  if (operation == word_of(Ownership::Apply)) {
    set.name.ownership = Ownership::Apply;
  } else if (operation != word_of(Ownership::Update)) {
    return fail("operation must be `Apply` or `Update`");
  }
  set.name.manager = entry.text("manager");
  set.name.api_version = entry.text("apiVersion");
  set.name.subresource = entry.text("subresource");
  set.time = entry.text("time");
  if (set.name.api_version.empty()) return fail("apiVersion must not be empty");
  const std::string_view type = entry.text("fieldsType");
  if (type.empty()) {
    return fail("missing fieldsType in managed fields entry " + std::to_string(place));
  }
  if (type != "FieldsV1") {
    return fail("invalid fieldsType " + go_quoted(type) + " in managed fields entry " +
                std::to_string(place));
  }
  if (const Json* fields = entry.find("fieldsV1"); fields && !fields->is_null()) {
    auto read = read_fields_v1(*fields);
    if (!read) return tl::unexpected(read.error());
    set.fields = *std::move(read);
  }
  return set;
}

Json entry_of(const NamedManager& name, std::string_view time, Json fields) {
  Json::Object entry;
  entry.reserve(7);
  const auto add = [&](std::string_view member, std::string_view text) {
    if (!text.empty()) entry.push_back({TreeText::of_static(member), Json(text)});
  };
  add("manager", name.manager);
  add("operation", word_of(name.ownership));
  add("apiVersion", name.api_version);
  add("time", time);
  add("fieldsType", "FieldsV1");
  entry.push_back({TreeText::of_static("fieldsV1"), std::move(fields)});
  add("subresource", name.subresource);
  return Json(std::move(entry));
}

Json entry_of(const ManagedSet& set) {
  const ManagerName& name = set.name;
  return entry_of({name.manager, name.ownership, name.api_version, name.subresource}, set.time,
                  fields_v1_of(set.fields));
}

}  // namespace

std::string ManagerName::identity() const {
  std::string text;
  JsonWriter out(text);
  char before = '{';
  const auto add = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    out.character(before);
    out.raw(name);
    out.string(value);
    before = ',';
  };
  add(R"("manager":)", manager);
  add(R"("operation":)", word_of(ownership));
  if (ownership == Ownership::Update) add(R"("apiVersion":)", api_version);
  add(R"("subresource":)", subresource);
  out.character('}');
  out.flush();
  return text;
}

std::string ManagerName::shown() const {
  std::string text = go_quoted(manager);
  if (!subresource.empty()) text.append(" with subresource ").append(go_quoted(subresource));
  if (ownership == Ownership::Update) text.append(" using ").append(api_version);
  return text;
}

Result<Managers> read_managers(const Json* managed_fields) {
  Managers managers;
  if (managed_fields == nullptr || !managed_fields->array()) return managers;
  for (std::size_t i = 0; i < managed_fields->array()->size(); ++i) {
    auto set = read_entry((*managed_fields->array())[i], i);
    if (!set) return tl::unexpected(set.error());
    std::string identity = set->name.identity();
    managers.insert_or_assign(std::move(identity), *std::move(set));
  }
  return managers;
}

Json managed_fields_of(const NamedManager& only, std::string_view time, Json fields) {
  Json::Array entries;
  entries.push_back(entry_of(only, time, std::move(fields)));
  return Json(std::move(entries));
}

Json managed_fields_of(const Managers& managers) {
  if (managers.empty()) return Json();
  std::vector<const ManagedSet*> sorted;
  for (const auto& [identity, set] : managers) sorted.push_back(&set);
  const auto key = [](const ManagedSet* set) {
    return std::tie(set->name.ownership, set->time, set->name.manager, set->name.api_version,
                    set->name.subresource);
  };
  std::sort(sorted.begin(), sorted.end(),
            [&](const ManagedSet* a, const ManagedSet* b) { return key(a) < key(b); });
  Json::Array entries;
  for (const ManagedSet* set : sorted) entries.push_back(entry_of(*set));
  return Json(std::move(entries));
}

}  // namespace kaudit::apiserver::objects::apply
