#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/thread_pool.hpp>
#include <prometheus/metric_family.h>

#include "apiserver/api/api.hpp"
#include "apiserver/chain.hpp"
#include "apiserver/controllers/instant_controllers.hpp"
#include "apiserver/http/server.hpp"
#include "apiserver/in_flight_limits.hpp"
#include "apiserver/long_running_requests.hpp"
#include "apiserver/loopback/own_users.hpp"
#include "apiserver/nonresource/nonresource.hpp"
#include "apiserver/pki/serving_certificates.hpp"
#include "apiserver/program/audit_trail.hpp"
#include "apiserver/program/gatekeepers.hpp"
#include "apiserver/program/observation.hpp"
#include "apiserver/program/program_options.hpp"
#include "apiserver/program/storage.hpp"
#include "apiserver/testapi/test_api.hpp"
#include "audit/counters.hpp"
#include "audit/evaluator.hpp"

namespace kaudit::apiserver::program {

/// What answers requests: the chain with its services, the server before it, the handlers and the
/// test API behind it, and the controllers that are its own clients. For one thread, but for
/// address() and waiting_room().
class Serving {
 public:
  /// What it is put together from; all but `policy` and `tests` outlives it.
  struct Parts {
    const ProgramOptions& options;
    const Storage& storage;
    const Gatekeepers& keepers;
    const pki::Certificates& certificates;
    api::Api& api;
    audit::Counters& counters;
    const AuditTrail& trail;
    Observation* observation;                        ///< null: nobody looks on
    std::shared_ptr<const audit::Evaluator> policy;  ///< null: nothing is recorded
    testapi::TestApi::Options tests;                 ///< what was read from files
  };
  explicit Serving(Parts parts);

  /// Error: it cannot listen.
  Result<void> start();

  /// `127.0.0.1:6443`; once it listens.
  std::string address() const;
  http::Handler& chain() noexcept { return *chain_; }
  /// Threads for what may wait for the outside.
  boost::asio::thread_pool& waiting_room() noexcept { return waiting_room_; }

  // The way down, step by step.

  /// It is not ready any more, and still serves.
  void announce_end() { stopping_ = true; }
  /// Watches and the like end. The server would wait for them in vain.
  void end_long_running() { long_running_.stop(); }
  void stop_controllers();
  /// Lets requests finish for that long.
  void stop(std::chrono::milliseconds grace) { server_->stop(grace); }
  /// The last requests deliver in the waiting room: waits until they have.
  void join_waiting_room() { waiting_room_.join(); }

 private:
  std::vector<prometheus::MetricFamily> metrics() const;
  Services make_services(const std::shared_ptr<const audit::Evaluator>& policy,
                         testapi::TestApi::Options tests);
  void make_test_api(Services& services, const std::shared_ptr<const audit::Evaluator>& policy,
                     testapi::TestApi::Options tests);
  void make_controllers();

  const ProgramOptions& options_;
  const Storage& storage_;
  const Gatekeepers& keepers_;
  api::Api& api_;
  audit::Counters& counters_;
  const AuditTrail& trail_;

  // In the order in which they are needed; they end in the opposite one.
  std::optional<nonresource::NonResource> nonresource_;
  std::optional<testapi::TestApi> test_api_;
  std::atomic<bool> stopping_{false};
  LongRunningRequests long_running_;
  InFlightLimits in_flight_;
  boost::asio::thread_pool waiting_room_;
  std::shared_ptr<const loopback::OwnUsers> own_users_;
  std::shared_ptr<Chain> chain_;
  std::optional<http::Server> server_;
  std::optional<controllers::InstantControllers> controllers_;
};

}  // namespace kaudit::apiserver::program
