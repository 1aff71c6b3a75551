#include "apiserver/conversion/webhook_converter.hpp"

#include <algorithm>
#include <iterator>
#include <span>
#include <string>

#include "apiserver/api/write/object_names.hpp"
#include "apiserver/conversion/conversion_review.hpp"
#include "base/text/trim.hpp"

namespace kaudit::apiserver::conversion {
namespace {

using objects::Json;
using Clock = std::chrono::steady_clock;
using Result = webhooks::WebhookMetrics::Conversion;

/// The webhook of a definition.
struct Settings {
  webhooks::WebhookTarget target;
  std::vector<std::string> versions;
};

Settings settings_of(const custom::Definition& definition) {
  Settings settings;
  if (const Json* config = definition.webhook.find("clientConfig")) {
    settings.target = webhooks::WebhookTarget::read(*config);
    if (trim_space(settings.target.ca_bundle).empty()) settings.target.ca_bundle.clear();
  }
  const Json* const versions = definition.webhook.find("conversionReviewVersions");
  if (versions != nullptr && versions->array() != nullptr) {
    for (const Json& each : *versions->array()) {
      if (each.string() != nullptr) settings.versions.push_back(*each.string());
    }
  }
  return settings;
}

// How many of them go into the next call.
std::size_t portion_of(std::span<const Json> rest) {
  std::size_t bytes = 0;
  std::size_t count = 0;
  while (count < std::min(rest.size(), WebhookConverter::kMostObjects)) {
    bytes += rest[count].dump().size();
    if (count > 0 && bytes > WebhookConverter::kMostBytes) break;
    ++count;
  }
  return count;
}

tl::expected<std::vector<Json>, ConversionFailure> answer_of(
    const tl::expected<std::string, webhooks::CallFailure>& body,
    const ConversionRequest& request) {
  if (body) return read_conversion_answer(*body, request);
  return tl::unexpected(ConversionFailure{
      Result::CallFailed, webhook_for(request.given.front()) + " failed: " + body.error().text});
}

}  // namespace

boost::asio::awaitable<api::Converter::Outcome> WebhookConverter::convert(
    const custom::Definition& definition, const custom::Version& to, std::vector<Json> given,
    RequestScope& scope) const {
  const Settings settings = settings_of(definition);
  const auto version = webhooks::first_known_version(settings.versions);
  if (!version) {
    co_return tl::unexpected(std::string("no supported conversion review versions"));
  }
  std::vector<Json> converted;
  converted.reserve(given.size());
  std::span<const Json> rest(given);
  while (!rest.empty()) {
    const ConversionRequest request{*version, api::new_uid(), std::string(to.resource->api_version),
                                    rest.first(portion_of(rest))};
    rest = rest.subspan(request.given.size());
    const auto began = Clock::now();
    const auto deadline = std::min(began + kPatience, scope.deadline);
    auto body = co_await caller_->post(settings.target, conversion_review(request), deadline,
                                       scope.cancellation);
    auto answer = answer_of(body, request);
    caller_->metrics().converted(answer ? Result::Done : answer.error().kind, Clock::now() - began);
    if (!answer) co_return tl::unexpected(std::move(answer.error().text));
    std::ranges::move(*answer, std::back_inserter(converted));
  }
  co_return converted;
}

}  // namespace kaudit::apiserver::conversion
