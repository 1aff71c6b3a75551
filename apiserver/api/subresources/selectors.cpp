#include "apiserver/api/subresources/selectors.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "base/text/list.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

std::string text_of(const Json& value) { return value.string() ? *value.string() : std::string(); }

Result<std::string> term(const Json& expression) {
  const std::string key(expression.text("key"));
  const std::string_view op = expression.text("operator");
  std::vector<std::string> values;
  if (const Json* list = expression.find("values"); list != nullptr && list->array() != nullptr) {
    for (const Json& value : *list->array()) values.push_back(text_of(value));
  }
  if (op == "In") return key + " in (" + joined(values, ",") + ")";
  if (op == "NotIn") return key + " notin (" + joined(values, ",") + ")";
  if (op == "Exists") return key;
  if (op == "DoesNotExist") return "!" + key;
  return fail(go_quoted(op) + " is not a valid label selector operator");
}

}  // namespace

// By way of a query's text: its parser knows the rules of keys and values.
Result<request::LabelSelector> read_label_selector(const Json& selector) {
  std::vector<std::string> terms;
  const Json* labels = selector.find("matchLabels");
  if (labels != nullptr && labels->object() != nullptr) {
    for (const Json::Member& label : *labels->object()) {
      terms.push_back(label.name + "=" + text_of(label.value));
    }
  }
  const Json* expressions = selector.find("matchExpressions");
  if (expressions != nullptr && expressions->array() != nullptr) {
    for (const Json& expression : *expressions->array()) {
      auto text = term(expression);
      if (!text) return tl::unexpected(text.error());
      terms.push_back(*std::move(text));
    }
  }
  return request::LabelSelector::parse(joined(terms, ","));
}

}  // namespace kaudit::apiserver::api
