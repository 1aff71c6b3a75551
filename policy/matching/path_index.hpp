#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/matching/value_index.hpp"

namespace kaudit::policy {

/// nonResourceURLs: for a path the rules that name it, exactly or by a prefix before trailing `*`s
/// (`*` alone: every path).
class PathIndex {
 public:
  void add(std::string_view pattern, RuleNumber rule);
  /// To be called once all patterns are added.
  void build(RuleSetPool& pool);

  void admit(const RuleSetPool& pool, std::string_view path, Choice& choice) const noexcept;

 private:
  Postings<std::string> exact_postings_;
  Postings<std::string> prefix_postings_;
  ValueIndex exact_;
  ValueIndex prefixes_;               ///< each with the rules of all shorter prefixes of it
  std::vector<std::size_t> lengths_;  ///< of the prefixes, descending
};

}  // namespace kaudit::policy
