#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/filter.hpp"
#include "apiserver/test_hooks.hpp"
#include "apiserver/testapi/event_ring.hpp"
#include "apiserver/testapi/fault_rules.hpp"
#include "apiserver/testapi/states.hpp"

namespace kaudit::apiserver::testapi {

/// The test API (docs/testing.md): resets and snapshots, faults, events, the clock, under
/// /kaudit/v1/, for system:masters and whoever has the token. One object serves all threads.
class TestApi final : public TestHooks {
 public:
  struct Options {
    std::string token;          ///< "" = none has it
    std::vector<Fault> faults;  ///< those that are there from the start
    std::shared_ptr<store::MemoryStore> store;
    api::Api* api = nullptr;                    ///< must outlive it
    audit::Sink* sink = nullptr;                ///< where events go beside the ring; null: nowhere
    std::function<void()> clock_moved = [] {};  ///< called when the clock has been moved
  };
  explicit TestApi(Options options);

  /// The seeds are planted: this is what a reset goes back to.
  void ready() { states_.remember_start(); }
  EventRing& events() noexcept { return events_; }
  States& states() noexcept { return states_; }

  std::unique_ptr<http::Exchange> wrap(http::Exchange& transport) override;
  bool is_own(const RequestScope& scope) const noexcept override;
  boost::asio::awaitable<Answer> serve(RequestScope& scope, const Services& services) override;
  boost::asio::awaitable<Answer> around_handler(RequestScope& scope, Next next) override;

 private:
  /// The Status of whoever may not; nullopt: they may.
  std::optional<audit::Status> refusal(const RequestScope& scope, const Services& services) const;
  boost::asio::awaitable<Answer> route(RequestScope& scope);
  boost::asio::awaitable<Answer> reset(RequestScope& scope);
  boost::asio::awaitable<Answer> snapshots(RequestScope& scope, std::string_view rest);
  boost::asio::awaitable<Answer> faults(RequestScope& scope, std::string_view id);
  boost::asio::awaitable<Answer> events(RequestScope& scope);
  boost::asio::awaitable<Answer> clock(RequestScope& scope);
  void set_clock(std::chrono::nanoseconds from_machine);

  const std::string token_;
  EventRing events_;
  States states_;
  FaultRules faults_;
  const std::function<void()> clock_moved_;
};

/// The description of all this (OpenAPI 3.0), as JSON.
std::string_view openapi_document() noexcept;

}  // namespace kaudit::apiserver::testapi
