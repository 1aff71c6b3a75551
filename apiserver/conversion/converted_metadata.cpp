#include "apiserver/conversion/converted_metadata.hpp"

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/objects/validate/words/field_error.hpp"
#include "apiserver/objects/validate/words/label_names.hpp"
#include "base/text/ascii.hpp"
#include "base/text/list.hpp"

namespace kaudit::apiserver::conversion {
namespace {

using objects::Json;
using objects::validate::FieldError;

constexpr std::size_t kMostAnnotationBytes = std::size_t{256} << 10U;

enum class Field : std::uint8_t { Labels, Annotations };

std::string_view name_of(Field field) noexcept {
  return field == Field::Labels ? "labels" : "annotations";
}

std::string_view metadata_text(const Json& object, std::string_view name) {
  const Json* const metadata = object.find("metadata");
  return metadata == nullptr ? std::string_view() : metadata->text(name);
}

// Go's word for the type of a value of an object without a type.
std::string_view go_type_of(const Json& value) {
  if (value.is_null()) return "<nil>";
  if (value.boolean()) return "bool";
  if (value.string()) return "string";
  if (value.array()) return "[]interface {}";
  if (value.object()) return "map[string]interface {}";
  return value.number()->text.find_first_of(".eE") == std::string::npos ? "int64" : "float64";
}

void add_errors(std::vector<std::string>& texts, const std::string& field, std::string_view value,
                const std::vector<std::string>& faults) {
  for (const std::string& fault : faults) {
    const FieldError error = FieldError::invalid(field, value, fault);
    texts.push_back(error.field + ": " + error.message);
  }
}

// As an aggregate of errors is printed: each once, several in brackets.
std::string aggregate(const std::vector<std::string>& texts) {
  std::vector<std::string> once;
  for (const std::string& text : texts) {
    if (std::find(once.begin(), once.end(), text) == once.end()) once.push_back(text);
  }
  if (once.size() < 2) return once.empty() ? "" : once.front();
  return "[" + joined(once, ", ") + "]";
}

std::string fault_of_texts(Field field, const Json::Object& texts) {
  using objects::validate::label_value_errors;
  using objects::validate::qualified_name_errors;
  std::vector<std::string> errors;
  std::size_t size = 0;
  for (const Json::Member& each : texts) {
    const std::string_view value = *each.value.string();
    if (field == Field::Labels) {
      add_errors(errors, "metadata.labels", each.name, qualified_name_errors(each.name));
      add_errors(errors, "metadata.labels", value, label_value_errors(value));
    } else {
      size += each.name.size() + value.size();
      add_errors(errors, "metadata.annotation", each.name,
                 qualified_name_errors(lower_case(each.name)));
    }
  }
  if (size > kMostAnnotationBytes) {
    errors.emplace_back("metadata.annotation: Too long: may not be more than 262144 bytes");
  }
  return aggregate(errors);
}

bool same_texts(const Json* given, const Json::Object& converted) {
  const std::size_t count =
      given != nullptr && given->object() != nullptr ? given->object()->size() : 0;
  if (count != converted.size()) return false;
  for (const Json::Member& each : converted) {
    const Json* const before = given != nullptr ? given->find(each.name) : nullptr;
    if (before == nullptr || *before != each.value) return false;
  }
  return true;
}

std::string take_over(Field field, const Json& from, Json& to) {
  const std::string name(name_of(field));
  const Json* const converted = from.find(name);
  if (converted == nullptr || converted->is_null()) {
    to.erase(name);
    return "";
  }
  const auto wrong_type = [&name](const Json& value, std::string_view where) {
    return "invalid metadata." + name + " of type " + std::string(go_type_of(value)) + " in " +
           std::string(where) + " object";
  };
  if (converted->object() == nullptr) return wrong_type(*converted, "converted");
  const Json* const given = to.find(name);
  if (given != nullptr && !given->is_null() && given->object() == nullptr) {
    return wrong_type(*given, "original");
  }
  for (const Json::Member& each : *converted->object()) {
    if (each.value.string() != nullptr) continue;
    return "metadata." + name + "[" + each.name + "] must be a string, but is " +
           std::string(go_type_of(each.value)) + " in converted object";
  }
  if (!same_texts(given, *converted->object())) {
    if (auto fault = fault_of_texts(field, *converted->object()); !fault.empty()) return fault;
  }
  to.set(name, *converted);
  return "";
}

}  // namespace

std::string fault_of_identity(const Json& given, const Json& converted) {
  constexpr std::pair<std::string_view, std::string_view> kKept[] = {
      {"name", "name"}, {"namespace", "namespace"}, {"uid", "UID"}};
  for (const auto& [member, word] : kKept) {
    const std::string_view before = metadata_text(given, member);
    const std::string_view after = metadata_text(converted, member);
    if (before == after) continue;
    return "must have the same " + std::string(word) + ": " + std::string(before) +
           " != " + std::string(after);
  }
  return "";
}

std::string restore_metadata(const Json& given, Json& converted) {
  const Json* const theirs = converted.find("metadata");
  if (theirs == nullptr) return "missing metadata in converted object";
  if (theirs->object() == nullptr) {
    return "invalid metadata of type " + std::string(go_type_of(*theirs)) + " in converted object";
  }
  const Json* const ours = given.find("metadata");
  Json metadata = ours != nullptr ? *ours : Json(Json::Object());
  for (const Field field : {Field::Labels, Field::Annotations}) {
    if (auto fault = take_over(field, *theirs, metadata); !fault.empty()) return fault;
  }
  converted.set("metadata", std::move(metadata));
  return "";
}

}  // namespace kaudit::apiserver::conversion
