#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "cli/latencies.hpp"
#include "cli/receiver/batch_record.hpp"

namespace kaudit::cli {

/// What a receiver has to say of the batches it got: as they come, or from the notes of a store.
/// Bounded memory: retries are found again among the last few thousand different batches. Not
/// thread-safe.
class ReceiverFigures {
 public:
  void add(const BatchRecord& record);
  void add_connection() noexcept { ++connections_; }
  void add_tls_failure() noexcept { ++tls_failures_; }

  nlohmann::ordered_json json() const;
  std::string text() const;

 private:
  struct Tries {
    std::uint64_t count = 0;
    std::uint64_t order = 0;  ///< of its first try
  };

  void count_try(const BatchRecord& record);

  std::uint64_t batches_ = 0;
  std::uint64_t accepted_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t largest_bytes_ = 0;
  std::uint64_t largest_events_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t stored_ = 0;
  std::uint64_t duplicates_ = 0;
  std::uint64_t unordered_ = 0;
  std::uint64_t on_command_ = 0;
  std::uint64_t retries_ = 0;
  std::uint64_t retried_batches_ = 0;
  std::uint64_t most_tries_ = 0;
  std::uint64_t connections_ = 0;
  std::uint64_t tls_failures_ = 0;
  std::string first_time_;
  std::string last_time_;
  std::map<int, std::uint64_t> statuses_;
  std::map<std::string, std::uint64_t> sources_;  ///< of stored events; the first few
  std::map<std::string, Tries> tries_;            ///< by the hash of the body
  std::map<std::uint64_t, std::string> tries_in_order_;
  Latencies lag_;  ///< in microseconds
};

}  // namespace kaudit::cli
