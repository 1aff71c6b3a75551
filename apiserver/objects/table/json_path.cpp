#include "apiserver/objects/table/json_path.hpp"

#include <algorithm>
#include <utility>

#include "base/text/integer.hpp"

namespace kaudit::apiserver::objects::table {
namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::optional<std::string_view> unquoted(std::string_view text) {
  if (text.size() < 2 || (text.front() != '\'' && text.front() != '"') ||
      text.back() != text.front()) {
    return std::nullopt;
  }
  return text.substr(1, text.size() - 2);
}

std::string without_escapes(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    plain += text[i];
  }
  return plain;
}

// A number or flag as it would be written, a text itself.
std::string text_of(const Json& value) {
  return value.string() != nullptr ? std::string(*value.string()) : value.dump();
}

}  // namespace

class JsonPath::Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  Result<std::vector<Step>> run() {
    if (rest_.starts_with('$')) rest_.remove_prefix(1);
    while (!rest_.empty()) {
      auto step = rest_.front() == '[' ? bracket() : member();
      if (!step) return tl::unexpected(step.error());
      if (*step) steps_.push_back(**std::move(step));
    }
    return std::move(steps_);
  }

 private:
  using Parsed = Result<std::optional<Step>>;

  // `.name`, in which a backslash makes a dot one of the name. A lone dot is the object itself.
  Parsed member() {
    if (rest_.front() == '.') rest_.remove_prefix(1);
    if (rest_.starts_with('.')) return fail("recursive descent is not supported");
    if (rest_.starts_with('*')) {
      rest_.remove_prefix(1);
      return Step{Step::Kind::All};
    }
    std::size_t end = 0;
    while (end < rest_.size() && rest_[end] != '.' && rest_[end] != '[') {
      end += rest_[end] == '\\' && end + 1 < rest_.size() ? 2 : 1;
    }
    const std::string_view name = rest_.substr(0, end);
    if (name.find_first_of("{}()\"' ") != std::string_view::npos) {
      return fail("unrecognized character in " + std::string(name));
    }
    rest_.remove_prefix(end);
    if (name.empty()) return std::optional<Step>();
    Step step{Step::Kind::Member};
    step.name = without_escapes(name);
    return step;
  }

  Parsed bracket() {
    const auto inner = take_bracket();
    if (!inner) return fail("unterminated array");
    const std::string_view text = trimmed(*inner);
    if (text == "*") return Step{Step::Kind::All};
    if (const auto name = unquoted(text)) {
      Step step{Step::Kind::Member};
      step.name = without_escapes(*name);
      return step;
    }
    if (text.starts_with("?(") && text.ends_with(')')) {
      return filter(trimmed(text.substr(2, text.size() - 3)));
    }
    return slice(text);
  }

  // Up to the bracket that closes it; quotes hide one.
  std::optional<std::string_view> take_bracket() {
    char quote = '\0';
    int depth = 0;
    for (std::size_t i = 0; i < rest_.size(); ++i) {
      const char c = rest_[i];
      if (quote != '\0') {
        if (c == '\\') ++i;
        if (c == quote) quote = '\0';
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == '[') {
        ++depth;
      } else if (c == ']' && --depth == 0) {
        const std::string_view inner = rest_.substr(1, i - 1);
        rest_.remove_prefix(i + 1);
        return inner;
      }
    }
    return std::nullopt;
  }

  static Parsed slice(std::string_view text) {
    Step step{Step::Kind::Slice};
    const std::size_t colon = text.find(':');
    step.one = colon == std::string_view::npos;
    const auto number = [](std::string_view part, std::optional<std::int64_t>& to) {
      if (part.empty()) return true;
      const auto parsed = parse_int64(part);
      if (parsed) to = *parsed;
      return parsed.has_value();
    };
    const bool good = step.one ? !text.empty() && number(text, step.begin)
                               : number(text.substr(0, colon), step.begin) &&
                                     number(text.substr(colon + 1), step.end);
    if (!good) return fail("invalid array index " + std::string(text));
    return step;
  }

  // `@.type=="Ready"`
  static Parsed filter(std::string_view text) {
    Step step{Step::Kind::Filter};
    std::size_t at = text.find("==");
    step.comparison = Step::Comparison::Equal;
    if (at == std::string_view::npos) {
      at = text.find("!=");
      step.comparison = Step::Comparison::NotEqual;
    }
    if (at == std::string_view::npos) {
      if (text.find_first_of("<>") != std::string_view::npos) {
        return fail("unrecognized filter operator");
      }
      step.comparison = Step::Comparison::Exists;
      at = text.size();
    } else {
      const std::string_view wanted = trimmed(text.substr(at + 2));
      step.wanted = without_escapes(unquoted(wanted).value_or(wanted));
    }
    std::string_view path = trimmed(text.substr(0, at));
    if (!path.starts_with('@')) return fail("a filter must begin with @");
    path.remove_prefix(1);
    while (path.starts_with('.')) {
      path.remove_prefix(1);
      const std::size_t dot = std::min(path.find('.'), path.size());
      step.path.emplace_back(path.substr(0, dot));
      path.remove_prefix(dot);
    }
    if (!path.empty()) return fail("unrecognized filter");
    return step;
  }

  std::string_view rest_;
  std::vector<Step> steps_;
};

Result<JsonPath> JsonPath::parse(std::string_view text) {
  auto steps = Parser(text).run();
  if (!steps) return tl::unexpected(steps.error());
  JsonPath path;
  path.steps_ = *std::move(steps);
  return path;
}

void JsonPath::take(const Step& step, const Json& value, std::vector<const Json*>& to) {
  const auto add = [&to](const Json& found) {
    if (to.size() < kMaxResults) to.push_back(&found);
  };
  switch (step.kind) {
    case Step::Kind::Member:
      if (const Json* found = value.find(step.name)) add(*found);
      return;
    case Step::Kind::All:
      if (value.array()) {
        for (const Json& element : *value.array()) add(element);
      } else if (value.object()) {
        for (const Json::Member& member : *value.object()) add(member.value);
      }
      return;
    case Step::Kind::Slice: {
      if (!value.array()) return;
      const auto size = static_cast<std::int64_t>(value.array()->size());
      const auto place = [size](std::int64_t index) { return index < 0 ? index + size : index; };
      const std::int64_t begin = std::max<std::int64_t>(place(step.begin.value_or(0)), 0);
      const std::int64_t end = step.one ? begin + 1 : place(step.end.value_or(size));
      if (step.one && place(*step.begin) < 0) return;
      for (std::int64_t i = begin; i < std::min(end, size); ++i) {
        add((*value.array())[static_cast<std::size_t>(i)]);
      }
      return;
    }
    case Step::Kind::Filter:
      break;
  }
  if (!value.array()) return;
  for (const Json& element : *value.array()) {
    const Json* found = &element;
    for (const std::string& name : step.path) {
      found = found != nullptr ? found->find(name) : nullptr;
    }
    if (found == nullptr) continue;
    const bool equal = text_of(*found) == step.wanted;
    if (step.comparison == Step::Comparison::Exists ||
        equal == (step.comparison == Step::Comparison::Equal)) {
      add(element);
    }
  }
}

std::vector<const Json*> JsonPath::find(const Json& object) const {
  std::vector<const Json*> found{&object};
  for (const Step& step : steps_) {
    std::vector<const Json*> next;
    for (const Json* value : found) take(step, *value, next);
    found = std::move(next);
  }
  return found;
}

}  // namespace kaudit::apiserver::objects::table
