#include "apiserver/objects/schema/value_check.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <re2/re2.h>
#include <utility>

#include "apiserver/objects/patch/go_text.hpp"
#include "apiserver/objects/schema/formats.hpp"
#include "apiserver/objects/schema/number_check.hpp"
#include "apiserver/objects/schema/verdict.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects::schema {
namespace {

using Kind = Fault::Kind;

/// What a value is in OpenAPI's words, and in which format Go holds it.
struct ValueType {
  std::string_view name;
  std::string_view format = {};
};

ValueType type_of(const Json& value) {
  if (value.boolean()) return {"boolean"};
  if (value.string()) return {"string"};
  if (value.array()) return {"array"};
  if (value.object()) return {"object"};
  if (value.number()) {
    return patch::is_int64(*value.number()) ? ValueType{"integer", "int64"}
                                            : ValueType{"number", "float64"};
  }
  return {"null"};
}

std::string types_text(const Schema& schema) {
  return schema.int_or_string ? "integer,string" : schema.type;
}

bool takes(const Schema& schema, std::string_view type) {
  if (schema.int_or_string) return type == "integer" || type == "string";
  return schema.type == type && !type.empty();
}

bool says_type(const Schema& schema) { return schema.int_or_string || !schema.type.empty(); }

std::string in_body(const std::string& path, std::string_view rest) {
  return (path + " in body ").append(rest);
}

Fault other(const std::string& path, std::string_view text, Json value = Json("")) {
  return {Kind::Other, path, in_body(path, text), std::move(value)};
}

Fault plain(std::string text) { return {Kind::Plain, "", std::move(text)}; }

Fault wrong_type(const std::string& path, std::string_view wanted, std::string_view given) {
  std::string text = in_body(path, "must be of type ");
  text.append(wanted).append(": ").append(go_quoted(given));
  return {Kind::WrongType, path, std::move(text), Json(given)};
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// Whether nothing changed, as far as a schema can say what a member was before. (apiserver
// pkg/cel/common CorrelatedObject)
bool is_unchanged(const Schema& schema, const Json& value, const Json& before) {
  if (!value.object() || !before.object()) return value == before;
  if (value.object()->size() != before.object()->size()) return false;
  return std::ranges::all_of(*value.object(), [&](const Json::Member& member) {
    const Schema* const own = schema.member(member.name);
    const Json* const old = before.find(member.name);
    return own != nullptr && old != nullptr && is_unchanged(*own, member.value, *old);
  });
}

class Checker {
 public:
  // What did not change may stay wrong.
  Verdict check(const Schema& schema, const Json& value, const std::string& path,
                const Json* before) {
    Verdict verdict = judge(schema, value, path, before);
    if (!verdict.valid() && before != nullptr && is_unchanged(schema, value, *before)) {
      verdict.faults.clear();
    }
    return verdict;
  }

 private:
  Verdict judge(const Schema& schema, const Json& value, const std::string& path,
                const Json* before) {
    Verdict verdict;
    if (value.is_null()) {
      verdict.merge(check_type(schema, value, path));
      verdict.merge(check_enum(schema, value, path));
      return verdict;
    }
    const auto add = [&verdict](Verdict part) {
      verdict.merge(std::move(part));
      ++verdict.passed;
    };
    if (says_type(schema) || !schema.format.empty()) add(check_type(schema, value, path));
    add(check_alternatives(schema, value, path, before));
    if (const auto* text = value.string()) {
      add(check_text(schema, *text, path));
      if (!schema.format.empty() && is_known_format("", schema.format)) {
        add(check_format(schema, *text, path));
      }
    }
    if (value.number()) add(check_number(schema, *value.number(), path));
    if (value.array()) add(check_elements(schema, value, path, before));
    add(check_enum(schema, value, path));
    if (value.object()) add(check_members(schema, value, path, before));
    ++verdict.passed;
    return verdict;
  }

  static Verdict check_type(const Schema& schema, const Json& value, const std::string& path) {
    Verdict good;
    good.passed = 1;
    const auto refused = [&path](std::string_view wanted, std::string_view given) {
      Verdict verdict;
      verdict.add(wrong_type(path, wanted, given));
      return verdict;
    };
    const std::string types = types_text(schema);
    if (value.is_null()) {
      return says_type(schema) && !schema.nullable ? refused(types, "null") : good;
    }
    const ValueType given = type_of(value);
    const bool whole = given.name == "number" && takes(schema, "integer") &&
                       is_json_integer(std::strtod(value.number()->text.c_str(), nullptr));
    const bool fits =
        takes(schema, given.name) || whole || (given.name == "integer" && takes(schema, "number"));
    const bool text_or_list = value.string() || value.array();
    if (!text_or_list && !schema.format.empty() && !fits && given.format != schema.format) {
      return refused(schema.format, given.format);
    }
    const bool numeric = takes(schema, "number") || takes(schema, "integer");
    if (!numeric && !schema.format.empty() && text_or_list) return good;
    return fits ? good : refused(types, given.name);
  }

  static Verdict check_text(const Schema& schema, const std::string& text,
                            const std::string& path) {
    Verdict verdict;
    const auto size = static_cast<std::int64_t>(code_points(text));
    if (schema.max_length && size > *schema.max_length) {
      const std::string limit = std::to_string(*schema.max_length);
      verdict.add({Kind::TooLong, path, in_body(path, "should be at most " + limit + " chars long"),
                   Json(""), 0, *schema.max_length});
    } else if (schema.min_length && size < *schema.min_length) {
      const std::string limit = std::to_string(*schema.min_length);
      verdict.add(other(path, "should be at least " + limit + " chars long", Json(text)));
    } else if (!schema.pattern.empty()) {
      if (schema.pattern_program == nullptr) {
        verdict.add(other(path,
                          "should match '" + schema.pattern +
                              ", but pattern is invalid: " + schema.pattern_fault + "'",
                          Json(text)));
      } else if (!re2::RE2::PartialMatch(text, *schema.pattern_program)) {
        verdict.add(other(path, "should match '" + schema.pattern + "'", Json(text)));
      }
    }
    return verdict;
  }

  static Verdict check_format(const Schema& schema, const std::string& text,
                              const std::string& path) {
    Verdict verdict;
    if (!has_format(text, schema.format)) verdict.add(wrong_type(path, schema.format, text));
    return verdict;
  }

  static bool is_enum_value(const Json& value, const Json& allowed) {
    if (value == allowed) return true;
    if (!value.number() || !allowed.number()) return false;
    return std::strtod(value.number()->text.c_str(), nullptr) ==
           std::strtod(allowed.number()->text.c_str(), nullptr);
  }

  static Verdict check_enum(const Schema& schema, const Json& value, const std::string& path) {
    Verdict verdict;
    if (schema.enum_values.empty()) return verdict;
    const bool known =
        !value.is_null() && std::ranges::any_of(schema.enum_values, [&value](const Json& allowed) {
          return is_enum_value(value, allowed);
        });
    if (known) return verdict;
    std::string text = "should be one of " + patch::go_text(Json(schema.enum_values));
    Fault fault{Kind::NotInEnum, path, in_body(path, text), value};
    fault.allowed = schema.enum_values;
    verdict.add(std::move(fault));
    return verdict;
  }

  Verdict check_elements(const Schema& schema, const Json& value, const std::string& path,
                         const Json* before) {
    Verdict verdict;
    const Json::Array& elements = *value.array();
    if (schema.items) {
      for (std::size_t i = 0; i < elements.size(); ++i) {
        verdict.merge(check(*schema.items, elements[i], path + "[" + std::to_string(i) + "]",
                            element_before(schema, elements[i], before)));
      }
    }
    const auto size = static_cast<std::int64_t>(elements.size());
    if (schema.min_items && size < *schema.min_items) {
      const std::string limit = std::to_string(*schema.min_items);
      verdict.add(other(path, "should have at least " + limit + " items", Json(size)));
    }
    if (schema.max_items && size > *schema.max_items) {
      const std::string limit = std::to_string(*schema.max_items);
      verdict.add({Kind::TooManyItems, path,
                   in_body(path, "should have at most " + limit + " items"), Json(""), size,
                   *schema.max_items});
    }
    if (schema.unique_items && has_repeated(elements)) {
      verdict.add(other(path, "shouldn't contain duplicates"));
    }
    ++verdict.passed;
    return verdict;
  }

  // By their text, which for objects without a type is the same for equal ones.
  static bool has_repeated(const Json::Array& elements) {
    std::vector<std::string> texts;
    texts.reserve(elements.size());
    for (const Json& element : elements) texts.push_back(element.dump());
    std::ranges::sort(texts);
    return std::ranges::adjacent_find(texts) != texts.end();
  }

  // Only elements of lists with keys are known to be the same as before.
  static const Json* element_before(const Schema& schema, const Json& element, const Json* before) {
    if (before == nullptr || !before->array() || schema.list_type != ListType::Map) return nullptr;
    for (const Json& old : *before->array()) {
      const bool same = std::ranges::all_of(schema.list_keys, [&](const std::string& key) {
        const Json* const a = old.find(key);
        const Json* const b = element.find(key);
        return a == nullptr || b == nullptr ? a == b : *a == *b;
      });
      if (same) return &old;
    }
    return nullptr;
  }

  Verdict check_members(const Schema& schema, const Json& value, const std::string& path,
                        const Json* before) {
    Verdict verdict;
    const Json::Object& members = *value.object();
    const auto size = static_cast<std::int64_t>(members.size());
    if (schema.min_properties && size < *schema.min_properties) {
      const std::string limit = std::to_string(*schema.min_properties);
      verdict.add(other(path, "should have at least " + limit + " properties", Json(size)));
    }
    if (schema.max_properties && size > *schema.max_properties) {
      const std::string limit = std::to_string(*schema.max_properties);
      verdict.add({Kind::TooManyItems, path,
                   in_body(path, "should have at most " + limit + " properties"), Json(""), size,
                   *schema.max_properties});
    }
    for (const Json::Member& member : members) {
      if (schema.property(member.name) != nullptr) continue;
      if (schema.other_members == OtherMembers::Forbidden) {
        verdict.add({Kind::Other, path,
                     path + "." + member.name + " in body is a forbidden property",
                     Json(member.name)});
      } else if (schema.other_schema) {
        verdict.merge(check(*schema.other_schema, member.value, path + "." + member.name,
                            member_before(member.name, path, before)));
      }
    }
    for (const Json::Member& member : members) {
      const Schema* const own = schema.property(member.name);
      if (own == nullptr) continue;
      verdict.merge(check(*own, member.value,
                          path.empty() ? std::string(member.name) : path + "." + member.name,
                          member_before(member.name, path, before)));
    }
    for (const std::string& name : schema.required) {
      if (value.find(name) != nullptr) continue;
      const std::string place = path + "." + name;
      verdict.add({Kind::Required, place, place + " in body is required"});
    }
    return verdict;
  }

  static const Json* member_before(std::string_view name, const std::string& path,
                                   const Json* before) {
    if (before == nullptr) return nullptr;
    // They name the version, and both objects are in the same one.
    if (path.empty() && (name == "kind" || name == "apiVersion")) return nullptr;
    return before->find(name);
  }

  // Of several alternatives that do not fit, the one that fits best says why.
  struct Choice {
    int fitting = 0;
    Verdict first;  // of those that fit
    std::optional<Verdict> best_failure;
  };

  Choice choose(const std::vector<Schema>& schemas, const Json& value, const std::string& path,
                const Json* before, bool first_is_enough) {
    Choice choice;
    for (const Schema& each : schemas) {
      Verdict verdict = judge(each, value, path, before);
      if (verdict.valid()) {
        choice.best_failure.reset();
        if (choice.fitting++ == 0) choice.first = std::move(verdict);
        if (first_is_enough) break;
      } else if (choice.fitting == 0 &&
                 (!choice.best_failure || verdict.passed > choice.best_failure->passed)) {
        choice.best_failure = std::move(verdict);
      }
    }
    return choice;
  }

  Verdict check_alternatives(const Schema& schema, const Json& value, const std::string& path,
                             const Json* before) {
    Verdict verdict;
    const std::string quoted = go_quoted(path);
    if (!schema.any_of.empty()) {
      Choice choice = choose(schema.any_of, value, path, before, true);
      if (choice.fitting == 0) {
        verdict.add(plain(quoted + " must validate at least one schema (anyOf)"));
      }
      if (choice.best_failure) {
        verdict.merge(*std::move(choice.best_failure));
      } else {
        verdict.merge(std::move(choice.first));
      }
    }
    if (!schema.one_of.empty()) {
      Choice choice = choose(schema.one_of, value, path, before, false);
      if (choice.fitting == 1) {
        verdict.merge(std::move(choice.first));
      } else {
        verdict.add(
            plain(quoted + " must validate one and only one schema (oneOf). Found " +
                  (choice.fitting == 0 ? std::string("none valid")
                                       : std::to_string(choice.fitting) + " valid alternatives")));
        if (choice.best_failure) verdict.merge(*std::move(choice.best_failure));
      }
    }
    if (!schema.all_of.empty()) {
      std::size_t fitting = 0;
      for (const Schema& each : schema.all_of) {
        Verdict part = judge(each, value, path, before);
        if (part.valid()) ++fitting;
        verdict.merge(std::move(part));
      }
      if (fitting != schema.all_of.size()) {
        verdict.add(plain(quoted + " must validate all the schemas (allOf)" +
                          (fitting == 0 ? ". None validated" : "")));
      }
    }
    if (schema.not_schema && judge(*schema.not_schema, value, path, before).valid()) {
      verdict.add(plain(quoted + " must not validate the schema (not)"));
    }
    ++verdict.passed;
    return verdict;
  }
};

std::string joined_place(std::string_view place, std::string_view name) {
  if (name.starts_with('.')) name.remove_prefix(1);
  if (name.empty()) return std::string(place.empty() ? "<nil>" : place);
  if (place.empty()) return std::string(name);
  return std::string(place).append(".").append(name);
}

FieldError error_of(const Fault& fault, std::string_view place) {
  std::string field = joined_place(place, fault.place);
  switch (fault.kind) {
    case Kind::Required:
      return required_value(std::move(field));
    case Kind::NotInEnum:
      return unsupported_value(std::move(field), fault.value, fault.allowed);
    case Kind::TooLong:
      return too_long(std::move(field), fault.limit);
    case Kind::TooManyItems:
      return too_many(std::move(field), fault.count, fault.limit);
    case Kind::WrongType:
      return wrong_type_value(std::move(field), fault.value, fault.text);
    case Kind::Plain:
    case Kind::Other:
      break;
  }
  return invalid_value(std::move(field), fault.value, fault.text);
}

}  // namespace

std::vector<FieldError> check_value(const Schema& schema, const Json& value, std::string_view place,
                                    const Json* before) {
  Verdict verdict = Checker().check(schema, value, "", before);
  std::vector<FieldError> errors;
  for (const Fault& fault : verdict.faults) errors.push_back(error_of(fault, place));
  return errors;
}

}  // namespace kaudit::apiserver::objects::schema
