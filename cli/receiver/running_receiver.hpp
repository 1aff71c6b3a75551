#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/receiver/control_api.hpp"
#include "cli/receiver/event_output.hpp"
#include "cli/receiver/receiver_desk.hpp"

namespace kaudit::cli {

struct ReceiverOptions {
  std::string listen = "127.0.0.1:0";
  std::string control;           ///< empty: there is no control API
  std::string store;             ///< empty: nothing is stored
  std::string write_kubeconfig;  ///< empty: none is written
  bool tls = false;
  std::string client_ca;           ///< file
  std::string client_certificate;  ///< file, for the kubeconfig that is written
  std::string client_key;          ///< likewise
  std::string token;
  std::vector<std::string> presets;
  std::vector<std::string> faults;
  EventOutput output = EventOutput::Wide;
  std::uint64_t max_body = std::uint64_t{64} << 20U;  ///< bytes
  std::uint64_t remember = 1'000'000;                 ///< events that are known again
};

/// A receiver of audit webhooks, running in this process. start() and stop() from one thread.
class Receiver {
 public:
  explicit Receiver(ReceiverOptions options);
  ~Receiver();
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  /// Opens the store, listens, and writes the kubeconfig. Error: what of the options cannot be.
  Result<void> start();
  /// Lets requests under way end for so long.
  void stop(std::chrono::milliseconds grace);

  std::string url() const;
  const std::string& address() const noexcept { return address_; }
  const std::string& control_address() const noexcept { return control_address_; }
  ReceiverDesk& desk() noexcept { return *desk_; }
  /// The line of --print-ready, without its end.
  std::string ready_line() const;
  /// What a person should know at the start, one text each.
  const std::vector<std::string>& warnings() const noexcept { return warnings_; }

 private:
  Result<void> add_faults();
  Result<void> make_tls();
  Result<void> write_kubeconfig() const;

  const ReceiverOptions options_;
  std::string address_;
  std::string control_address_;
  std::vector<std::string> warnings_;
  FaultPlan faults_;
  EventPrinter printer_;
  std::optional<ReceiverTls> tls_;
  std::unique_ptr<EventStore> store_;
  std::unique_ptr<ReceiverDesk> desk_;
  std::unique_ptr<ControlApi> control_;
  std::unique_ptr<WireServer> server_;  ///< last: it calls the others until it is gone
};

}  // namespace kaudit::cli
