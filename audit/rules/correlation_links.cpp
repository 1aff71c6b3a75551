#include "audit/rules/correlation_links.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <string_view>
#include <utility>

#include "base/text/quote.hpp"

namespace kaudit::audit::rules {
namespace {

/// How many correlations may stand above each other.
constexpr std::size_t kDeepest = 50;

/// Something that can be correlated.
struct Source {
  bool is_rule = true;
  std::size_t index = 0;
  std::string_view name, id, title;

  bool is_called(std::string_view text) const noexcept {
    return text == name || text == id || text == title;
  }
};

class Linker {
 public:
  Linker(const SigmaRules& rules, RuleProblems& problems) : rules_(rules), problems_(problems) {
    links_.of_rules.resize(rules.rules.size());
    links_.of_correlations.resize(rules.correlations.size());
    for (std::size_t i = 0; i < rules.rules.size(); ++i) add_source(true, i, rules.rules[i]);
    for (std::size_t i = 0; i < rules.correlations.size(); ++i) {
      add_source(false, i, rules.correlations[i]);
    }
  }

  CorrelationLinks run() {
    for (std::size_t i = 0; i < rules_.correlations.size(); ++i) link(i);
    sort();
    return std::move(links_);
  }

 private:
  template <typename Rule>
  void add_source(bool is_rule, std::size_t index, const Rule& rule) {
    sources_.push_back({is_rule, index, rule.name, rule.id, rule.title});
    std::vector<std::string_view> names{rule.name, rule.id, rule.title};
    std::ranges::sort(names);
    const auto same = std::unique(names.begin(), names.end());
    names.erase(same, names.end());
    for (const std::string_view name : names) {
      if (!name.empty()) by_name_[name].push_back(sources_.size() - 1);
    }
  }

  void refuse(std::size_t correlation, std::string message) {
    const SigmaCorrelation& rule = rules_.correlations[correlation];
    problems_.push_back({rule.place, rule.title, std::move(message)});
  }

  void link(std::size_t index) {
    const SigmaCorrelation& correlation = rules_.correlations[index];
    std::vector<std::size_t> counted;
    for (std::size_t position = 0; position < correlation.rules.size(); ++position) {
      const auto found = by_name_.find(correlation.rules[position]);
      if (found == by_name_.end()) {
        refuse(index,
               "there is no rule " + go_quoted(correlation.rules[position]) + " to correlate");
        continue;
      }
      for (const std::size_t source : found->second) {
        // One that is named twice still counts once; in a sequence each place is one of its own.
        const bool again = std::ranges::find(counted, source) != counted.end();
        if (again && !is_temporal(correlation.type)) continue;
        counted.push_back(source);
        link_source(index, position, sources_[source]);
      }
    }
    check_aliases(index, counted);
  }

  void link_source(std::size_t index, std::size_t position, const Source& source) {
    CorrelationUse use{index, position, {}};
    for (const std::string& name : rules_.correlations[index].group_by) {
      use.group_by.push_back(field_of(index, name, source));
    }
    auto& uses = source.is_rule ? links_.of_rules : links_.of_correlations;
    uses[source.index].push_back(std::move(use));
  }

  std::string field_of(std::size_t index, const std::string& name, const Source& source) {
    const auto& aliases = rules_.correlations[index].aliases;
    const auto alias = std::ranges::find(aliases, name, &SigmaAlias::name);
    if (alias == aliases.end()) return name;
    for (const auto& [rule, field] : alias->fields) {
      if (source.is_called(rule)) return field;
    }
    refuse(index, "alias " + go_quoted(name) + " does not say which field of rule " +
                      go_quoted(source.title) + " it is");
    return name;
  }

  void check_aliases(std::size_t index, const std::vector<std::size_t>& counted) {
    for (const SigmaAlias& alias : rules_.correlations[index].aliases) {
      for (const auto& one : alias.fields) {
        const std::string& rule = one.first;
        const bool known = std::ranges::any_of(
            counted, [&](std::size_t source) { return sources_[source].is_called(rule); });
        if (!known) {
          refuse(index, "alias " + go_quoted(alias.name) + " is about rule " + go_quoted(rule) +
                            ", which the correlation does not name");
        }
      }
    }
  }

  /// Those that name none first, then those of which all that they name have come.
  void sort() {
    const std::size_t count = rules_.correlations.size();
    std::vector<std::size_t> wanted(count);
    std::vector<std::size_t> depth(count);
    for (const auto& uses : links_.of_correlations) {
      for (const CorrelationUse& use : uses) ++wanted[use.correlation];
    }
    std::deque<std::size_t> ready;
    for (std::size_t i = 0; i < count; ++i) {
      if (wanted[i] == 0) ready.push_back(i);
    }
    std::vector<bool> placed(count);
    for (; !ready.empty(); ready.pop_front()) {
      const std::size_t one = ready.front();
      if (depth[one] > kDeepest) {
        refuse(one, "more than " + std::to_string(kDeepest) + " correlations stand on each other");
      } else {
        placed[one] = true;
        links_.order.push_back(one);
      }
      for (const CorrelationUse& use : links_.of_correlations[one]) {
        depth[use.correlation] = std::max(depth[use.correlation], depth[one] + 1);
        if (--wanted[use.correlation] == 0) ready.push_back(use.correlation);
      }
    }
    for (std::size_t i = 0; i < count; ++i) {
      if (wanted[i] != 0) refuse(i, "the correlation names itself, by way of those that it names");
    }
    for (auto* const all : {&links_.of_rules, &links_.of_correlations}) {
      for (auto& uses : *all) {
        std::erase_if(uses, [&placed](const auto& use) { return !placed[use.correlation]; });
      }
    }
  }

  const SigmaRules& rules_;
  RuleProblems& problems_;
  CorrelationLinks links_;
  std::vector<Source> sources_;
  std::map<std::string_view, std::vector<std::size_t>> by_name_;
};

}  // namespace

CorrelationLinks link_correlations(const SigmaRules& rules, RuleProblems& problems) {
  return Linker(rules, problems).run();
}

}  // namespace kaudit::audit::rules
