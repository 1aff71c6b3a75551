// (apiserver pkg/admission/plugin/webhook/mutating dispatcher.go)
#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>

#include "apiserver/admission/asked_version.hpp"
#include "apiserver/admission/webhook_admission.hpp"
#include "apiserver/admission/webhook_call.hpp"
#include "apiserver/admission/webhook_match.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/patch/json_patch.hpp"
#include "base/logging.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::admission {
namespace {

using boost::asio::awaitable;
using objects::Json;
using objects::Resource;
using objects::patch::JsonPatch;

constexpr std::string_view kMutation = "mutation.webhook.admission.k8s.io/";
constexpr std::string_view kPatch = "patch.webhook.admission.k8s.io/";
constexpr std::string_view kFailedOpen = "failed-open.";

/// What the events say of one call.
class MutationNotes {
 public:
  MutationNotes(const api::Call& call, const Webhook& hook, int round, std::size_t index)
      : call_(call),
        hook_(hook),
        place_("round_" + std::to_string(round) + "_index_" + std::to_string(index)) {}

  void mutated(bool changed) const {
    Json note = begun();
    note.set("mutated", Json(changed));
    annotate_admission(call_, std::string(kMutation) + place_, note.dump());
  }
  // What a patch says belongs to the body: only from Request on.
  void patched(std::string_view patch) const {
    if (call_.scope.audit == nullptr || !call_.scope.audit->wants_request_object()) return;
    auto operations = Json::parse(patch);
    if (!operations) return;
    if (operations->array() != nullptr) {
      for (Json& operation : *operations->array()) operation.sort_members();
    }
    Json note = begun();
    note.set("patch", *std::move(operations));
    note.set("patchType", Json("JSONPatch"));
    annotate_admission(call_, std::string(kPatch) + place_, note.dump());
  }
  void failed_open() const {
    annotate_admission(call_, std::string(kFailedOpen).append(kMutation) + place_, hook_.name);
  }

 private:
  Json begun() const {
    Json note{Json::Object()};
    note.set("configuration", Json(hook_.configuration));
    note.set("webhook", Json(hook_.name));
    return note;
  }

  const api::Call& call_;
  const Webhook& hook_;
  const std::string place_;
};

using Changed = tl::expected<bool, WebhookFailure>;

tl::unexpected<WebhookFailure> bad_call(const Webhook& hook, std::string_view why) {
  return tl::unexpected(
      WebhookFailure{WebhookFailure::Kind::Call,
                     api::internal_error("failed calling webhook " + go_quoted(hook.name) + ": " +
                                         std::string(why))});
}

tl::unexpected<WebhookFailure> impossible(std::string_view why) {
  return tl::unexpected(WebhookFailure{WebhookFailure::Kind::Other, api::internal_error(why)});
}

// The patch is for the object in the version that the webhook was shown.
awaitable<Changed> apply_patch(const Webhook& hook, api::AdmissionRequest& request,
                               const Resource& asked, const AdmissionAnswer& answer,
                               const MutationNotes& notes) {
  const std::string& text = answer.patch;
  const auto patch = JsonPatch::parse(text);
  if (!patch) {
    co_return bad_call(hook,
                       "received undecodable patch in webhook response: " + patch.error().message);
  }
  if (const auto parsed = Json::parse(text);
      parsed && parsed->array() != nullptr && parsed->array()->empty()) {
    co_return false;
  }
  if (request.object == nullptr) {
    co_return impossible("admission webhook " + go_quoted(hook.name) +
                         " attempted to modify the object, which is not supported for this "
                         "operation");
  }
  if (answer.patch_type != "JSONPatch") {
    co_return bad_call(hook, "unsupported patch type " + go_quoted(answer.patch_type));
  }
  const api::Call& call = request.call;
  const bool converted = is_converted(request, asked);
  const objects::TypeMeta type =
      converted ? objects::TypeMeta{asked.api_version, asked.kind} : request.kind;
  Json shown = *request.object;
  if (converted) {
    auto other = co_await in_served_version(call, std::move(shown), asked);
    if (!other) co_return impossible(other.error().message);
    shown = *std::move(other);
  }
  const auto before = objects::canonical_object(type, shown);
  if (!before) co_return impossible(before.error().message);
  const auto patched = patch->apply(*before);
  if (!patched) co_return impossible(patched.error().message);
  auto after = objects::canonical_object(type, *patched);
  if (!after) co_return impossible(after.error().message);
  notes.patched(text);
  const bool changed = *before != *after;
  // A custom resource gets the defaults of its schema for what was added.
  const bool completed = call.definition && request.kind.kind == call.resource.kind;
  if (converted || completed) {
    auto own = co_await in_served_version(call, *std::move(after), call.resource);
    if (!own) co_return impossible(own.error().message);
    *request.object = *std::move(own);
  } else {
    *request.object = *std::move(after);
  }
  co_return changed;
}

awaitable<Changed> call_one(const Webhook& hook, api::AdmissionRequest& request,
                            const Resource& asked, webhooks::WebhookCaller& caller,
                            const MutationNotes& notes) {
  const auto began = std::chrono::steady_clock::now();
  auto answer = co_await ask(hook, WebhookKind::Mutating, request, asked, caller,
                             request.call.scope.latencies.mutating_webhook);
  Changed changed = false;
  if (!answer) {
    changed = tl::unexpected(std::move(answer.error()));
  } else if (!answer->patch.empty()) {
    changed = co_await apply_patch(hook, request, asked, *answer, notes);
  }
  notes.mutated(changed.value_or(false));
  count_call(caller.metrics(), hook, WebhookKind::Mutating, request,
             changed ? nullptr : &changed.error(), began);
  co_return changed;
}

}  // namespace

void ReinvocationState::object_changed() {
  to_reinvoke.merge(invoked);
  invoked.clear();
}

awaitable<api::Expected<void>> mutate_by_webhooks(api::AdmissionRequest& request,
                                                  const Webhooks& hooks,
                                                  webhooks::WebhookCaller& caller,
                                                  ReinvocationState& state) {
  const auto output = [&request] {
    return request.object != nullptr ? request.object->dump() : std::string();
  };
  // Plugins in between may have changed it, which is as good a reason as a webhook's change.
  if (state.round > 0 && output() != state.last_output) state.object_changed();
  std::size_t index = 0;
  for (const Webhook& hook : hooks) {
    const std::size_t place = index++;
    const auto asked = co_await find_invocation(hook, request);
    if (!asked) co_return tl::unexpected(asked.error());
    if (*asked == nullptr) continue;
    if (state.round > 0 && !state.to_reinvoke.contains(hook.uid)) continue;
    const MutationNotes notes(request.call, hook, state.round, place);
    const auto changed = co_await call_one(hook, request, **asked, caller, notes);
    if (changed.value_or(false)) {
      state.object_changed();
      state.wanted = true;
    }
    if (hook.reinvocation == Reinvocation::IfNeeded) state.invoked.insert(hook.uid);
    if (changed) continue;
    const WebhookFailure& failure = changed.error();
    const bool open =
        failure.kind == WebhookFailure::Kind::Call && hook.failure_policy == FailurePolicy::Ignore;
    if (!open) co_return tl::unexpected(failure.status);
    log_warning("Failed calling webhook, failing open {}: {}", hook.name, failure.status.message);
    if (!failure.cancelled) notes.failed_open();
    if (request.call.scope.cancellation.cancelled()) {
      co_return tl::unexpected(api::timeout(request.call.scope.cancellation.reason()));
    }
  }
  state.last_output = output();
  co_return api::Expected<void>();
}

}  // namespace kaudit::apiserver::admission
