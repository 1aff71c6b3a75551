#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/pages/command_page.hpp"
#include "base/result.hpp"

namespace kaudit {

/// Command-line flags with the rules of pflag, as kube-apiserver has them: `--name=value` or
/// `--name value`; a bool flag alone is true; the last of a repeated flag wins; an empty value is a
/// value; `1_000` and `0x10` are numbers; `-v 2`, `-v=2` and `-v2` where a flag has a shorthand;
/// `--` ends the flags; `_` in a name is read as `-`. Groups are kept in the order in which they
/// were added, for --help.
///
/// Targets must outlive parse(). Not thread-safe.
class FlagSet {
 public:
  /// What --help calls a whole number of 64 bits: Go's int has 64 bits too, and Kubernetes has
  /// flags of both types.
  enum class IntegerType : std::uint8_t { Int, Int64 };

  /// Starts a group of flags in --help ("Auditing", "Secure serving", …); flags added after it
  /// belong to it.
  void group(std::string title);

  // Each flag's default is what the target holds when it is added. `help` is one sentence; a `name`
  // in backquotes inside it names the value, as pflag does.
  void add(std::string name, std::string* target, std::string help);
  void add(std::string name, bool* target, std::string help);
  void add(std::string name, int* target,
           std::string help);  // values outside C++'s int are an error
  void add(std::string name, std::int64_t* target, std::string help,
           IntegerType type = IntegerType::Int64);
  void add(std::string name, float* target, std::string help);
  void add(std::string name, std::chrono::nanoseconds* target, std::string help);
  /// Comma-separated, and repeatable: the first use replaces the default, later ones append (pflag
  /// StringSlice).
  void add(std::string name, std::vector<std::string>* target, std::string help);
  /// Repeatable, each use one value, commas and all: the first use replaces the default, later ones
  /// append (pflag StringArray).
  void add_repeated(std::string name, std::vector<std::string>* target, std::string help);
  struct Description {
    std::string name;
    std::string type;  ///< pflag's name: string, bool, int, int64, float32, duration, stringSlice,
                       ///< stringArray
    std::string default_value;  ///< as pflag prints it
    std::string no_opt_value;   ///< "true" for bool, else ""
    std::string deprecated;
    std::string help;
    std::string group;
    std::vector<std::string> choices{};  ///< what a shell offers for the value; others may be right
    char shorthand = 0;                  ///< `v` of -v; 0: none
    bool hidden = false;                 ///< from --help
  };
  /// A flag that is known and means nothing here: its value is judged by the rules of its type (any
  /// text where the type is not a number, a truth value or a duration). Hidden from --help.
  /// `last`, where it is given, gets the text of its last use.
  void add_inert(Description description, std::string* last = nullptr);
  /// Marks a flag deprecated: it works, is hidden from --help, and its use is reported by
  /// warnings().
  void deprecate(std::string_view name, std::string message);
  /// Names values of a flag that a shell offers; they are not judged by.
  void offer(std::string_view name, std::vector<std::string> choices);

  /// Parses argv[1..). All errors are returned together; an unknown flag's error suggests the
  /// nearest one. Arguments that are not flags are not an error here: see not_flags().
  /// `--help`/`-h` stops nothing: see help_asked().
  std::vector<Error> parse(const std::vector<std::string>& arguments);
  bool help_asked() const noexcept { return help_asked_; }
  /// True when the flag was on the command line.
  bool changed(std::string_view name) const;
  /// Arguments that are not flags, in their order; what they mean is the program's to say.
  const std::vector<std::string>& not_flags() const noexcept { return not_flags_; }
  /// What a person should know of arguments that were accepted: deprecated flags.
  const std::vector<std::string>& warnings() const noexcept { return warnings_; }

  /// True when there is a flag of that name.
  bool has(std::string_view name) const { return find(name) != nullptr; }
  std::vector<Description> describe() const;
  /// What is not hidden, by group and name.
  CommandPage page(std::string program, std::string summary) const;
  /// The text of --help: that page, wrapped at `columns`.
  std::string help(std::string_view program, std::size_t columns = 100) const;

 private:
  using Setter = std::function<Result<void>(std::string_view)>;
  struct Flag {
    Description description;
    Setter set;
    bool changed = false;
  };
  class Arguments;

  void add_flag(std::string name, std::string type, std::string default_value, std::string help,
                Setter set);
  /// The flag of this name, with `_` read as `-`; null if there is none.
  Flag* find(std::string_view name);
  const Flag* find(std::string_view name) const;
  Result<void> parse_long(std::string_view argument, Arguments& rest);
  Result<void> parse_short(std::string_view argument, Arguments& rest);
  Result<void> set(Flag& flag, std::string_view value);
  /// ` (did you mean --NAME?)`, or nothing when no flag is near.
  std::string suggestion(std::string_view name) const;

  std::vector<Flag> flags_;
  std::vector<std::string> warnings_;
  std::vector<std::string> not_flags_;
  std::string current_group_;
  bool help_asked_ = false;
};

}  // namespace kaudit
