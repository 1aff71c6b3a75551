#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

/// defaults.json as static data, made at build time. What the members mean: README.md.
namespace kaudit::apiserver::objects {

/// A member, by the places on the way to it, in Type::members, from the struct that a rule is
/// about.
using MemberPath = std::span<const std::uint8_t>;
/// In a path: every element of a list or entry of a map.
inline constexpr std::uint8_t kEach = 0xFF;

enum class Test : std::uint8_t { Is, Missing, Set };

/// When a rule applies. Missing is what omitempty would leave out.
struct Condition {
  MemberPath path;
  Test test;
  std::span<const std::string_view> values;  ///< of Test::Is
};

/// What cannot be said as a value and a condition.
enum class DefaultFunction : std::uint8_t {
  None,
  CrdListKind,
  CrdSingular,
  CrdStoredVersions,
  EmptyDir,
  HostPorts,
  ImagePullPolicy,
  NameLabel,
  ServiceAccount,
  StringData,
  TargetCpu,
  TargetPort,
};

/// The text of a JSON string without escapes; nothing of other JSON.
constexpr std::string_view plain_text_in(std::string_view json) noexcept {
  const bool plain = json.starts_with('"') && json.find('\\') == std::string_view::npos;
  return plain ? json.substr(1, json.size() - 2) : std::string_view();
}

struct DefaultRule {
  MemberPath path;
  std::string_view value;  ///< JSON, set where the member is missing; `null` removes; or "" and …
  MemberPath from;         ///< … the member that is copied, or whose missing entries are (`*`)
  DefaultFunction function;
  std::string_view only;  ///< the id of the kind to which it is confined; "" for all
  std::span<const Condition> conditions;
  std::string_view text = plain_text_in(value);
};

struct TypeDefaults {
  std::span<const DefaultRule> rules;     ///< in order
  std::span<const std::uint8_t> members;  ///< that lead to types with rules
};

/// null: neither the type nor what it holds has rules. `type` is its place in named_types(). Types
/// with rules below them never contain themselves, so walking them is bounded.
const TypeDefaults* defaults_of(std::size_t type) noexcept;

}  // namespace kaudit::apiserver::objects
