#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "apiserver/explorer/request_recorder.hpp"
#include "apiserver/explorer/rows/row_filter.hpp"
#include "audit/report.hpp"

namespace kaudit::apiserver::explorer {

/// The rows of requests that one page is shown, as they change. For one thread.
class RowFeed {
 public:
  static constexpr std::size_t kMaxRows = 5'000;  ///< of one answer

  /// What has changed after version `since` is news; since 0 everything is.
  RowFeed(const Recorder& recorder, RowFilter filter, std::uint64_t since);

  bool has_news() const { return recorder_.ring().state().version != seen_; }
  /// Appends the news: `{"version":…,"rows":[…],"gone":[…],"skipped":…,…}`. Of more than `limit`
  /// rows it has the latest; the others are counted as skipped. `gone` are the numbers of rows that
  /// were shown and do not match any more. With them goes the number of
  /// the first request that is remembered, and what the recorder has forgotten, dropped and not
  /// looked at. The
  /// first one of version 0 has `"all":true`: it takes the place of what was shown.
  void append_news(std::string& out, std::size_t limit);

 private:
  struct News {
    std::string rows;
    std::string gone;
    std::size_t skipped = 0;
  };
  bool goes_on(std::uint64_t number, const RowFilter::Subject& subject);
  News all_changes(std::size_t limit);
  News matching_changes(std::size_t limit);
  void forget_old(const Ring::State& state);

  const Recorder& recorder_;
  RowFilter filter_;
  std::uint64_t seen_;
  /// With a filter: the numbers of what is shown, and the event that matched.
  std::unordered_map<std::uint64_t, const audit::Event*> shown_;
};

/// Appends the figures of each backend: `[{"backend":…,"pending":…,"lost":…,"figures":[…]}]`.
void append_backends(std::string& out, const std::vector<audit::Report>& reports);

}  // namespace kaudit::apiserver::explorer
