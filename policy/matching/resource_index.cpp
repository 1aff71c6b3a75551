#include "policy/matching/resource_index.hpp"

#include <bit>
#include <span>

namespace kaudit::policy {
namespace {

constexpr std::uint64_t kMultiplier = 0x9E3779B97F4A7C15U;
constexpr std::uint32_t kAbsent = StringTable::kAbsent;

}  // namespace

void ResourceIndex::add(const GroupResources& entry, RuleNumber rule) {
  Key key;
  key.group = entry.group == "*" ? kAny : intern(entry.group);
  // Without resources nothing else is looked at, not even resourceNames.
  if (entry.resources.empty()) return postings_.add(key, rule);
  for (const std::string& pattern : entry.resources) {
    if (entry.resource_names.empty()) add_pattern(key, pattern, rule);
    for (const std::string& name : entry.resource_names) {
      key.name = intern(name);
      add_pattern(key, pattern, rule);
    }
    key.name = kAny;
  }
}

/// Enters the pattern under every reading it has; `*` and `/` are also just characters of a name.
void ResourceIndex::add_pattern(Key key, std::string_view pattern, RuleNumber rule) {
  if (pattern == "*") return postings_.add(key, rule);
  if (pattern.starts_with("*/") && pattern.size() > 2) {
    Key any_resource = key;
    any_resource.subresource = intern(pattern.substr(2));
    postings_.add(any_resource, rule);
  }
  if (pattern.ends_with("/*")) {
    Key any_subresource = key;
    any_subresource.resource = intern(pattern.substr(0, pattern.size() - 2));
    postings_.add(any_subresource, rule);
  }
  // Literally: "a/b/c" is "a/b/c", the subresource "b/c" of "a", or the subresource "c" of "a/b".
  key.resource = intern(pattern);
  key.subresource = kNoSubresource;
  postings_.add(key, rule);
  for (std::size_t slash = pattern.find('/'); slash != pattern.npos;
       slash = pattern.find('/', slash + 1)) {
    if (slash + 1 == pattern.size()) break;
    key.resource = intern(pattern.substr(0, slash));
    key.subresource = intern(pattern.substr(slash + 1));
    postings_.add(key, rule);
  }
}

void ResourceIndex::build(RuleSetPool& pool) {
  if (postings_.rules().empty()) return;
  slots_.assign(std::bit_ceil(postings_.rules().size() * 2 + 2), Slot{});
  for (const auto& [key, rules] : postings_.rules()) {
    std::size_t i = hash_of(key) & (slots_.size() - 1);
    while (slots_[i].is_taken) i = (i + 1) & (slots_.size() - 1);
    slots_[i] = {key, pool.add(rules), true};
  }
  postings_ = {};
}

std::size_t ResourceIndex::hash_of(const Key& key) noexcept {
  std::uint64_t hash = (std::uint64_t{key.group} << 32U | key.resource) * kMultiplier;
  hash = std::rotl(hash, 32) ^ (std::uint64_t{key.subresource} << 32U | key.name);
  return static_cast<std::size_t>((hash * kMultiplier) >> 32U);
}

std::uint32_t ResourceIndex::find(std::string_view text) const noexcept {
  const std::uint32_t number = strings_.find(text);
  return number == StringTable::kAbsent ? number : number + kFirstString;
}

const RuleSet* ResourceIndex::find(const Key& key) const noexcept {
  std::size_t i = hash_of(key) & (slots_.size() - 1);
  for (; slots_[i].is_taken; i = (i + 1) & (slots_.size() - 1)) {
    if (slots_[i].key == key) return &slots_[i].rules;
  }
  return nullptr;
}

void ResourceIndex::admit(const RuleSetPool& pool, const audit::Attributes& attributes,
                          Choice& choice) const noexcept {
  if (slots_.empty()) return;
  const bool has_subresource = !attributes.subresource.empty();
  const std::uint32_t group = find(attributes.api_group);
  const std::uint32_t resource = find(attributes.resource);
  const std::uint32_t subresource = has_subresource ? find(attributes.subresource) : kNoSubresource;
  const std::uint32_t name = find(attributes.name);

  std::array<Key, 4> forms;
  std::size_t form_count = 0;
  forms[form_count++] = Key{};
  if (resource != kAbsent) forms[form_count++].resource = resource;
  if (subresource != kAbsent && resource != kAbsent) {
    forms[form_count].resource = resource;
    forms[form_count++].subresource = subresource;
  }
  if (subresource != kAbsent && has_subresource) forms[form_count++].subresource = subresource;

  for (Key key : std::span(forms.data(), form_count)) {
    for (const std::uint32_t any_or_group : {kAny, group}) {
      if (any_or_group == kAbsent) continue;
      for (const std::uint32_t any_or_name : {kAny, name}) {
        if (any_or_name == kAbsent) continue;
        key.group = any_or_group;
        key.name = any_or_name;
        if (const RuleSet* rules = find(key)) pool.admit(choice, *rules);
      }
    }
  }
}

}  // namespace kaudit::policy
