#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "apiserver/explorer/request_record.hpp"
#include "audit/search/event_filter.hpp"

namespace kaudit::apiserver::explorer {

/// Which requests the list shows: an expression of `kaudit log search`, or words that stand for one
/// (filter_words.hpp). It is asked of a request's latest event, which knows what the earlier ones
/// do. A request that left none is asked as the event that level Metadata would have made of it,
/// with the level None. Not thread-safe.
class RowFilter {
 public:
  /// Longer ones are refused: no part of an expression costs more than its length times an event's.
  static constexpr std::size_t kMaxBytes = 4096;

  /// Blank: every request is shown. Error: what is wrong with the text, and where in it.
  static audit::search::ExpressionResult<RowFilter> read(std::string_view text);

  bool is_blank() const noexcept { return !filter_; }
  /// What is asked; "" when it is blank.
  const std::string& expression() const noexcept { return expression_; }
  bool made_of_words() const noexcept { return words_; }

  /// What of a request is asked.
  struct Subject {
    audit::EventPtr latest;  ///< of the events; null when there is none
    audit::EventPtr whole;   ///< the latest of what was collected
    std::shared_ptr<const ChainRun> run;
  };
  static Subject subject_of(const RequestRecord& record);
  bool matches(const Subject& subject);
  bool matches(const RequestRecord& record) { return matches(subject_of(record)); }

 private:
  std::string expression_;
  bool words_ = false;
  // At a place of its own: what follows refers to it.
  std::unique_ptr<audit::search::FieldSet> fields_;
  std::optional<audit::search::Filter> filter_;
  std::unique_ptr<audit::search::Evaluation> evaluation_;
  std::string line_;
};

/// Appends what the page says of a filter as it is typed: `{"expression":…,"words":…}`, or
/// `{"error":…,"at":N}`, N counting UTF-16 units as JavaScript does.
void append_filter_verdict(std::string& out, std::string_view text);

/// Appends the fields that expressions may name: `[{"name":…,"path":…,"needs":…}]`; those that take
/// an argument have `"argument"`, lists `"list"`.
void append_fields(std::string& out);

}  // namespace kaudit::apiserver::explorer
