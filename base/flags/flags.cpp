#include "base/flags/flags.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>

#include "base/flags/flag_values.hpp"
#include "base/text/csv.hpp"
#include "base/text/duration.hpp"
#include "base/text/quote.hpp"
#include "base/text/spelling.hpp"

namespace kaudit {
namespace {

constexpr std::string_view kHelp = "help";

std::string normalized(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '_', '-');
  return text;
}

/// Stores what `parse` makes of the flag's text.
template <typename T, typename Parse>
auto stored_by(Parse parse, T* target) {
  return [parse, target](std::string_view text) -> Result<void> {
    auto value = parse(text);
    if (!value) return tl::unexpected(value.error());
    *target = *std::move(value);
    return {};
  };
}

Result<int> parse_int(std::string_view text) {
  const auto value = parse_integer(text);
  if (!value) return tl::unexpected(value.error());
  if (*value < std::numeric_limits<int>::min() || *value > std::numeric_limits<int>::max()) {
    return fail("parsing " + go_quoted(text) + ": value out of range");
  }
  return static_cast<int>(*value);
}

template <typename T>
Result<void> judged(const Result<T>& value) {
  if (!value) return tl::unexpected(value.error());
  return {};
}

Result<void> check_value(std::string_view type, std::string_view text) {
  if (type == "bool") return judged(parse_bool(text));
  if (type == "int" || type == "int32" || type == "int64") return judged(parse_integer(text));
  if (type == "float32" || type == "float64") return judged(parse_float(text));
  if (type == "duration") return judged(parse_duration(text));
  return {};
}

}  // namespace

/// The arguments not yet looked at.
class FlagSet::Arguments {
 public:
  explicit Arguments(std::span<const std::string> arguments) : rest_(arguments) {}

  bool empty() const noexcept { return rest_.empty(); }
  const std::string& front() const { return rest_.front(); }
  const std::string& take() {
    const std::string& first = rest_.front();
    rest_ = rest_.subspan(1);
    return first;
  }

 private:
  std::span<const std::string> rest_;
};

void FlagSet::group(std::string title) { current_group_ = std::move(title); }

void FlagSet::add(std::string name, std::string* target, std::string help) {
  add_flag(std::move(name), "string", *target, std::move(help),
           [target](std::string_view text) -> Result<void> {
             target->assign(text);
             return {};
           });
}

void FlagSet::add(std::string name, bool* target, std::string help) {
  add_flag(std::move(name), "bool", *target ? "true" : "false", std::move(help),
           stored_by(parse_bool, target));
  flags_.back().description.no_opt_value = "true";
}

void FlagSet::add(std::string name, int* target, std::string help) {
  add_flag(std::move(name), "int", std::to_string(*target), std::move(help),
           stored_by(parse_int, target));
}

void FlagSet::add(std::string name, std::int64_t* target, std::string help, IntegerType type) {
  add_flag(std::move(name), type == IntegerType::Int ? "int" : "int64", std::to_string(*target),
           std::move(help), stored_by(parse_integer, target));
}

void FlagSet::add(std::string name, float* target, std::string help) {
  add_flag(std::move(name), "float32", float_text(*target), std::move(help),
           stored_by(parse_float, target));
}

void FlagSet::add(std::string name, std::chrono::nanoseconds* target, std::string help) {
  add_flag(std::move(name), "duration", duration_text(*target), std::move(help),
           stored_by(parse_duration, target));
}

void FlagSet::add(std::string name, std::vector<std::string>* target, std::string help) {
  auto replace_default = std::make_shared<bool>(true);
  add_flag(std::move(name), "stringSlice", "[" + csv_record(*target) + "]", std::move(help),
           [target, replace_default](std::string_view text) -> Result<void> {
             auto values = parse_csv_record(text);
             if (!values) return tl::unexpected(values.error());
             if (std::exchange(*replace_default, false)) target->clear();
             target->insert(target->end(), values->begin(), values->end());
             return {};
           });
}

void FlagSet::add_repeated(std::string name, std::vector<std::string>* target, std::string help) {
  auto replace_default = std::make_shared<bool>(true);
  add_flag(std::move(name), "stringArray", "[" + csv_record(*target) + "]", std::move(help),
           [target, replace_default](std::string_view text) -> Result<void> {
             if (std::exchange(*replace_default, false)) target->clear();
             target->emplace_back(text);
             return {};
           });
}

void FlagSet::add_flag(std::string name, std::string type, std::string default_value,
                       std::string help, Setter set) {
  if (find(name) != nullptr) throw std::logic_error("flag added twice: --" + name);
  Flag flag;
  flag.description.name = std::move(name);
  flag.description.type = std::move(type);
  flag.description.default_value = std::move(default_value);
  flag.description.help = std::move(help);
  flag.description.group = current_group_;
  flag.set = std::move(set);
  flags_.push_back(std::move(flag));
}

void FlagSet::add_inert(Description description, std::string* last) {
  const std::string type = description.type;
  add_flag(description.name, type, description.default_value, description.help,
           [type, last](std::string_view text) {
             if (last != nullptr) last->assign(text);
             return check_value(type, text);
           });
  flags_.back().description = std::move(description);
  flags_.back().description.hidden = true;
}

void FlagSet::deprecate(std::string_view name, std::string message) {
  Flag* flag = find(name);
  if (flag == nullptr) throw std::logic_error("no such flag: --" + std::string(name));
  flag->description.deprecated = std::move(message);
}

void FlagSet::offer(std::string_view name, std::vector<std::string> choices) {
  Flag* flag = find(name);
  if (flag == nullptr) throw std::logic_error("no such flag: --" + std::string(name));
  flag->description.choices = std::move(choices);
}

const FlagSet::Flag* FlagSet::find(std::string_view name) const {
  const std::string wanted = normalized(name);
  const auto found = std::find_if(flags_.begin(), flags_.end(), [&wanted](const Flag& flag) {
    return flag.description.name == wanted;
  });
  return found == flags_.end() ? nullptr : &*found;
}

FlagSet::Flag* FlagSet::find(std::string_view name) {
  return const_cast<Flag*>(std::as_const(*this).find(name));
}

bool FlagSet::changed(std::string_view name) const {
  const Flag* flag = find(name);
  return flag != nullptr && flag->changed;
}

std::vector<FlagSet::Description> FlagSet::describe() const {
  std::vector<Description> descriptions;
  for (const Flag& flag : flags_) descriptions.push_back(flag.description);
  return descriptions;
}

std::vector<Error> FlagSet::parse(const std::vector<std::string>& arguments) {
  std::vector<Error> errors;
  Arguments rest(arguments);
  while (!rest.empty()) {
    const std::string& argument = rest.take();
    if (argument == "--") {
      while (!rest.empty()) not_flags_.push_back(rest.take());
      break;
    }
    if (argument.size() < 2 || argument[0] != '-') {
      not_flags_.push_back(argument);
      continue;
    }
    const auto result =
        argument[1] == '-' ? parse_long(argument, rest) : parse_short(argument, rest);
    if (!result) errors.push_back(result.error());
  }
  return errors;
}

Result<void> FlagSet::parse_long(std::string_view argument, Arguments& rest) {
  const std::string_view body = argument.substr(2);
  if (body.front() == '-' || body.front() == '=') {
    return fail("bad flag syntax: " + std::string(argument));
  }
  const std::size_t equals = body.find('=');
  const std::string_view name = body.substr(0, equals);
  std::optional<std::string_view> value;
  if (equals != std::string_view::npos) value = body.substr(equals + 1);

  Flag* flag = find(name);
  if (flag == nullptr && name == kHelp) {
    const auto asked = parse_bool(value.value_or("true"));
    if (!asked) return tl::unexpected(asked.error());
    help_asked_ = *asked;
    return {};
  }
  if (flag == nullptr) {
    // What follows is most likely its value: to warn of that too would only distract.
    if (!value && !rest.empty() && !rest.front().starts_with('-')) rest.take();
    return fail("unknown flag: --" + std::string(name) + suggestion(name));
  }
  if (!value && !flag->description.no_opt_value.empty()) value = flag->description.no_opt_value;
  if (!value && rest.empty()) return fail("flag needs an argument: " + std::string(argument));
  return set(*flag, value ? *value : std::string_view(rest.take()));
}

// Several flags that need no value may share the dash; the first that needs one takes the rest.
// (pflag FlagSet.parseSingleShortArg)
Result<void> FlagSet::parse_short(std::string_view argument, Arguments& rest) {
  for (std::string_view left = argument.substr(1); !left.empty(); left.remove_prefix(1)) {
    const char shorthand = left.front();
    const auto found = std::find_if(flags_.begin(), flags_.end(), [shorthand](const Flag& flag) {
      return flag.description.shorthand == shorthand;
    });
    if (found == flags_.end() && shorthand == 'h') {
      help_asked_ = true;
      continue;
    }
    if (found == flags_.end()) {
      const std::string_view body = argument.substr(1);
      return fail("unknown shorthand flag: " + ("'" + std::string(1, shorthand)) + "' in " +
                  std::string(argument) + suggestion(body.substr(0, body.find('='))));
    }
    if (left.size() > 2 && left[1] == '=') return set(*found, left.substr(2));
    if (!found->description.no_opt_value.empty()) {
      if (auto done = set(*found, found->description.no_opt_value); !done) return done;
      continue;
    }
    if (left.size() > 1) return set(*found, left.substr(1));
    if (!rest.empty()) return set(*found, rest.take());
    return fail("flag needs an argument: '" + std::string(1, shorthand) + "' in " +
                std::string(argument));
  }
  return {};
}

Result<void> FlagSet::set(Flag& flag, std::string_view value) {
  const std::string& name = flag.description.name;
  if (auto result = flag.set(value); !result) {
    return fail("invalid argument " + go_quoted(value) + " for " + go_quoted("--" + name) +
                " flag: " + result.error().message);
  }
  if (!flag.changed && !flag.description.deprecated.empty()) {
    warnings_.push_back("Flag --" + name + " has been deprecated, " + flag.description.deprecated);
  }
  flag.changed = true;
  return {};
}

std::string FlagSet::suggestion(std::string_view name) const {
  std::vector<std::string_view> names;
  for (const Flag& flag : flags_) {
    if (flag.description.deprecated.empty()) names.push_back(flag.description.name);
  }
  constexpr std::size_t kSlips = 2;  // names of flags are long
  const std::string_view best = nearest(normalized(name), names, kSlips);
  return best.empty() ? "" : " (did you mean --" + std::string(best) + "?)";
}

}  // namespace kaudit
