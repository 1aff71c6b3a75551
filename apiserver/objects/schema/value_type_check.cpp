#include "apiserver/objects/schema/value_type_check.hpp"

#include <cstdlib>
#include <string_view>

#include "apiserver/objects/patch/go_text.hpp"
#include "apiserver/objects/schema/number_check.hpp"

namespace kaudit::apiserver::objects::schema {
namespace {

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

}  // namespace

bool says_type(const Schema& schema) noexcept {
  return schema.int_or_string || !schema.type.empty();
}

Verdict check_type(const Schema& schema, const Json& value, const std::string& path) {
  Verdict good;
  good.passed = 1;
  const auto refused = [&path](std::string_view wanted, std::string_view given) {
    Verdict verdict;
    verdict.add(Fault::wrong_type(path, wanted, given));
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

}  // namespace kaudit::apiserver::objects::schema
