#include "apiserver/reviews/access_question.hpp"

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/request/field_selector.hpp"
#include "apiserver/request/label_selector.hpp"

namespace kaudit::apiserver::reviews {
namespace {

using objects::Json;

std::vector<std::string> texts(const Json* list) {
  std::vector<std::string> out;
  if (list == nullptr || list->array() == nullptr) return out;
  for (const Json& item : *list->array()) {
    if (item.string() != nullptr) out.push_back(*item.string());
  }
  return out;
}

audit::UserInfo user_of(const Json& spec) {
  audit::UserInfo user;
  user.username = spec.text("user");
  user.uid = spec.text("uid");
  user.groups = texts(spec.find("groups"));
  const Json* extra = spec.find("extra");
  if (extra == nullptr || extra->object() == nullptr) return user;
  for (const Json::Member& member : *extra->object()) {
    user.extra[member.name] = texts(&member.value);
  }
  return user;
}

bool is_readable(const Json& requirement, std::string_view selector) {
  const std::string_view op = requirement.text("operator");
  const bool of_values = op == "In" || op == "NotIn";
  if (selector == "labelSelector") return of_values || op == "Exists" || op == "DoesNotExist";
  // A field has one value: there is no more than equal and not equal.
  return of_values && texts(requirement.find("values")).size() == 1;
}

bool is_readable(std::string_view raw, std::string_view selector) {
  if (selector == "labelSelector") return request::LabelSelector::parse(raw).has_value();
  return request::FieldSelector::parse(raw).has_value();
}

// No authorizer here goes by selectors; what a real server would say of them is said nevertheless.
std::string selector_error(const Json& attributes, std::string_view selector) {
  const Json* given = attributes.find(selector);
  if (given == nullptr) return "";
  std::size_t readable = 0;
  std::size_t all = 0;
  if (const std::string_view raw = given->text("rawSelector"); !raw.empty()) {
    ++all;
    if (is_readable(raw, selector)) ++readable;
  }
  const Json* requirements = given->find("requirements");
  if (requirements != nullptr && requirements->array() != nullptr) {
    for (const Json& requirement : *requirements->array()) {
      ++all;
      if (is_readable(requirement, selector)) ++readable;
    }
  }
  if (readable == all) return "";
  return "spec.resourceAttributes." + std::string(selector) +
         (readable > 0 ? " partially ignored" : " ignored") + " due to parse error";
}

std::string selector_errors_of(const Json& attributes) {
  std::string errors;
  for (const std::string_view selector : {"fieldSelector", "labelSelector"}) {
    const std::string error = selector_error(attributes, selector);
    if (!errors.empty() && !error.empty()) errors += "; ";
    errors += error;
  }
  return errors;
}

}  // namespace

AccessQuestion::AccessQuestion(const Json& spec) : AccessQuestion(spec, user_of(spec)) {}

AccessQuestion::AccessQuestion(const Json& spec, audit::UserInfo user) : user_(std::move(user)) {
  if (const Json* resource = spec.find("resourceAttributes")) {
    resource_ = true;
    verb_ = resource->text("verb");
    group_ = resource->text("group");
    version_ = resource->text("version");
    if (version_.empty()) version_ = "*";
    resource_name_ = resource->text("resource");
    subresource_ = resource->text("subresource");
    ns_ = resource->text("namespace");
    name_ = resource->text("name");
    selector_errors_ = selector_errors_of(*resource);
  } else if (const Json* other = spec.find("nonResourceAttributes")) {
    verb_ = other->text("verb");
    path_ = other->text("path");
  }
}

audit::Attributes AccessQuestion::attributes() const {
  audit::Attributes attributes;
  attributes.user = &user_;
  attributes.verb = verb_;
  attributes.resource_request = resource_;
  attributes.api_group = group_;
  attributes.api_version = version_;
  attributes.resource = resource_name_;
  attributes.subresource = subresource_;
  attributes.ns = ns_;
  attributes.name = name_;
  attributes.path = path_;
  return attributes;
}

Json access_status(const AccessQuestion& question, const authz::Authorization& answer) {
  using Decision = authz::Authorization::Decision;
  const bool failed = answer.decision == Decision::Error;
  std::string errors = failed ? answer.reason : std::string();
  if (!question.selector_errors().empty()) {
    if (!errors.empty()) errors += "; ";
    errors += question.selector_errors();
  }
  Json status{Json::Object()};
  status.set("allowed", Json(answer.decision == Decision::Allow));
  if (answer.decision == Decision::Deny) status.set("denied", Json(true));
  if (!failed && !answer.reason.empty()) status.set("reason", Json(answer.reason));
  if (!errors.empty()) status.set("evaluationError", Json(errors));
  return status;
}

}  // namespace kaudit::apiserver::reviews
