// What an expression asks of single fields whatever else it asks, so that many filters can be told
// apart by a look at each field.
#include <algorithm>
#include <iterator>
#include <utility>

#include "audit/search/event_filter.hpp"

namespace kaudit::audit::search {
namespace {

/// More texts than this tell nothing apart.
constexpr std::size_t kMostTexts = 1'000;

using Demands = std::vector<Demand>;

Demand* find_slot(Demands& demands, std::size_t slot) {
  const auto found = std::ranges::find(demands, slot, &Demand::slot);
  return found == demands.end() ? nullptr : &*found;
}

/// Both hold.
void join_all(Demands& demands, Demands more) {
  for (Demand& one : more) {
    Demand* const known = find_slot(demands, one.slot);
    if (known == nullptr) {
      demands.push_back(std::move(one));
      continue;
    }
    std::vector<std::string> both;
    std::ranges::set_intersection(known->texts, one.texts, std::back_inserter(both));
    known->texts = std::move(both);
  }
}

/// One of them holds: what only one of them asks is not sure.
void join_any(Demands& demands, Demands more) {
  std::erase_if(demands, [&more](Demand& known) {
    Demand* const other = find_slot(more, known.slot);
    if (other == nullptr || known.texts.size() + other->texts.size() > kMostTexts) return true;
    std::vector<std::string> either;
    std::ranges::set_union(known.texts, other->texts, std::back_inserter(either));
    known.texts = std::move(either);
    return false;
  });
}

}  // namespace

std::vector<Demand> Filter::demands_of(std::size_t index) const {
  const Node& node = nodes_[index];
  Demands demands;
  switch (node.kind) {
    case Expression::Kind::Name:
      return demands_of(node.parts.front());
    case Expression::Kind::And:
      for (const std::size_t part : node.parts) join_all(demands, demands_of(part));
      break;
    case Expression::Kind::Or:
      demands = demands_of(node.parts.front());
      for (std::size_t i = 1; i < node.parts.size() && !demands.empty(); ++i) {
        join_any(demands, demands_of(node.parts[i]));
      }
      break;
    case Expression::Kind::Not:
      break;
    case Expression::Kind::Check: {
      const Question& question = node.question;
      const bool equality = question.op == Operator::Equal || question.op == Operator::In;
      if (!equality || question.left.slot() == ReadyTerm::kNone || question.right ||
          question.operands.size() > kMostTexts || node.cost != 0) {
        break;
      }
      Demand demand{question.left.slot(), question.operands};
      std::ranges::sort(demand.texts);
      const auto same = std::unique(demand.texts.begin(), demand.texts.end());
      demand.texts.erase(same, demand.texts.end());
      demands.push_back(std::move(demand));
      break;
    }
  }
  return demands;
}

std::vector<Demand> Filter::demands() const {
  Demands demands = demands_of(0);
  std::ranges::sort(demands, {}, &Demand::slot);
  return demands;
}

}  // namespace kaudit::audit::search
