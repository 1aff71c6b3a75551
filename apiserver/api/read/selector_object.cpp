#include "apiserver/api/read/selector_object.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "base/text/list.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

std::vector<std::string> values_of(const Json& expression) {
  std::vector<std::string> values;
  const Json* list = expression.find("values");
  if (list == nullptr || list->array() == nullptr) return values;
  for (const Json& value : *list->array()) {
    if (value.string() != nullptr) values.push_back(*value.string());
  }
  return values;
}

Result<std::string> requirement(const Json& expression) {
  const std::string key(expression.text("key"));
  const std::string_view op = expression.text("operator");
  if (op == "Exists") return key;
  if (op == "DoesNotExist") return "!" + key;
  if (op == "In") return key + " in (" + joined(values_of(expression), ",") + ")";
  if (op == "NotIn") return key + " notin (" + joined(values_of(expression), ",") + ")";
  return fail(go_quoted(op) + " is not a valid label selector operator");
}

}  // namespace

// Written as a query would have it, whose parser then judges keys and values.
Result<request::LabelSelector> read_selector(const Json& object) {
  std::vector<std::string> requirements;
  const Json* labels = object.find("matchLabels");
  if (labels != nullptr && labels->object() != nullptr) {
    for (const Json::Member& label : *labels->object()) {
      if (label.value.string() == nullptr) return fail(label.name + ": not a string");
      requirements.push_back(label.name + "=" + *label.value.string());
    }
  }
  const Json* expressions = object.find("matchExpressions");
  if (expressions != nullptr && expressions->array() != nullptr) {
    for (const Json& expression : *expressions->array()) {
      auto text = requirement(expression);
      if (!text) return fail(text.error().message);
      requirements.push_back(*std::move(text));
    }
  }
  return request::LabelSelector::parse(joined(requirements, ","));
}

}  // namespace kaudit::apiserver::api
