// Sigma's conditions: `selection and not 1 of filter_*`.
#include <algorithm>
#include <utility>

#include "audit/rules/sigma_rule.hpp"
#include "audit/search/operator.hpp"
#include "base/text/ascii.hpp"
#include "base/text/quote.hpp"
#include "base/text/spelling.hpp"

namespace kaudit::audit::rules {
namespace {

using Searches = std::vector<std::pair<std::string, SigmaNode>>;

constexpr std::size_t kMaxConditionNesting = 100;
/// How many nodes names that come again may make of a condition.
constexpr std::size_t kMostParts = 10'000;

class ConditionReader {
 public:
  ConditionReader(std::string_view text, const Searches& searches)
      : text_(text), searches_(searches) {}

  Result<SigmaNode> run() {
    auto node = chain(0, "or", SigmaNode::Kind::Or);
    if (!node) return node;
    if (text_.find('|') != std::string_view::npos && next() == "|") {
      return wrong("aggregations behind | are gone from Sigma: write a correlation rule");
    }
    if (!next().empty()) return wrong("expected and, or or the end");
    return node;
  }

 private:
  tl::unexpected<Error> wrong(std::string message) const {
    return fail(std::move(message) + " (character " + std::to_string(at_ + 1) +
                " of the condition " + go_quoted(text_) + ")");
  }

  /// The next word, which is not taken.
  std::string_view next() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
      ++at_;
    }
    if (at_ == text_.size()) return {};
    std::size_t end = at_;
    constexpr std::string_view kSigns = "()|";
    if (kSigns.find(text_[at_]) != std::string_view::npos) return text_.substr(at_, 1);
    while (end < text_.size() && text_[end] != ' ' && text_[end] != '\t' && text_[end] != '\n' &&
           text_[end] != '\r' && kSigns.find(text_[end]) == std::string_view::npos) {
      ++end;
    }
    return text_.substr(at_, end - at_);
  }
  bool take(std::string_view word) {
    const std::string_view found = next();
    if (!equals_ignoring_case(found, word) || found.empty()) return false;
    at_ += found.size();
    return true;
  }

  Result<SigmaNode> chain(std::size_t depth, std::string_view word, SigmaNode::Kind kind) {
    const auto part = [&] {
      return kind == SigmaNode::Kind::Or ? chain(depth, "and", SigmaNode::Kind::And)
                                         : negation(depth);
    };
    auto first = part();
    if (!first) return first;
    SigmaNode all;
    all.kind = kind;
    all.parts.push_back(*std::move(first));
    while (take(word)) {
      auto more = part();
      if (!more) return more;
      all.parts.push_back(*std::move(more));
    }
    if (all.parts.size() == 1) {
      SigmaNode only = std::move(all.parts.front());
      return only;
    }
    return all;
  }

  Result<SigmaNode> negation(std::size_t depth) {
    if (depth > kMaxConditionNesting) return wrong("nested too deeply");
    if (take("not")) {
      auto inner = negation(depth + 1);
      if (!inner) return inner;
      SigmaNode node;
      node.kind = SigmaNode::Kind::Not;
      node.parts.push_back(*std::move(inner));
      return node;
    }
    if (take("(")) {
      auto inner = chain(depth + 1, "or", SigmaNode::Kind::Or);
      if (!inner) return inner;
      if (!take(")")) return wrong("expected )");
      return inner;
    }
    return named();
  }

  Result<SigmaNode> named() {
    const std::string word(next());
    if (word.empty()) return wrong("the condition ends where a name should be");
    const bool one = word == "1" || equals_ignoring_case(word, "any");
    if (one || equals_ignoring_case(word, "all")) {
      const std::size_t before = at_;
      at_ += word.size();
      if (take("of")) return quantified(one ? SigmaNode::Kind::Or : SigmaNode::Kind::And);
      at_ = before;
    }
    const auto found = std::ranges::find(searches_, word, &Searches::value_type::first);
    if (found == searches_.end()) return unknown(word);
    at_ += word.size();
    if (++parts_ > kMostParts) return wrong("too many parts");
    SigmaNode copy = found->second;
    return copy;
  }

  Result<SigmaNode> quantified(SigmaNode::Kind kind) {
    const std::string pattern(next());
    SigmaNode node;
    node.kind = kind;
    for (const auto& [name, search] : searches_) {
      // Names that begin with _ are for `1 of` with their own pattern only.
      const bool meant = pattern == "them"
                             ? !name.starts_with('_')
                             : search::glob_matches(pattern, name, search::GlobCase::Heeded);
      if (meant) node.parts.push_back(search);
    }
    if (node.parts.empty()) return wrong("there is nothing called " + go_quoted(pattern));
    parts_ += node.parts.size();
    if (parts_ > kMostParts) return wrong("too many parts");
    at_ += pattern.size();
    return node;
  }

  Result<SigmaNode> unknown(const std::string& word) const {
    std::vector<std::string_view> names;
    for (const auto& [name, search] : searches_) names.emplace_back(name);
    const std::string_view near = nearest(word, names);
    return wrong("the detection has no " + go_quoted(word) +
                 (near.empty() ? "" : "; did you mean " + std::string(near) + "?"));
  }

  std::string_view text_;
  const Searches& searches_;
  std::size_t at_ = 0;
  std::size_t parts_ = 0;
};

}  // namespace

Result<SigmaNode> read_sigma_condition(std::string_view condition, const Searches& searches) {
  return ConditionReader(condition, searches).run();
}

}  // namespace kaudit::audit::rules
