#include "audit/search/explanation.hpp"

#include "audit/search/output_template.hpp"
#include "base/text/quote.hpp"

namespace kaudit::audit::search {
namespace {

void append_operand(std::string& out, const Operand& operand) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/:*%+@$&?;<>!";
  if (!operand.text.empty() && operand.text.find_first_not_of(kPlain) == std::string::npos) {
    out += operand.text;
    return;
  }
  append_quoted(out, operand.text);
}

void append_check(std::string& out, const Check& check) {
  out += text_of(check.left) + " " + std::string(to_string(check.op));
  if (check.right) {
    const bool field = check.right->kind == Term::Kind::Field;
    out += field ? " val(" + text_of(*check.right) + ")" : " " + text_of(*check.right);
    return;
  }
  if (check.op == Operator::Exists) return;
  out += takes_list(check.op) ? " (" : " ";
  bool first = true;
  for (const Operand& operand : check.operands) {
    if (!first) out += ", ";
    first = false;
    append_operand(out, operand);
  }
  if (takes_list(check.op)) out += ")";
}

void append_expression(std::string& out, const Expression& expression) {
  switch (expression.kind) {
    case Expression::Kind::Check:
      append_check(out, expression.check);
      return;
    case Expression::Kind::Name:
      append_expression(out, expression.parts.front());
      return;
    case Expression::Kind::Not:
      out += "not (";
      append_expression(out, expression.parts.front());
      out += ")";
      return;
    case Expression::Kind::And:
    case Expression::Kind::Or:
      break;
  }
  bool first = true;
  for (const Expression& part : expression.parts) {
    if (!first) out += expression.kind == Expression::Kind::And ? " and " : " or ";
    first = false;
    const bool chain = part.kind == Expression::Kind::And || part.kind == Expression::Kind::Or ||
                       part.kind == Expression::Kind::Name;
    if (chain) out += "(";
    append_expression(out, part);
    if (chain) out += ")";
  }
}

class Explainer {
 public:
  Explainer(std::string& out, const Filter& filter, const FieldSet& fields, Evaluation& event)
      : out_(out), filter_(filter), fields_(fields), event_(event) {}

  void add(const Expression& expression, std::size_t depth) {
    const bool matches = filter_.part_matches(part_++, event_);
    out_.append(2 * depth, ' ');
    out_ += matches ? "+ " : "- ";
    switch (expression.kind) {
      case Expression::Kind::And:
        out_ += "all of:";
        break;
      case Expression::Kind::Or:
        out_ += "one of:";
        break;
      case Expression::Kind::Not:
        out_ += "not:";
        break;
      case Expression::Kind::Name:
        out_ += expression.name + ":";
        break;
      case Expression::Kind::Check:
        add_check(expression.check);
        break;
    }
    out_ += '\n';
    for (const Expression& one : expression.parts) add(one, depth + 1);
  }

 private:
  void add_check(const Check& check) {
    std::string text;
    append_check(text, check);
    out_ += visible(text);
    const auto fields = fields_of(check.left);
    for (const FieldUse* use : fields) {
      out_ += "   " + (fields.size() == 1 ? "it" : use->text()) + " is " + value_of(*use);
    }
  }

  std::string value_of(const FieldUse& use) {
    for (std::size_t slot = 0; slot < fields_.size(); ++slot) {
      if (!(fields_[slot] == use)) continue;
      const FieldValues& values = event_.values(slot);
      if (!values.present()) break;
      std::string shown;
      append_values(shown, values, *use.info);
      constexpr std::size_t kLongest = 200;
      if (shown.size() > kLongest) shown = shown.substr(0, kLongest) + "…";
      return visible(shown);
    }
    return "absent, which makes every check false";
  }

  std::string& out_;
  const Filter& filter_;
  const FieldSet& fields_;
  Evaluation& event_;
  std::size_t part_ = 0;
};

}  // namespace

std::string text_of(const Expression& expression) {
  std::string out;
  append_expression(out, expression);
  return out;
}

void append_explanation(std::string& out, const Expression& expression, const Filter& filter,
                        const FieldSet& fields, Evaluation& event) {
  Explainer(out, filter, fields, event).add(expression, 0);
}

}  // namespace kaudit::audit::search
