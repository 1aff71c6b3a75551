#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "apiserver/custom/rules/props.hpp"
#include "apiserver/custom/rules/schema_rules.hpp"
#include "apiserver/objects/schema/schema.hpp"

namespace kaudit::apiserver::custom {
namespace {

using objects::Json;

enum class Level : std::uint8_t { Root, Item, Field };

// `anyOf: [{type: integer}, {type: string}]`, the only nested types that are structural.
bool is_int_or_string_choice(std::span<const Json> choice) {
  const auto is_only_type = [](const Json& schema, std::string_view type) {
    return schema.object() && schema.object()->size() == 1 && schema.text("type") == type;
  };
  return choice.size() == 2 && is_only_type(choice[0], "integer") &&
         is_only_type(choice[1], "string");
}

class StructureChecker {
 public:
  void check(const Json& props, Level level, const Place& place) {
    const std::string_view type = text_of(props, "type");
    if (type == "array" && props.find("items") == nullptr) {
      errors_.required(place.child("items"), "must be specified");
    }
    if (const Json* items = schema_of(props, "items")) {
      check(*items, Level::Item, place.child("items"));
    }
    for (const Json::Member& property : members_of(props, "properties")) {
      check(property.value, Level::Field, place.child("properties").key(property.name));
    }
    if (const Json* others = props.find("additionalProperties")) {
      if (level == Level::Root) {
        errors_.forbidden(place.child("additionalProperties"), "must not be used at the root");
      }
      if (others->object()) check(*others, Level::Field, place.child("additionalProperties"));
    }
    check_marks(props, place);
    check_values(props, is_int_or_string_choice(list_of(props, "anyOf")),
                 begins_with_int_or_string(props), place);
    check_type(props, level, place);
    check_meta(props, level, place);
  }

  // What nested parts speak of must be in the schema itself. (validateStructuralCompleteness)
  void check_complete(const Json& nested, const Json* schema, const Place& at, const Place& from) {
    if (schema == nullptr) {
      errors_.required(at, "because it is defined in " + from.text());
      return;
    }
    if (const Json* negated = schema_of(nested, "not")) {
      check_nested_complete(*negated, schema, at, from.child("not"));
    }
    for (const std::string_view name : {"allOf", "anyOf", "oneOf"}) {
      std::size_t i = 0;
      for (const Json& each : list_of(nested, name)) {
        check_nested_complete(each, schema, at, from.child(name).index(i++));
      }
    }
  }

  std::vector<ErrorList::FieldError> take_sorted() {
    auto errors = errors_.take();
    std::ranges::sort(errors, {},
                      [](const auto& error) { return error.field + ": " + error.message; });
    return errors;
  }

 private:
  static bool begins_with_int_or_string(const Json& props) {
    const auto all = list_of(props, "allOf");
    return !all.empty() && is_int_or_string_choice(list_of(all.front(), "anyOf"));
  }

  void check_marks(const Json& props, const Place& place) {
    if (!is_true(props, "x-kubernetes-int-or-string")) return;
    for (const std::string_view name :
         {"x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource"}) {
      if (!is_true(props, name)) continue;
      errors_.invalid(place.child(name), Json(true),
                      "must be false if x-kubernetes-int-or-string is true");
    }
  }

  void check_type(const Json& props, Level level, const Place& place) {
    const std::string_view type = text_of(props, "type");
    const bool embedded = is_true(props, "x-kubernetes-embedded-resource");
    const bool open = is_true(props, "x-kubernetes-int-or-string") ||
                      is_true(props, "x-kubernetes-preserve-unknown-fields");
    constexpr std::string_view kEmbedded =
        "must be object if x-kubernetes-embedded-resource is true";
    if (embedded && type != "object") {
      if (type.empty()) {
        errors_.required(place.child("type"), kEmbedded);
      } else {
        errors_.invalid(place.child("type"), Json(type), kEmbedded);
      }
    } else if (type.empty() && !open) {
      switch (level) {
        case Level::Root:
          errors_.required(place.child("type"), "must not be empty at the root");
          break;
        case Level::Item:
          errors_.required(place.child("type"), "must not be empty for specified array items");
          break;
        case Level::Field:
          errors_.required(place.child("type"), "must not be empty for specified object fields");
          break;
      }
    }
    if (embedded && props.find("additionalProperties") != nullptr) {
      errors_.forbidden(place.child("additionalProperties"),
                        "must not be used if x-kubernetes-embedded-resource is set");
    }
    if (level == Level::Root && !type.empty() && type != "object") {
      errors_.invalid(place.child("type"), Json(type), "must be object at the root");
    }
  }

  void check_meta(const Json& props, Level level, const Place& place) {
    const bool embedded = is_true(props, "x-kubernetes-embedded-resource");
    const bool is_object = level == Level::Root || embedded;
    const Json* const properties = schema_of(props, "properties");
    const Place own = place.child("properties");
    for (const std::string_view name : {"kind", "apiVersion"}) {
      const Json* const property = properties != nullptr ? properties->find(name) : nullptr;
      if (property == nullptr || !is_object || text_of(*property, "type") == "string") continue;
      errors_.invalid(own.key(name).child("type"), Json(text_of(*property, "type")),
                      "must be string");
    }
    if (const Json* metadata = properties != nullptr ? properties->find("metadata") : nullptr) {
      if (is_object && text_of(*metadata, "type") != "object") {
        errors_.invalid(own.key("metadata").child("type"), Json(text_of(*metadata, "type")),
                        "must be object");
      }
      if (level == Level::Root && !says_only_names(*metadata)) {
        errors_.forbidden(own.key("metadata"),
                          "must not specify anything other than name and generateName, but "
                          "metadata is implicitly specified");
      }
    }
    if (embedded && !is_true(props, "x-kubernetes-preserve-unknown-fields") &&
        members_of(props, "properties").empty()) {
      errors_.required(place.child("properties"),
                       "must not be empty if x-kubernetes-embedded-resource is true without "
                       "x-kubernetes-preserve-unknown-fields");
    }
  }

  static bool says_only_names(const Json& metadata) {
    if (!metadata.object()) return true;
    return std::ranges::all_of(*metadata.object(), [](const Json::Member& member) {
      if (member.name == "type" || member.name == "default") return true;
      if (member.name != "properties" || !member.value.object()) return false;
      return std::ranges::all_of(*member.value.object(), [](const Json::Member& property) {
        return property.name == "name" || property.name == "generateName";
      });
    });
  }

  void check_values(const Json& props, bool skip_any_of, bool skip_first_all_of,
                    const Place& place) {
    const auto check_list = [&](std::string_view name, bool skip_first) {
      std::size_t i = 0;
      for (const Json& each : list_of(props, name)) {
        check_nested(each, skip_first && i == 0, place.child(name).index(i));
        ++i;
      }
    };
    if (!skip_any_of) check_list("anyOf", false);
    check_list("allOf", skip_first_all_of);
    check_list("oneOf", false);
    if (const Json* negated = schema_of(props, "not")) {
      check_nested(*negated, false, place.child("not"));
    }
    const std::string_view pattern = text_of(props, "pattern");
    if (pattern.empty()) return;
    if (const std::string fault = objects::schema::pattern_fault(pattern); !fault.empty()) {
      errors_.invalid(place.child("pattern"), Json(pattern),
                      "must be a valid regular expression, but isn't: " + fault);
    }
  }

  void check_nested(const Json& nested, bool skip_any_of, const Place& place) {
    check_values(nested, skip_any_of, false, place);
    if (const Json* items = schema_of(nested, "items")) {
      check_nested(*items, false, place.child("items"));
    }
    for (const Json::Member& property : members_of(nested, "properties")) {
      check_nested(property.value, false, place.child("properties").key(property.name));
    }
    const auto forbid = [&](std::string_view name, bool given, std::string_view detail) {
      if (given) errors_.forbidden(place.child(name), detail);
    };
    forbid("type", !text_of(nested, "type").empty(), "must be empty to be structural");
    const Json* const others = nested.find("additionalProperties");
    forbid("additionalProperties",
           others != nullptr && (others->object() || (others->boolean() && *others->boolean())),
           "must be undefined to be structural");
    forbid("default", nested.find("default") != nullptr, "must be undefined to be structural");
    forbid("title", !text_of(nested, "title").empty(), "must be empty to be structural");
    forbid("description", !text_of(nested, "description").empty(),
           "must be empty to be structural");
    for (const std::string_view name :
         {"nullable", "x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource",
          "x-kubernetes-int-or-string"}) {
      forbid(name, is_true(nested, name), "must be false to be structural");
    }
    forbid("x-kubernetes-list-map-keys", !list_of(nested, "x-kubernetes-list-map-keys").empty(),
           "must be empty to be structural");
    for (const std::string_view name : {"x-kubernetes-list-type", "x-kubernetes-map-type"}) {
      forbid(name, nested.find(name) != nullptr, "must be undefined to be structural");
    }
    forbid("x-kubernetes-validations", !list_of(nested, "x-kubernetes-validations").empty(),
           "must be empty to be structural");
    const Json* const properties = schema_of(nested, "properties");
    if (properties != nullptr && properties->find("metadata") != nullptr) {
      errors_.forbidden(place.child("properties").key("metadata"),
                        "must not be specified in a nested context");
    }
  }

  void check_nested_complete(const Json& nested, const Json* schema, const Place& at,
                             const Place& from) {
    check_complete(nested, schema, at, from);
    if (schema == nullptr) return;
    if (const Json* items = schema_of(nested, "items")) {
      check_nested_complete(*items, schema_of(*schema, "items"), at.child("items"),
                            from.child("items"));
    }
    const Json* const own = schema_of(*schema, "properties");
    for (const Json::Member& property : members_of(nested, "properties")) {
      const Json* const found = own != nullptr ? own->find(property.name) : nullptr;
      check_nested_complete(property.value, found, at.child("properties").key(property.name),
                            from.child("properties").key(property.name));
    }
  }

  ErrorList errors_;
};

}  // namespace

void check_structure(const Json& props, const Place& place, ErrorList& errors) {
  StructureChecker checker;
  checker.check(props, Level::Root, place);
  checker.check_complete(props, &props, place, place);
  errors.add_all(checker.take_sorted());
}

}  // namespace kaudit::apiserver::custom
