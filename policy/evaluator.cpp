#include "policy/evaluator.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/matching/path_index.hpp"
#include "policy/matching/resource_index.hpp"
#include "policy/matching/rule_set.hpp"
#include "policy/matching/value_index.hpp"

namespace kaudit::policy {
namespace {

using audit::Attributes;
using audit::Decision;

audit::StageSet stage_set(const std::vector<std::string>& names) {
  audit::StageSet stages;
  for (const std::string& name : names) {
    const auto stage = audit::parse_stage(name);
    if (!stage) throw std::invalid_argument("policy: unknown stage " + name);
    stages.insert(*stage);
  }
  return stages;
}

Decision decision_of(const Policy& policy, std::size_t index) {
  const Rule& rule = policy.rules[index];
  const auto level = audit::parse_level(rule.level);
  if (!level) throw std::invalid_argument("policy: unknown level " + rule.level);
  Decision decision;
  decision.level = *level;
  decision.omit_stages = stage_set(policy.omit_stages).united_with(stage_set(rule.omit_stages));
  decision.omit_managed_fields = rule.omit_managed_fields.value_or(policy.omit_managed_fields);
  decision.rule = static_cast<int>(index);
  return decision;
}

/// A property of requests by which rules choose: which rules name which value, and which do not ask
/// for it at all.
struct Property {
  ValueIndex values;
  RuleSet indifferent;

  /// Whether any rule asks for it: else it decides nothing.
  bool is_asked_for() const noexcept { return !values.empty(); }

  /// Makes the next choice of a request that has the value, or none, if any rule asks for it.
  void choose(const RuleSetPool& pool, std::optional<std::string_view> value,
              Choice*& next) const noexcept {
    if (!is_asked_for()) return;
    pool.admit(*next, indifferent);
    if (const RuleSet* rules = value ? values.find(*value) : nullptr) pool.admit(*next, *rules);
    ++next;
  }
};

/// One bitmap row for each property of a request, intersected. See rule_set.hpp for the cost.
class CompiledPolicy final : public audit::Evaluator {
 public:
  explicit CompiledPolicy(const Policy& policy) : pool_(policy.rules.size()) {
    no_rule_.omit_stages = stage_set(policy.omit_stages);
    no_rule_.omit_managed_fields = policy.omit_managed_fields;
    for (std::size_t i = 0; i < policy.rules.size(); ++i) {
      decisions_.push_back(decision_of(policy, i));
    }
    index_property(
        policy, users_, [](const Rule& rule) -> auto& { return rule.users; });
    index_property(
        policy, groups_, [](const Rule& rule) -> auto& { return rule.user_groups; });
    index_property(
        policy, verbs_, [](const Rule& rule) -> auto& { return rule.verbs; });
    index_targets(policy);
  }

  Decision evaluate(const Attributes& attributes) const noexcept override {
    const RuleNumber rule = first_match(attributes);
    return rule == RuleSetPool::kNone ? no_rule_ : decisions_[rule];
  }

 private:
  template <typename ValuesOf>
  void index_property(const Policy& policy, Property& property, ValuesOf values_of) {
    Postings<std::string> postings;
    std::vector<RuleNumber> indifferent;
    for (RuleNumber i = 0; i < policy.rules.size(); ++i) {
      const std::vector<std::string>& values = values_of(policy.rules[i]);
      for (const std::string& value : values) postings.add(value, i);
      if (values.empty()) indifferent.push_back(i);
    }
    property.values.build(postings, pool_);
    property.indifferent = pool_.add(indifferent);
  }

  /// A rule is about resources, about non-resource URLs, or about every request.
  void index_targets(const Policy& policy) {
    Postings<std::string> namespaces;
    std::vector<RuleNumber> any_namespace;
    std::vector<RuleNumber> any_resource;
    std::vector<RuleNumber> any_path;
    for (RuleNumber i = 0; i < policy.rules.size(); ++i) {
      const Rule& rule = policy.rules[i];
      const bool asks_for_resources = !rule.namespaces.empty() || !rule.resources.empty();
      if (!asks_for_resources && !rule.non_resource_urls.empty()) {
        for (const std::string& url : rule.non_resource_urls) paths_.add(url, i);
        continue;
      }
      for (const std::string& ns : rule.namespaces) namespaces.add(ns, i);
      for (const GroupResources& entry : rule.resources) resources_.add(entry, i);
      if (rule.namespaces.empty()) any_namespace.push_back(i);
      if (rule.resources.empty()) any_resource.push_back(i);
      if (!asks_for_resources) any_path.push_back(i);
    }
    namespaces_.values.build(namespaces, pool_);
    namespaces_.indifferent = pool_.add(any_namespace);
    resources_.build(pool_);
    any_resource_ = pool_.add(any_resource);
    paths_.build(pool_);
    any_path_ = pool_.add(any_path);
  }

  RuleNumber first_match(const Attributes& attributes) const noexcept {
    Choice choices[5];
    Choice* next = choices + 1;  // the first is for the groups
    const audit::UserInfo* const user = attributes.user;
    users_.choose(pool_,
                  user != nullptr ? std::optional<std::string_view>(user->username) : std::nullopt,
                  next);
    verbs_.choose(pool_, attributes.verb, next);
    if (attributes.resource_request) {
      namespaces_.choose(pool_, attributes.ns, next);
      pool_.admit(*next, any_resource_);
      resources_.admit(pool_, attributes, *next++);
    } else {
      pool_.admit(*next, any_path_);
      paths_.admit(pool_, attributes.path, *next++);
    }
    return groups_.is_asked_for() ? first_of_any_group(user, {choices, next})
                                  : pool_.first_common({choices + 1, next});
  }

  /// A user may have any number of groups and a choice holds only so many sets: so a few groups at
  /// a time.
  RuleNumber first_of_any_group(const audit::UserInfo* user,
                                std::span<Choice> choices) const noexcept {
    Choice& choice = choices.front();
    pool_.admit(choice, groups_.indifferent);
    if (user == nullptr) return pool_.first_common(choices);
    std::size_t sets = 1;
    RuleNumber best = RuleSetPool::kNone;
    for (const std::string& group : user->groups) {
      const RuleSet* rules = groups_.values.find(group);
      if (rules == nullptr) continue;
      if (sets == Choice::kMaxSets) {
        best = std::min(best, pool_.first_common(choices, best));
        choice.clear();
        sets = 0;
      }
      pool_.admit(choice, *rules);
      ++sets;
    }
    return std::min(best, pool_.first_common(choices, best));
  }

  static_assert(ResourceIndex::kMaxSets + 1 <= Choice::kMaxSets);

  RuleSetPool pool_;
  std::vector<Decision> decisions_;
  Decision no_rule_;
  Property users_;
  Property groups_;
  Property verbs_;
  Property namespaces_;
  ResourceIndex resources_;
  RuleSet any_resource_;
  PathIndex paths_;
  RuleSet any_path_;
};

}  // namespace

std::shared_ptr<const audit::Evaluator> compile(const Policy& policy) {
  return std::make_shared<const CompiledPolicy>(policy);
}

}  // namespace kaudit::policy
