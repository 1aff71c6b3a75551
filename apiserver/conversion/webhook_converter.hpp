#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "apiserver/api/custom/conversion.hpp"
#include "apiserver/webhooks/webhook_caller.hpp"

namespace kaudit::apiserver::conversion {

/// Converts by the webhook of a definition (strategy Webhook). Many objects go in several calls,
/// one after the other, so that neither a call nor its answer is large. Any thread.
class WebhookConverter final : public api::Converter {
 public:
  static constexpr std::size_t kMostObjects = 100;                    ///< of one call
  static constexpr std::size_t kMostBytes = std::size_t{512} << 10U;  ///< but at least one object
  static constexpr std::chrono::seconds kPatience{30};                ///< for one call

  explicit WebhookConverter(std::shared_ptr<webhooks::WebhookCaller> caller)
      : caller_(std::move(caller)) {}

  boost::asio::awaitable<Outcome> convert(const custom::Definition& definition,
                                          const custom::Version& to,
                                          std::vector<objects::Json> given,
                                          RequestScope& scope) const override;

 private:
  const std::shared_ptr<webhooks::WebhookCaller> caller_;
};

}  // namespace kaudit::apiserver::conversion
