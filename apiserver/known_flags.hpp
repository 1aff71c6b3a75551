#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/flags/flags.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver {

/// What becomes of a flag of kube-apiserver here.
enum class FlagUse : std::uint8_t {
  Honoured,  ///< options of ours read it
  NoEffect,  ///< accepted, and the log says that it changes nothing
  Refused,   ///< a start with it would not be what was asked for, and not safe
};

/// A flag of kube-apiserver 1.37.
struct KnownFlag {
  std::string_view group;
  std::string_view name;
  std::string_view type;           ///< pflag's name
  std::string_view default_value;  ///< of kube-apiserver
  char shorthand;                  ///< 0: none
  FlagUse use;
  std::string_view reason;  ///< why it has no effect or is refused
};

/// All of them, by group (known_flag_table.cpp).
std::span<const KnownFlag> known_flags() noexcept;

/// Lets a command line that was written for kube-apiserver pass: every flag that it has is known.
class KnownFlags {
 public:
  /// Adds those that no options have. Call after all options have added theirs, and keep this
  /// object until the flags are parsed. Throws std::logic_error when the table says Honoured of one
  /// that nobody has added.
  void add_flags(FlagSet& flags);

  /// Those that were given and may not be; an empty value asks for nothing.
  std::vector<Error> errors() const;
  /// A line for each that was given and has no effect.
  std::vector<std::string> notes(const FlagSet& flags) const;

 private:
  struct Given {
    const KnownFlag& flag;
    std::string value;
  };
  std::deque<Given> refused_;  ///< flags point to the values
};

/// docs/flags.md: every flag of kube-apiserver and what becomes of it, then those of ours alone.
/// `flags` are all that the server has.
std::string flags_page(const FlagSet& flags);

}  // namespace kaudit::apiserver
