#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/counters.hpp"
#include "audit/delivery_observer.hpp"
#include "audit/sink.hpp"
#include "backends/decorators/truncate.hpp"
#include "base/flags/flags.hpp"
#include "base/result.hpp"

namespace kaudit::backends {

/// How a backend is called (`--audit-NAME-mode`).
enum class Mode : std::uint8_t {
  Batch,           ///< queued; a failure is counted, the request never waits
  Blocking,        ///< the request waits; a failure is counted and otherwise ignored
  BlockingStrict,  ///< the request waits; a failure at RequestReceived refuses it
};
std::optional<Mode> parse_mode(std::string_view text) noexcept;

/// `--audit-NAME-batch-*`; looked at in Mode::Batch only.
struct BatchOptions {
  std::int64_t buffer_size = 10'000;  ///< events
  std::int64_t max_size = 1;          ///< events
  std::chrono::nanoseconds max_wait{0};
  bool throttle_enable = false;
  float throttle_qps = 0;  ///< batches per second
  std::int64_t throttle_burst = 0;
  // kube-apiserver does not have these (section 8.2, 8.3).
  std::int64_t buffer_bytes = 0;   ///< of events that wait or are being delivered; 0: no bound
  std::int64_t max_in_flight = 1;  ///< batches being delivered; a flag where a backend makes it one
};

/// `--audit-NAME-truncate-*`
struct TruncateOptions {
  bool enabled = false;
  std::int64_t max_batch_bytes = 10 * 1024 * 1024;
  std::int64_t max_event_bytes = 100 * 1024;
};

/// What a backend is opened with. The counters and the trace's observer must outlive it.
struct BackendContext {
  audit::Counters& counters;
  audit::DeliveryTrace trace{};
};

/// One kind of backend as flags offer it: what every kind has (mode, version, batches, truncation),
/// and what a kind adds. The flags are `--audit-NAME-…`. Not thread-safe.
class BackendOptions {
 public:
  /// How the help of the flag `mode` speaks of the backend.
  struct Words {
    std::string_view it_works;    ///< "How …": `the log is written`
    std::string_view it_is_done;  ///< "an event cannot be …": `written`
  };

  BackendOptions(std::string name, Words words) : name_(std::move(name)), words_(words) {}
  BackendOptions(const BackendOptions&) = delete;
  BackendOptions& operator=(const BackendOptions&) = delete;
  virtual ~BackendOptions() = default;

  const std::string& name() const noexcept { return name_; }
  /// Adds the flags. The options must outlive them.
  void add_flags(FlagSet& flags);
  /// Adds every error, with kube-apiserver's texts in its order; the batch options and the truncate
  /// options give their first error each. For a backend that is on.
  void validate(std::vector<Error>& errors) const;

  virtual bool is_on() const = 0;
  /// Whether events go to standard output, where nothing else should then go.
  virtual bool takes_standard_output() const { return false; }
  /// What the bytes of a batch are, for truncation.
  virtual BatchForm form() const { return BatchForm::Lines; }
  /// The backend itself, without decorators; of options that validate() accepts.
  virtual Result<std::unique_ptr<audit::Backend>> open(const BackendContext& context) const = 0;
  /// Asked instead of open() where no policy is given and nothing will be recorded: whether a start
  /// is refused all the same.
  virtual Result<void> check_without_policy() const { return {}; }

  std::string mode = "blocking";
  std::string version = "audit.k8s.io/v1";
  BatchOptions batch;
  TruncateOptions truncate;

 protected:
  /// `audit-NAME-SUFFIX`
  std::string flag(std::string_view suffix) const;
  virtual void add_own_flags(FlagSet& flags) = 0;
  virtual void check_own(std::vector<Error>& errors) const = 0;

 private:
  void add_batch_flags(FlagSet& flags);
  void add_truncate_flags(FlagSet& flags);
  std::optional<std::string> batch_error() const;
  std::optional<std::string> truncate_error() const;
  std::optional<std::string> version_error() const;

  const std::string name_;
  const Words words_;
};

}  // namespace kaudit::backends
