#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/rules/correlation.hpp"
#include "audit/rules/detection_rules.hpp"
#include "base/text/timestamp.hpp"

namespace kaudit::audit::rules {

/// Whose rule it was.
enum class RuleKind : std::uint8_t { Falco, Sigma };
std::string_view to_string(RuleKind kind) noexcept;

/// That a rule was met by an event. Good during the call that it is given to.
struct RuleAlert {
  std::optional<Timestamp> time;  ///< the event's
  std::string_view rule;
  std::string_view priority;  ///< Falco's, or a Sigma rule's level
  RuleKind kind = RuleKind::Falco;
  std::string audit_id;
  std::string stage;
  std::string output;                     ///< Falco's text with its fields; a Sigma rule's title
  const ReadyFalcoRule* falco = nullptr;  ///< null for Sigma's
  search::Evaluation* event = nullptr;
};

/// Asks all rules of one event after the other. The set must outlive it. Not thread-safe.
class RuleEngine {
 public:
  explicit RuleEngine(const RuleSet& rules);

  /// False: it is not an event.
  bool process(std::string_view json, const std::function<void(RuleAlert&)>& raise);

  /// How many alerts each rule has raised, in the order of RuleSet::falco(), sigma().rules and
  /// sigma().correlations.
  const std::vector<std::uint64_t>& counts() const noexcept { return counts_; }

 private:
  using Raise = std::function<void(RuleAlert&)>;

  void raise_falco(RuleAlert& alert, const Raise& raise);
  void raise_sigma(RuleAlert& alert, const Raise& raise);
  void feed(const std::vector<CorrelationUse>& uses, RuleAlert& alert, const Raise& raise);
  void fire(std::size_t correlation, RuleAlert& alert, const Raise& raise);
  bool is_alone(const std::vector<CorrelationUse>& uses) const;

  const RuleSet& rules_;
  search::Evaluation event_;
  search::FilterIndex::Candidates candidates_;
  std::vector<CorrelationState> correlations_;
  std::vector<CorrelationState::Uses> waiting_;  ///< of the event, for each temporal correlation
  std::vector<std::uint64_t> counts_;
};

}  // namespace kaudit::audit::rules
