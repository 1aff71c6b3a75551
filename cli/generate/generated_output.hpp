#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "audit/event.hpp"
#include "base/result.hpp"
#include "cli/latencies.hpp"

namespace kaudit::cli {

/// Where generated events go. Not thread-safe.
class GeneratedOutput {
 public:
  GeneratedOutput() = default;
  GeneratedOutput(const GeneratedOutput&) = delete;
  GeneratedOutput& operator=(const GeneratedOutput&) = delete;
  virtual ~GeneratedOutput() = default;

  /// Takes an event; it may wait for others. Error: the output is broken.
  virtual Result<void> take(const audit::Event& event) = 0;
  /// Hands on what waits.
  virtual Result<void> flush() = 0;

  std::uint64_t bytes() const noexcept { return bytes_; }  ///< as the log's lines
  std::uint64_t lost() const noexcept { return lost_; }    ///< events that were not delivered
  /// How long each write or POST took.
  const Latencies& latencies() const noexcept { return latencies_; }

 protected:
  std::uint64_t bytes_ = 0;
  std::uint64_t lost_ = 0;
  Latencies latencies_;  ///< in nanoseconds
};

/// Standard output for `-`, a webhook for a kubeconfig that is there, else a file, which is written
/// anew and, where `rotate_bytes` is not 0, moved aside before it grows past that, by
/// kube-apiserver's names with the events' time. Error: why not, with its name.
Result<std::unique_ptr<GeneratedOutput>> open_generated_output(const std::string& to,
                                                               std::uint64_t rotate_bytes);

}  // namespace kaudit::cli
