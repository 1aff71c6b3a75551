#pragma once

#include <optional>

#include <boost/asio/awaitable.hpp>

#include "apiserver/admission/webhook_config.hpp"
#include "apiserver/api/admit/admission.hpp"
#include "apiserver/objects/kinds.hpp"

namespace kaudit::apiserver::admission {

/// What a request is to a webhook's rules. (plugin/webhook/predicates/rules)
struct RuleSubject {
  std::string_view operation;
  std::string_view group;
  std::string_view version;
  std::string_view resource;
  std::string_view subresource;
  std::string_view ns;  ///< of a Namespace: its own name
};
bool matches(const WebhookRule& rule, const RuleSubject& subject) noexcept;

/// The namespace of a request; that of a Namespace is its own name.
std::string_view namespace_of(const api::AdmissionRequest& request) noexcept;

/// In which version of the resource a webhook wants to be asked about a request: the request's own,
/// or with matchPolicy Equivalent another that its rules name. Null: it is not asked, by its rules
/// or its selectors. Error: the Status to answer, 404 when the namespace is not there whose labels
/// decide. (plugin/webhook/generic ShouldCallHook)
boost::asio::awaitable<api::Expected<const objects::Resource*>> find_invocation(
    const Webhook& hook, const api::AdmissionRequest& request);

}  // namespace kaudit::apiserver::admission
