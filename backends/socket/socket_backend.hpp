#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <sys/un.h>

#include "audit/sink.hpp"
#include "backends/backend_options.hpp"
#include "backends/descriptor.hpp"
#include "backends/plugin_error.hpp"
#include "base/mutex.hpp"

namespace kaudit::backends {

/// Sends each event as one line of JSON to what listens on a Unix stream socket. Nothing comes
/// back: what the system took counts as delivered.
///
/// process() may be called from many threads; they take turns. It waits until the listener has room
/// for the lines, and connects when there is no connection, at most once in a while that doubles
/// from 100 ms to 5 s: events that come in between are lost. A connection that breaks is made again
/// at once, and the lines that did not get through whole are sent again; the listener sees the one
/// that broke in both connections at most.
class SocketBackend final : public audit::Backend {
 public:
  static constexpr std::size_t kLongestPath = sizeof(sockaddr_un::sun_path) - 1;
  static constexpr std::chrono::milliseconds kFirstPause{100};
  static constexpr std::chrono::seconds kLongestPause{5};

  /// The path has at most kLongestPath bytes. Connects to nothing yet.
  SocketBackend(std::string path, const BackendContext& context,
                SteadyClock clock = std::chrono::steady_clock::now);

  bool process(std::span<const audit::EventPtr> events) override;
  bool may_wait() const noexcept override { return true; }
  void shutdown() override;
  void give_up() noexcept override;
  /// Ends the connection; the next event makes a new one, without a pause.
  Result<void> reopen() override;
  std::string describe() const override { return "socket"; }
  void report(audit::Report& to) const override;

 private:
  enum class Lost : std::uint8_t { NotConnected, Broken, Shutdown };

  Result<void> connect() KAUDIT_REQUIRES(mutex_);
  Result<void> send(std::string_view& rest) KAUDIT_REQUIRES(mutex_);
  bool wait_for_room() const KAUDIT_REQUIRES(mutex_);
  bool lose(std::span<const audit::EventPtr> events, Lost why, std::string_view text,
            std::uint32_t attempt);

  const std::string path_;
  const audit::DeliveryTrace trace_;
  const SteadyClock clock_;
  PluginErrors errors_;
  const Descriptor wake_;  ///< an eventfd; readable since give_up()
  std::atomic<bool> given_up_{false};
  std::array<std::atomic<std::uint64_t>, 3> lost_{};
  std::atomic<std::uint64_t> sent_{0}, connections_{0};
  Mutex mutex_;
  Descriptor connection_ KAUDIT_GUARDED_BY(mutex_);
  std::chrono::milliseconds pause_ KAUDIT_GUARDED_BY(mutex_){0};
  SteadyTime not_before_ KAUDIT_GUARDED_BY(mutex_){};
  int last_error_ KAUDIT_GUARDED_BY(mutex_) = 0;  ///< an errno, of connecting
  bool shut_down_ KAUDIT_GUARDED_BY(mutex_) = false;
};

}  // namespace kaudit::backends
