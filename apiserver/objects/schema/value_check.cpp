#include "apiserver/objects/schema/value_check.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <utility>

#include "apiserver/objects/schema/number_check.hpp"
#include "apiserver/objects/schema/text_check.hpp"
#include "apiserver/objects/schema/value_type_check.hpp"
#include "apiserver/objects/schema/verdict.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects::schema {
namespace {

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
    verdict.add(Fault::not_in_enum(path, value, schema.enum_values));
    return verdict;
  }

  static void check_count(std::size_t size, std::optional<std::int64_t> least,
                          std::optional<std::int64_t> most, std::string_view what,
                          const std::string& path, Verdict& verdict) {
    const auto count = static_cast<std::int64_t>(size);
    if (least && count < *least) {
      const std::string text = "should have at least " + std::to_string(*least) + " ";
      verdict.add(Fault::other(path, text + std::string(what), Json(count)));
    }
    if (most && count > *most) verdict.add(Fault::too_many(path, count, *most, what));
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
    check_count(elements.size(), schema.min_items, schema.max_items, "items", path, verdict);
    if (schema.unique_items && has_repeated(elements)) {
      verdict.add(Fault::other(path, "shouldn't contain duplicates"));
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
    check_count(members.size(), schema.min_properties, schema.max_properties, "properties", path,
                verdict);
    for (const Json::Member& member : members) {
      if (schema.property(member.name) != nullptr) continue;
      if (schema.other_members == OtherMembers::Forbidden) {
        verdict.add({Fault::Kind::Other, path,
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
      if (value.find(name) == nullptr) verdict.add(Fault::required(path, name));
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
        verdict.add(Fault::plain(quoted + " must validate at least one schema (anyOf)"));
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
        verdict.add(Fault::plain(quoted + " must validate one and only one schema (oneOf). Found " +
                                 (choice.fitting == 0
                                      ? std::string("none valid")
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
        verdict.add(Fault::plain(quoted + " must validate all the schemas (allOf)" +
                                 (fitting == 0 ? ". None validated" : "")));
      }
    }
    if (schema.not_schema && judge(*schema.not_schema, value, path, before).valid()) {
      verdict.add(Fault::plain(quoted + " must not validate the schema (not)"));
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
    case Fault::Kind::Required:
      return required_value(std::move(field));
    case Fault::Kind::NotInEnum:
      return unsupported_value(std::move(field), fault.value, fault.allowed);
    case Fault::Kind::TooLong:
      return too_long(std::move(field), fault.limit);
    case Fault::Kind::TooManyItems:
      return too_many(std::move(field), fault.count, fault.limit);
    case Fault::Kind::WrongType:
      return wrong_type_value(std::move(field), fault.value, fault.text);
    case Fault::Kind::Plain:
    case Fault::Kind::Other:
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
