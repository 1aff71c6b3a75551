#pragma once

#include <memory>
#include <set>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "apiserver/admission/admission_feed.hpp"
#include "apiserver/api/admit/admission.hpp"
#include "apiserver/webhooks/webhook_caller.hpp"

namespace kaudit::apiserver::admission {

/// Which webhooks are asked a second time, because others changed the object behind them.
/// (plugin/webhook/mutating webhookReinvokeContext)
struct ReinvocationState {
  int round = 0;
  bool wanted = false;                ///< something was changed: there is to be a second round
  std::set<std::string> invoked;      ///< uids: may be asked again if something changes
  std::set<std::string> to_reinvoke;  ///< uids
  std::string last_output;            ///< what the webhooks left behind in the first round

  void object_changed();
};

/// Asks the MutatingWebhookConfigurations' webhooks, one after the other, and patches the object as
/// they say. Error: the Status to answer.
boost::asio::awaitable<api::Expected<void>> mutate_by_webhooks(api::AdmissionRequest& request,
                                                               const Webhooks& hooks,
                                                               webhooks::WebhookCaller& caller,
                                                               ReinvocationState& state);

/// Asks the ValidatingWebhookConfigurations' webhooks, all at once. Error: the Status to answer.
boost::asio::awaitable<api::Expected<void>> validate_by_webhooks(
    const api::AdmissionRequest& request, const Webhooks& hooks, webhooks::WebhookCaller& caller);

}  // namespace kaudit::apiserver::admission
