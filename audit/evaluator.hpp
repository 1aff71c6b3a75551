#pragma once

#include <string_view>

#include "audit/event.hpp"
#include "audit/level.hpp"
#include "audit/long_running.hpp"

namespace kaudit::audit {

/// What a policy may look at: known from URL, method and the authenticated user. The views must
/// outlive the call. (k8s.io/apiserver/pkg/authorization/authorizer Attributes)
struct Attributes {
  const UserInfo* user = nullptr;  ///< null: nobody is known
  std::string_view verb;
  bool resource_request = false;
  std::string_view api_group;
  std::string_view api_version;
  std::string_view resource;
  std::string_view subresource;
  std::string_view ns;    ///< namespace; "" is cluster-scoped
  std::string_view name;  ///< of the object
  std::string_view path;  ///< of the URL, for non-resource requests
};

/// Whether the request makes a ResponseStarted event when it begins to be answered.
inline bool long_running(const Attributes& request) noexcept {
  return long_running(request.resource_request, request.verb, request.subresource, request.path);
}

/// What to record of one request, and which rule says so.
struct Decision {
  static constexpr int kNoRule = -1;

  Level level = Level::None;
  StageSet omit_stages;
  bool omit_managed_fields = false;
  int rule = kNoRule;  ///< index of the first rule that matched; kNoRule: none did, so level None
};

/// Decides at which level a request is recorded. Implementations are immutable: evaluate() may be
/// called from any thread, takes no lock and allocates nothing. (k8s.io/apiserver/pkg/audit
/// PolicyRuleEvaluator)
class Evaluator {
 public:
  Evaluator() = default;
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;
  virtual ~Evaluator() = default;

  virtual Decision evaluate(const Attributes& attributes) const noexcept = 0;
};

}  // namespace kaudit::audit
