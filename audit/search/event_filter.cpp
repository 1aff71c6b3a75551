#include "audit/search/event_filter.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <re2/re2.h>
#include <utility>

namespace kaudit::audit::search {
namespace {

/// What patterns of hostile rule files may cost.
constexpr std::int64_t kPatternMemory = 8 << 20;

re2::RE2::Options pattern_options(Quirks quirks) {
  re2::RE2::Options options(quirks == Quirks::Falco ? re2::RE2::POSIX : re2::RE2::DefaultOptions);
  options.set_log_errors(false);
  options.set_max_mem(kPatternMemory);
  return options;
}

std::optional<double> number_in(std::string_view text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [to, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || to != end || text.empty()) return std::nullopt;
  return number;
}

/// -1, 0 or 1. As numbers where both are; Falco compares texts.
int order_of(std::string_view a, std::string_view b, Quirks quirks) {
  if (quirks == Quirks::Repaired) {
    const auto left = number_in(a);
    const auto right = number_in(b);
    if (left && right) return *left < *right ? -1 : (*left > *right ? 1 : 0);
  }
  return a.compare(b);
}

/// What asking for a field costs: the bodies of an event come before its times and annotations, and
/// are most of it.
int cost_of(const FieldUse& use) {
  constexpr std::string_view kEarly[] = {
      "auditID",          "stage",     "level",     "verb",      "requestURI",    "user",
      "impersonatedUser", "sourceIPs", "objectRef", "userAgent", "responseStatus"};
  std::string_view place = use.info->path;
  if (use.info->argument == Argument::Pointer) {
    place = use.argument;
    if (place.starts_with('/')) place.remove_prefix(1);
  }
  const std::string_view member = place.substr(0, place.find_first_of("./"));
  return std::ranges::find(kEarly, member) == std::end(kEarly) ? 2 : 0;
}

/// The dearest of its fields. A function of them costs more than they do alone.
int cost_of(const Check& check) {
  int cost = check.left.kind == Term::Kind::Field && !check.right ? 0 : 1;
  for (const FieldUse* use : fields_of(check.left)) cost = std::max(cost, cost_of(*use));
  if (!check.right) return cost;
  for (const FieldUse* use : fields_of(*check.right)) cost = std::max(cost, cost_of(*use));
  return cost;
}

}  // namespace

/// Whether it can be said without an event that the node, whose parts are there, is false.
bool Filter::is_never(const Node& node, const Check& check) const {
  const auto never = [this](std::size_t part) { return nodes_[part].never; };
  switch (node.kind) {
    case Expression::Kind::And:
      return std::ranges::any_of(node.parts, never);
    case Expression::Kind::Or:
    case Expression::Kind::Name:
      return std::ranges::all_of(node.parts, never);
    case Expression::Kind::Not:
      return false;
    case Expression::Kind::Check:
      break;
  }
  const bool equality = check.op == Operator::Equal || takes_list(check.op);
  if (!equality || check.right) return false;
  if (check.operands.empty()) return true;
  const bool field = check.left.kind == Term::Kind::Field && check.op != Operator::PathMatch;
  if (!field || check.left.field.info->can_be == nullptr) return false;
  return std::ranges::none_of(check.operands, [&](const Operand& operand) {
    return check.left.field.info->can_be(operand.text);
  });
}

ExpressionResult<Filter> Filter::compile(const Expression& expression, FieldSet& fields,
                                         Quirks quirks) {
  Filter filter;
  if (auto added = filter.add(expression, fields, quirks); !added) {
    return tl::unexpected(added.error());
  }
  return filter;
}

ExpressionResult<void> Filter::add(const Expression& expression, FieldSet& fields, Quirks quirks) {
  const std::size_t index = nodes_.size();
  nodes_.emplace_back();
  nodes_[index].kind = expression.kind;
  for (const Expression& part : expression.parts) {
    nodes_[index].parts.push_back(nodes_.size());
    const std::size_t number = nodes_.size();
    if (auto added = add(part, fields, quirks); !added) return added;
    nodes_[index].cost = std::max(nodes_[index].cost, nodes_[number].cost);
  }
  std::ranges::stable_sort(nodes_[index].parts, {},
                           [this](std::size_t part) { return nodes_[part].cost; });
  nodes_[index].never = is_never(nodes_[index], expression.check);
  if (nodes_[index].never) nodes_[index].cost = 0;
  if (expression.kind != Expression::Kind::Check) return {};
  if (!nodes_[index].never) nodes_[index].cost = cost_of(expression.check);
  const Check& check = expression.check;
  Question question;
  question.left = ReadyTerm::compile(check.left, fields);
  question.op = check.op;
  // Lengths are numbers for Falco, too.
  question.quirks = is_number(check.left) ? Quirks::Repaired : quirks;
  if (check.right) question.right = ReadyTerm::compile(*check.right, fields);
  for (const Operand& operand : check.operands) question.operands.push_back(operand.text);
  if (check.op == Operator::In || check.op == Operator::Intersects) {
    std::ranges::sort(question.operands);
  }
  if (check.op == Operator::Regex && !question.operands.empty()) {
    auto pattern =
        std::make_shared<const re2::RE2>(question.operands.front(), pattern_options(quirks));
    if (!pattern->ok()) {
      return tl::unexpected(ExpressionError{check.operands.front().offset,
                                            "not a regular expression: " + pattern->error()});
    }
    question.pattern = std::move(pattern);
  }
  nodes_[index].question = std::move(question);
  return {};
}

bool Filter::node_matches(std::size_t index, Evaluation& event) const {
  const Node& node = nodes_[index];
  if (node.never) return false;
  const auto matches = [&](std::size_t part) { return node_matches(part, event); };
  switch (node.kind) {
    case Expression::Kind::And:
      return std::ranges::all_of(node.parts, matches);
    case Expression::Kind::Or:
      return std::ranges::any_of(node.parts, matches);
    case Expression::Kind::Not:
      return !matches(node.parts.front());
    case Expression::Kind::Name:
      return matches(node.parts.front());
    case Expression::Kind::Check:
      return answer(node.question, event);
  }
  return false;
}

bool Filter::has(const Question& question, std::string_view text) {
  return std::ranges::binary_search(question.operands, text, std::ranges::less{});
}

bool Filter::answer(const Question& question, Evaluation& event) {
  FieldValues made;
  const FieldValues& values = question.left.read(event, made);
  if (!values.present()) return false;
  const auto texts = values.texts();
  if (question.right) return answer_with(question, event, texts);
  const auto within = [&](std::string_view text) { return has(question, text); };
  switch (question.op) {
    case Operator::Exists:
      return true;
    case Operator::In:
      return std::ranges::all_of(texts, within);
    case Operator::Intersects:
      return std::ranges::any_of(texts, within);
    case Operator::PathMatch:
      return std::ranges::any_of(question.operands, [&](const std::string& prefix) {
        return is_path_below(texts.front(), prefix);
      });
    case Operator::Regex:
      return re2::RE2::FullMatch(re2::StringPiece(texts.front().data(), texts.front().size()),
                                 *question.pattern);
    default:
      return compare(question, texts.front(), question.operands.front());
  }
}

bool Filter::answer_with(const Question& question, Evaluation& event,
                         std::span<const std::string_view> texts) {
  FieldValues made;
  const FieldValues& other = question.right->read(event, made);
  const auto compares = [&](std::string_view text) {
    return std::ranges::any_of(other.texts(),
                               [&](std::string_view one) { return compare(question, text, one); });
  };
  return question.op == Operator::In ? other.present() && std::ranges::all_of(texts, compares)
                                     : std::ranges::any_of(texts, compares);
}

bool Filter::compare(const Question& question, std::string_view text, std::string_view operand) {
  switch (question.op) {
    case Operator::Equal:
    case Operator::In:
    case Operator::Intersects:
      return text == operand;
    case Operator::NotEqual:
      return text != operand;
    case Operator::Less:
      return order_of(text, operand, question.quirks) < 0;
    case Operator::LessOrEqual:
      return order_of(text, operand, question.quirks) <= 0;
    case Operator::Greater:
      return order_of(text, operand, question.quirks) > 0;
    case Operator::GreaterOrEqual:
      return order_of(text, operand, question.quirks) >= 0;
    case Operator::Contains:
      return text.find(operand) != std::string_view::npos;
    case Operator::ContainsIgnoringCase:
      return contains_ignoring_case(text, operand);
    case Operator::StartsWith:
      return text.starts_with(operand);
    case Operator::EndsWith:
      return text.ends_with(operand);
    case Operator::Glob:
      return glob_matches(operand, text, GlobCase::Heeded);
    case Operator::GlobIgnoringCase:
      return glob_matches(operand, text, GlobCase::Ignored);
    case Operator::Regex: {  // of another field's text, so that it is not known before
      const re2::RE2 pattern(re2::StringPiece(operand.data(), operand.size()),
                             pattern_options(question.quirks));
      return pattern.ok() &&
             re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), pattern);
    }
    case Operator::PathMatch:
      return is_path_below(text, operand);
    case Operator::Exists:
      return true;
  }
  return false;
}

}  // namespace kaudit::audit::search
