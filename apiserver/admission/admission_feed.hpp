#pragma once

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "apiserver/admission/webhook_config.hpp"
#include "apiserver/store/observer.hpp"
#include "apiserver/store/pending_changes.hpp"
#include "base/mutex.hpp"

namespace kaudit::apiserver::admission {

/// What admission has to heed, as the store has it now: webhooks, and whether there are any
/// LimitRanges and ResourceQuotas. Once a write of one has been answered, the requests that follow
/// heed it. Thread-safe.
class AdmissionFeed final : public store::Observer {
 public:
  using WebhooksPtr = std::shared_ptr<const Webhooks>;

  void committed(const store::ChangePtr& change) override;
  void settle() noexcept override;

  // One atomic read each, so that a request costs nothing where nothing is configured.

  bool has_mutating() const noexcept { return mutating_.any.load(std::memory_order_acquire); }
  bool has_validating() const noexcept { return validating_.any.load(std::memory_order_acquire); }
  bool has_limit_ranges() const noexcept { return limit_ranges_.load() > 0; }
  bool has_quotas() const noexcept { return quotas_.load() > 0; }

  WebhooksPtr mutating() const { return current(mutating_); }
  WebhooksPtr validating() const { return current(validating_); }

 private:
  /// The webhooks of one kind of configuration, by its objects' names.
  struct Kind {
    std::atomic<bool> any{false};
    std::map<std::string, Webhooks, std::less<>> by_name;
    WebhooksPtr all = std::make_shared<const Webhooks>();
  };

  void apply(const store::Change& change) KAUDIT_REQUIRES(mutex_);
  static void rebuild(Kind& kind);
  WebhooksPtr current(const Kind& kind) const;

  std::atomic<std::ptrdiff_t> limit_ranges_{0};
  std::atomic<std::ptrdiff_t> quotas_{0};
  store::PendingChanges pending_;
  mutable Mutex mutex_;  ///< guards all of the kinds but `any`
  Kind mutating_;
  Kind validating_;
};

}  // namespace kaudit::apiserver::admission
