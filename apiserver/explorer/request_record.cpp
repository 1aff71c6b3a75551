#include "apiserver/explorer/request_record.hpp"

#include <algorithm>

namespace kaudit::apiserver::explorer {

audit::Attributes ChainRun::attributes() const noexcept {
  return {.user = audited ? &user : nullptr,
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
  const auto found = std::ranges::find(
      events, stage, [](const audit::EventPtr& event) { return std::string_view(event->stage); });
  return found == events.end() ? nullptr : found->get();
}

bool RequestRecord::ended() const noexcept {
  if (!run) return false;
  // A stream's body runs on when the chain has been left; its last event says that it has ended.
  const bool streams = run->kind == Answer::Kind::Stream || run->kind == Answer::Kind::Upgrade;
  return !streams || events.empty() || event_of("ResponseComplete") != nullptr ||
         event_of("Panic") != nullptr;
}

}  // namespace kaudit::apiserver::explorer
