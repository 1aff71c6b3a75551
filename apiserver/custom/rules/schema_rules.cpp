#include "apiserver/custom/rules/schema_rules.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "apiserver/custom/rules/props.hpp"

namespace kaudit::apiserver::custom {
namespace {

using objects::Json;

bool is_meta_name(std::string_view name) {
  return name == "metadata" || name == "kind" || name == "apiVersion";
}

/// What holds for a part of a schema by where it is.
struct Surroundings {
  bool is_root = false;
  bool inside_meta = false;
  bool defaults_forbidden = false;
  std::string why_no_defaults = {};
};

class SchemaChecker {
 public:
  explicit SchemaChecker(ErrorList& errors) : errors_(errors) {}

  // Recursion goes as deep as the schema, which read_schema() bounds.
  void check(const Json& props, const Place& place, const Surroundings& around) {
    check_standard(props, place, around);
    if (is_true(props, "uniqueItems")) {
      errors_.forbidden(place.child("uniqueItems"),
                        "uniqueItems cannot be set to true since the runtime complexity becomes "
                        "quadratic");
    }
    check_other_members(props, place, around);
    Surroundings inner = around;
    inner.is_root = false;
    check_properties(props, place, around);
    if (const Json* negated = schema_of(props, "not")) check(*negated, place.child("not"), inner);
    for (const std::string_view name : {"allOf", "oneOf", "anyOf"}) {
      std::size_t i = 0;
      for (const Json& each : list_of(props, name)) {
        check(each, place.child(name).index(i++), inner);
      }
    }
    if (const Json* items = schema_of(props, "items")) check(*items, place.child("items"), inner);
    std::size_t i = 0;
    for (const Json& each : list_of(props, "items")) {
      check(each, place.child("items").index(i++), inner);
    }
    check_marks(props, place);
    check_keyed_items(props, place);
    check_rules(props, place);
  }

 private:
  void check_standard(const Json& props, const Place& place, const Surroundings& around) {
    const std::string_view type = text_of(props, "type");
    constexpr std::string_view kTypes[] = {"array",  "boolean", "integer",
                                           "number", "object",  "string"};
    if (!type.empty() && std::ranges::find(kTypes, type) == std::end(kTypes)) {
      errors_.unsupported(place.child("type"), type,
                          {"array", "boolean", "integer", "number", "object", "string"});
    }
    if (props.find("default") != nullptr && around.defaults_forbidden) {
      std::string detail = "must not be set";
      if (!around.why_no_defaults.empty()) detail += " " + around.why_no_defaults;
      errors_.forbidden(place.child("default"), detail);
    }
    for (const std::string_view name :
         {"id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref"}) {
      if (props.find(name) == nullptr) continue;
      errors_.forbidden(place.child(name), std::string(name) + " is not supported");
    }
    if (type == "null") {
      errors_.forbidden(place.child("type"),
                        "type cannot be set to null, use nullable as an alternative");
    }
    if (!list_of(props, "items").empty()) {
      errors_.forbidden(place.child("items"), "items must be a schema object and not an array");
    }
    if (around.inside_meta && is_true(props, "x-kubernetes-embedded-resource")) {
      errors_.forbidden(place.child("x-kubernetes-embedded-resource"),
                        "must not be used inside of resource meta");
    }
  }

  void check_other_members(const Json& props, const Place& place, const Surroundings& around) {
    const Json* const others = props.find("additionalProperties");
    if (others == nullptr) return;
    const bool any = others->boolean() && *others->boolean();
    if (!members_of(props, "properties").empty() && !any) {
      errors_.forbidden(place.child("additionalProperties"),
                        "additionalProperties and properties are mutual exclusive");
    }
    if (!others->object()) return;
    Surroundings inner = around;
    inner.is_root = false;
    if (around.inside_meta) {
      inner.defaults_forbidden = true;
      inner.why_no_defaults = "inside additionalProperties applying to object metadata";
    }
    check(*others, place.child("additionalProperties"), inner);
  }

  void check_properties(const Json& props, const Place& place, const Surroundings& around) {
    const bool is_object = around.is_root || is_true(props, "x-kubernetes-embedded-resource");
    for (const Json::Member& property : members_of(props, "properties")) {
      Surroundings inner = around;
      inner.is_root = false;
      if (is_object && is_meta_name(property.name)) {
        inner.inside_meta = true;
        if (around.is_root) {
          inner.defaults_forbidden = true;
          inner.why_no_defaults = "in top-level " + property.name;
        }
      }
      check(property.value, place.child("properties").key(property.name), inner);
    }
  }

  void want_type(const Json& props, const Place& place, std::string_view wanted,
                 std::string_view mark) {
    const std::string_view type = text_of(props, "type");
    if (type == wanted) return;
    std::string detail = "must be ";
    detail.append(wanted).append(" if ").append(mark).append(" is specified");
    if (type.empty()) {
      errors_.required(place.child("type"), detail);
    } else {
      errors_.invalid(place.child("type"), Json(type), detail);
    }
  }

  void check_marks(const Json& props, const Place& place) {
    const Json* const keeps = props.find("x-kubernetes-preserve-unknown-fields");
    if (keeps != nullptr && keeps->boolean() && !*keeps->boolean()) {
      errors_.invalid(place.child("x-kubernetes-preserve-unknown-fields"), *keeps,
                      "must be true or undefined");
    }
    if (const Json* mark = props.find("x-kubernetes-map-type")) {
      want_type(props, place, "object", "x-kubernetes-map-type");
      const std::string_view text = text_of(props, "x-kubernetes-map-type");
      if (mark->string() && text != "atomic" && text != "granular") {
        errors_.unsupported(place.child("x-kubernetes-map-type"), text, {"atomic", "granular"});
      }
    }
    const Json* const mark = props.find("x-kubernetes-list-type");
    const std::string_view list_type = text_of(props, "x-kubernetes-list-type");
    if (mark == nullptr) return;
    want_type(props, place, "array", "x-kubernetes-list-type");
    if (text_of(props, "type") == "array" && list_type == "set") check_set(props, place);
    if (list_type != "atomic" && list_type != "set" && list_type != "map") {
      errors_.unsupported(place.child("x-kubernetes-list-type"), list_type,
                          {"atomic", "set", "map"});
    }
  }

  void check_set(const Json& props, const Place& place) {
    const Json* const items = schema_of(props, "items");
    if (items == nullptr) return;
    const std::string_view type = text_of(*items, "type");
    constexpr std::string_view kDetail =
        "must be atomic as item of a list with x-kubernetes-list-type=set";
    const Json* const list_type = items->find("x-kubernetes-list-type");
    const Json shown = list_type != nullptr ? *list_type : Json();
    if (type == "array" && list_type != nullptr &&
        text_of(*items, "x-kubernetes-list-type") != "atomic") {
      errors_.invalid(place.child("items").child("x-kubernetes-list-type"), shown, kDetail);
    }
    if (type == "object" && text_of(*items, "x-kubernetes-map-type") != "atomic") {
      errors_.invalid(place.child("items").child("x-kubernetes-map-type"), shown, kDetail);
    }
  }

  void check_keyed_items(const Json& props, const Place& place) {
    const auto keys = list_of(props, "x-kubernetes-list-map-keys");
    const Json* const mark = props.find("x-kubernetes-list-type");
    const std::string_view list_type = text_of(props, "x-kubernetes-list-type");
    if (!keys.empty() && list_type != "map") {
      constexpr std::string_view kDetail = "must be map if x-kubernetes-list-map-keys is non-empty";
      if (mark == nullptr) {
        errors_.required(place.child("x-kubernetes-list-type"), kDetail);
      } else {
        errors_.invalid(place.child("x-kubernetes-list-type"), *mark, kDetail);
      }
    }
    const Json* const items = schema_of(props, "items");
    if (list_type == "map") {
      if (keys.empty()) {
        errors_.required(place.child("x-kubernetes-list-map-keys"),
                         "must not be empty if x-kubernetes-list-type is map");
      }
      if (props.find("items") == nullptr) {
        errors_.required(place.child("items"),
                         "must have a schema if x-kubernetes-list-type is map");
      }
      if (items != nullptr) check_keys(props, *items, place);
    }
    if (items != nullptr && (list_type == "map" || list_type == "set")) {
      check_items_of_set_or_map(props, *items, place, list_type);
    }
  }

  void check_keys(const Json& props, const Json& items, const Place& place) {
    const std::string_view type = text_of(items, "type");
    if (type != "object") {
      errors_.invalid(place.child("items").child("type"), Json(type),
                      "must be object if parent array's x-kubernetes-list-type is map");
      return;
    }
    const Json* const keys = props.find("x-kubernetes-list-map-keys");
    const Json keys_shown = keys != nullptr ? *keys : Json();
    std::set<std::string> seen;
    for (const Json& key : list_of(props, "x-kubernetes-list-map-keys")) {
      const std::string name = key.string() != nullptr ? *key.string() : "";
      const Json* const properties = items.find("properties");
      const Json* const property = properties != nullptr ? properties->find(name) : nullptr;
      if (property == nullptr) {
        errors_.invalid(place.child("x-kubernetes-list-map-keys"), keys_shown,
                        "entries must all be names of item properties");
      } else if (const std::string_view own = text_of(*property, "type");
                 own == "array" || own == "object") {
        errors_.invalid(place.child("items").child("properties").key(name).child("type"),
                        Json(type),
                        "must be a scalar type if parent array's x-kubernetes-list-type is map");
      }
      if (!seen.insert(name).second) {
        errors_.invalid(place.child("x-kubernetes-list-map-keys"), keys_shown,
                        "must not contain duplicate entries");
      }
    }
  }

  // (validateMapListKeysMapSet)
  void check_items_of_set_or_map(const Json& props, const Json& items, const Place& place,
                                 std::string_view list_type) {
    if (is_true(items, "nullable")) {
      errors_.forbidden(
          place.child("items").child("nullable"),
          "cannot be nullable when x-kubernetes-list-type is " + std::string(list_type));
    }
    if (list_type != "map") return;
    const auto required = list_of(items, "required");
    for (const Json& key : list_of(props, "x-kubernetes-list-map-keys")) {
      const std::string name = key.string() != nullptr ? *key.string() : "";
      const Json* const properties = items.find("properties");
      const Json* const property = properties != nullptr ? properties->find(name) : nullptr;
      if (property == nullptr) continue;
      const Place own = place.child("items").child("properties").key(name);
      if (std::ranges::find(required, key) == required.end() &&
          property->find("default") == nullptr) {
        errors_.required(own.child("default"),
                         "this property is in x-kubernetes-list-map-keys, so it must have a "
                         "default or be a required property");
      }
      if (is_true(*property, "nullable")) {
        errors_.forbidden(own.child("nullable"),
                          "this property is in x-kubernetes-list-map-keys, so it cannot be "
                          "nullable");
      }
    }
  }

  static bool has_line_break(std::string_view text) {
    return text.find_first_of("\r\n") != std::string_view::npos;
  }

  static std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n\v\f";
    const std::size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
  }

  // Of rules only their form: nothing here understands them.
  void check_rules(const Json& props, const Place& place) {
    std::size_t i = 0;
    for (const Json& rule : list_of(props, "x-kubernetes-validations")) {
      const Place own = place.child("x-kubernetes-validations").index(i++);
      const std::string_view message = text_of(rule, "message");
      const std::string_view expression = trimmed(text_of(rule, "rule"));
      if (expression.empty()) {
        errors_.required(own.child("rule"), "rule is not specified");
      } else if (!message.empty() && trimmed(message).empty()) {
        errors_.invalid(own.child("message"), Json(message), "must be non-empty if specified");
      } else if (has_line_break(trimmed(message))) {
        errors_.invalid(own.child("message"), Json(message), "must not contain line breaks");
      } else if (has_line_break(expression) && trimmed(message).empty()) {
        errors_.required(own.child("message"),
                         "message must be specified if rule contains line breaks");
      }
      const std::string_view reason = text_of(rule, "reason");
      constexpr std::string_view kReasons[] = {"FieldValueDuplicate", "FieldValueForbidden",
                                               "FieldValueInvalid", "FieldValueRequired"};
      if (!reason.empty() && std::ranges::find(kReasons, reason) == std::end(kReasons)) {
        errors_.unsupported(own.child("reason"), reason,
                            {"FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid",
                             "FieldValueRequired"});
      }
    }
  }

  ErrorList& errors_;
};

}  // namespace

void check_schema(const Json& props, const Place& place, ErrorList& errors) {
  Surroundings root;
  root.is_root = true;
  SchemaChecker(errors).check(props, place, root);
}

}  // namespace kaudit::apiserver::custom
