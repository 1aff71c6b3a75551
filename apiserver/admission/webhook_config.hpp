#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/objects/tree/json.hpp"
#include "apiserver/webhooks/webhook_caller.hpp"

namespace kaudit::apiserver::admission {

/// Which requests a webhook is asked about. (admissionregistration/v1 RuleWithOperations)
struct WebhookRule {
  enum class Scope : std::uint8_t { All, Cluster, Namespaced };

  std::vector<std::string> operations;
  std::vector<std::string> groups;
  std::vector<std::string> versions;
  std::vector<std::string> resources;  ///< `pods`, `pods/exec`, `pods/*`, `*`, `*/*`
  Scope scope = Scope::All;
};

enum class FailurePolicy : std::uint8_t { Fail, Ignore };
enum class MatchPolicy : std::uint8_t { Exact, Equivalent };
enum class Reinvocation : std::uint8_t { Never, IfNeeded };

/// One webhook of a configuration, ready to be asked. (MutatingWebhook, ValidatingWebhook)
struct Webhook {
  std::string configuration;  ///< the object it is of
  std::string name;
  std::string uid;  ///< `CONFIGURATION/NAME/N`: names need not be unique
  std::vector<WebhookRule> rules;
  FailurePolicy failure_policy = FailurePolicy::Fail;
  MatchPolicy match_policy = MatchPolicy::Equivalent;
  Reinvocation reinvocation = Reinvocation::Never;
  bool has_side_effects = false;  ///< on a dry run: then it is not asked
  std::chrono::seconds timeout{10};
  std::vector<std::string> review_versions;
  objects::Json namespace_selector;
  objects::Json object_selector;
  webhooks::WebhookTarget target;
};

/// All webhooks of one kind, in the order in which they are asked: by the names of their
/// configurations, then as those list them.
using Webhooks = std::vector<Webhook>;

/// The webhooks of a configuration in canonical form (defaults included).
Webhooks webhooks_of(const objects::Json& configuration);

}  // namespace kaudit::apiserver::admission
