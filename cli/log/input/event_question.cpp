#include "cli/log/input/event_question.hpp"

#include <cstdio>

namespace kaudit::cli {

using audit::search::Evaluation;
using audit::search::ExpressionError;
using audit::search::FieldSet;
using audit::search::Filter;
using audit::search::Quirks;

std::optional<EventQuestion> EventQuestion::read(const std::string& expression) {
  EventQuestion question;
  question.fields_ = std::make_unique<FieldSet>();
  const auto refuse = [&](const ExpressionError& error) {
    std::fputs(("kaudit: " + describe(error, expression) + "\n").c_str(), stderr);
  };
  if (!expression.empty()) {
    const auto parsed = audit::search::parse_expression(expression);
    if (!parsed) {
      refuse(parsed.error());
      return std::nullopt;
    }
    auto filter = Filter::compile(*parsed, *question.fields_, Quirks::Repaired);
    if (!filter) {
      refuse(filter.error());
      return std::nullopt;
    }
    question.filter_ = *std::move(filter);
  }
  question.evaluation_ = std::make_unique<Evaluation>(*question.fields_, Quirks::Repaired);
  return question;
}

}  // namespace kaudit::cli
