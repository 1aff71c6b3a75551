#include "apiserver/explorer/request_record.hpp"

#include <algorithm>

namespace kaudit::apiserver::explorer {
namespace {

const audit::Event* find_stage(const std::vector<audit::EventPtr>& events,
                               std::string_view stage) noexcept {
  const auto found = std::ranges::find(
      events, stage, [](const audit::EventPtr& event) { return std::string_view(event->stage); });
  return found == events.end() ? nullptr : found->get();
}

}  // namespace

audit::Attributes ChainRun::attributes() const noexcept {
  return {.user = audited ? &*user : nullptr,
          .verb = info.verb,
          .resource_request = info.is_resource_request,
          .api_group = info.api_group,
          .api_version = info.api_version,
          .resource = info.resource,
          .subresource = info.subresource,
          .ns = info.ns,
          .name = info.name,
          .path = info.path};
}

const audit::Event* RequestRecord::event_of(std::string_view stage) const noexcept {
  return find_stage(events, stage);
}

const audit::Event* RequestRecord::whole_of(std::string_view stage) const noexcept {
  return find_stage(whole, stage);
}

bool RequestRecord::delivered_by(const std::vector<std::string>& backends) const {
  const auto is_done = [this](const audit::Event& event, const std::string& backend) {
    return std::ranges::any_of(deliveries, [&](const DeliveryEntry& entry) {
      const bool last = entry.step == audit::DeliveryStep::Acknowledged ||
                        entry.step == audit::DeliveryStep::Lost;
      return last && entry.backend == backend && entry.stage == event.stage;
    });
  };
  return std::ranges::all_of(events, [&](const audit::EventPtr& event) {
    return std::ranges::all_of(
        backends, [&](const std::string& backend) { return is_done(*event, backend); });
  });
}

bool RequestRecord::ended() const noexcept {
  if (!run) return false;
  // A stream's body runs on when the chain has been left; its last event says that it has ended.
  const bool streams = run->kind == Answer::Kind::Stream || run->kind == Answer::Kind::Upgrade;
  const auto& made = whole.empty() ? events : whole;
  return !streams || made.empty() || find_stage(made, "ResponseComplete") != nullptr ||
         find_stage(made, "Panic") != nullptr;
}

}  // namespace kaudit::apiserver::explorer
