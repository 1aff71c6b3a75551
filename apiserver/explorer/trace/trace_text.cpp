#include "apiserver/explorer/trace/trace_text.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string_view>

#include "apiserver/explorer/reasons.hpp"
#include "audit/encoder.hpp"
#include "base/text/list.hpp"
#include "base/text/quote.hpp"
#include "policy/describe.hpp"

namespace kaudit::apiserver::explorer {
namespace {

/// The parts of a block that have a colour.
enum class Ink : std::uint8_t { Plain, Faint, Strong, Good, Warning, Bad };

class Block {
 public:
  Block(std::string& out, Colour colour) : out_(out), colour_(colour) {}

  Block& put(std::string_view text, Ink ink = Ink::Plain) {
    constexpr std::array<std::string_view, 6> kCodes{"",         "\x1b[2m",  "\x1b[1m",
                                                     "\x1b[32m", "\x1b[33m", "\x1b[31m"};
    const bool coloured = colour_ == Colour::On && ink != Ink::Plain;
    if (coloured) out_ += kCodes[static_cast<std::size_t>(ink)];
    out_ += visible(text);
    if (coloured) out_ += "\x1b[0m";
    return *this;
  }
  /// Begins a line: the word in front of it, padded.
  Block& line(std::string_view word) {
    constexpr std::size_t kIndent = 12;
    end();
    out_ += "  ";
    put(word, Ink::Faint);
    out_.append(kIndent - std::min(kIndent, word.size() + 2), ' ');
    return *this;
  }
  void end() { out_ += '\n'; }

 private:
  std::string& out_;
  const Colour colour_;
};

std::string milliseconds(std::chrono::nanoseconds time) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f ms", static_cast<double>(time.count()) / 1e6);
  return text.data();
}

std::chrono::nanoseconds between(Timestamp from, Timestamp to) {
  return std::chrono::seconds(to.seconds - from.seconds) +
         std::chrono::nanoseconds(static_cast<std::int64_t>(to.nanoseconds) - from.nanoseconds);
}

Ink ink_of(int code) {
  if (code == 0 || code >= 500) return Ink::Bad;
  return code >= 400 ? Ink::Warning : Ink::Good;
}

void put_head(Block& block, const RequestRecord& record) {
  const ChainRun& run = *record.run;
  block.put(run.method, Ink::Strong).put(" ").put(run.target, Ink::Strong).put("  ");
  block.put(run.code == 0 ? "no answer" : std::to_string(run.code), ink_of(run.code));
  if (!run.steps.empty()) block.put("  " + milliseconds(run.steps.front().left));
  block.line("who").put(run.audited ? run.user->username : "nobody known");
  if (!run.user->groups.empty()) block.put(" (" + joined(run.user->groups, ", ") + ")", Ink::Faint);
  if (!record.events.empty() && record.events.back()->impersonated_user) {
    block.put(" as " + record.events.back()->impersonated_user->username, Ink::Warning);
  }
  block.line("audit ID").put(record.audit_id);
}

void put_chain(Block& block, const ChainRun& run) {
  block.line("chain");
  for (std::size_t i = 0; i < run.steps.size(); ++i) {
    const StepTimes& step = run.steps[i];
    const auto all = step.left - step.entered;
    const auto within = i + 1 < run.steps.size() ? run.steps[i + 1].left - run.steps[i + 1].entered
                                                 : std::chrono::nanoseconds(0);
    if (i != 0) block.put(" > ", Ink::Faint);
    const bool answered = step.step == run.answered_by;
    block.put(step.step, step.panicked ? Ink::Bad : answered ? Ink::Good : Ink::Plain);
    block.put(" " + milliseconds(all - within), Ink::Faint);
  }
  block.line("answer").put(run.answered_by.empty() ? "nobody: an exception left the chain"
                                                   : "by " + std::string(run.answered_by));
}

void put_policy(Block& block, const ChainRun& run) {
  const policy::Explanation explanation = explanation_of(run);
  block.line("policy").put(std::string(audit::to_string(explanation.decision.level)), Ink::Strong);
  block.put(": " + policy::describe(explanation.decision, run.policy->policy));
  for (const policy::RuleVerdict& verdict : explanation.rules) {
    if (!verdict.failed) continue;
    block.line("").put("not rule " + std::to_string(verdict.rule) + ": " + verdict.reason,
                       Ink::Faint);
  }
}

Ink ink_of(audit::DeliveryStep step) {
  switch (step) {
    case audit::DeliveryStep::Acknowledged:
      return Ink::Good;
    case audit::DeliveryStep::Retried:
    case audit::DeliveryStep::Truncated:
      return Ink::Warning;
    case audit::DeliveryStep::Lost:
      return Ink::Bad;
    case audit::DeliveryStep::Queued:
    case audit::DeliveryStep::Batched:
      break;
  }
  return Ink::Plain;
}

void put_delivery(Block& block, const DeliveryEntry& entry, const audit::Event& event) {
  block.put(audit::text(entry.step), ink_of(entry.step));
  if (entry.step == audit::DeliveryStep::Batched) {
    block.put(" in " + std::to_string(entry.batch) + " of " + std::to_string(entry.batch_size));
  }
  if (entry.step == audit::DeliveryStep::Retried) {
    block.put(" as attempt " + std::to_string(entry.attempt));
  }
  if (!entry.reason.empty()) block.put(" (" + entry.reason + ")", Ink::Bad);
  block.put(" +" + milliseconds(between(event.stage_timestamp, entry.at)), Ink::Faint);
}

void put_events(Block& block, const RequestRecord& record) {
  if (record.events.empty()) {
    block.line("events").put("none");
    return;
  }
  std::string_view word = "events";
  for (const audit::EventPtr& event : record.events) {
    block.line(std::exchange(word, "")).put(event->stage, Ink::Strong);
    block.put(
        " +" + milliseconds(between(event->request_received_timestamp, event->stage_timestamp)),
        Ink::Faint);
    block.put("  " + std::to_string(audit::line_size(*event)) + " bytes");
    std::string_view backend;
    for (const DeliveryEntry& entry : record.deliveries) {
      if (entry.stage != event->stage) continue;
      if (entry.backend != backend) {
        block.put("  " + entry.backend + ": ", Ink::Faint);
      } else {
        block.put(", ");
      }
      backend = entry.backend;
      put_delivery(block, entry, *event);
    }
  }
}

}  // namespace

void append_trace(std::string& out, const RequestRecord& record, Colour colour) {
  Block block(out, colour);
  put_head(block, record);
  put_chain(block, *record.run);
  put_policy(block, *record.run);
  put_events(block, record);
  block.end();
  block.end();
}

}  // namespace kaudit::apiserver::explorer
