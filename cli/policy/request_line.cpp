#include <algorithm>
#include <cctype>
#include <utility>

#include "apiserver/request/request_info.hpp"
#include "base/text/quote.hpp"
#include "cli/policy/request_attributes.hpp"

namespace kaudit::cli {
namespace {

constexpr std::string_view kForm =
    "a request is written METHOD PATH [--as USER] [--group GROUP]… [--unauthenticated]";

Result<std::vector<std::string>> words_of(std::string_view line) {
  std::vector<std::string> words;
  bool in_word = false;
  char quote = '\0';
  for (const char c : line) {
    if (quote != '\0') {
      if (c == quote) {
        quote = '\0';
      } else {
        words.back() += c;
      }
      continue;
    }
    if (std::isspace(static_cast<unsigned char>(c)) != 0) {
      in_word = false;
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    if (c == '"' || c == '\'') {
      quote = c;
    } else {
      words.back() += c;
    }
  }
  if (quote != '\0') return fail(std::string("a quote ") + quote + " is not closed");
  return words;
}

/// The words of a line, sorted by what they are.
struct Line {
  std::vector<std::string> positional;
  std::optional<std::string> as;
  std::vector<std::string> groups;
  bool unauthenticated = false;
};

Result<Line> sorted(const std::vector<std::string>& words) {
  Line line;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string name = words[i];
    if (!name.starts_with("--")) {
      line.positional.push_back(std::move(name));
      continue;
    }
    if (name == "--unauthenticated") {
      line.unauthenticated = true;
      continue;
    }
    std::string value;
    if (const std::size_t equals = name.find('='); equals != std::string::npos) {
      value = name.substr(equals + 1);
      name.resize(equals);
    } else if (i + 1 < words.size()) {
      value = words[++i];
    } else {
      return fail(name + " needs a value");
    }
    if (name == "--as") {
      line.as = std::move(value);
    } else if (name == "--group" || name == "--as-group") {
      line.groups.push_back(std::move(value));
    } else {
      return fail("unknown option " + name + ": " + std::string(kForm));
    }
  }
  return line;
}

void add_once(std::vector<std::string>& groups, std::string group) {
  if (std::ranges::find(groups, group) == groups.end()) groups.push_back(std::move(group));
}

bool is_method(std::string_view word) {
  return !word.empty() &&
         std::ranges::all_of(word, [](unsigned char c) { return std::isalpha(c) != 0; });
}

std::string no_request(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return go_quoted(text) + " is no request: " + std::string(kForm);
}

std::optional<audit::UserInfo> user_of(const Line& line) {
  if (line.unauthenticated) return std::nullopt;
  return user_with_groups(line.as.value_or("somebody"), line.groups);
}

}  // namespace

audit::UserInfo user_with_groups(std::string name, std::vector<std::string> groups) {
  constexpr std::string_view kServiceAccount = "system:serviceaccount:";
  audit::UserInfo user;
  user.groups = std::move(groups);
  if (name.starts_with(kServiceAccount)) {
    const std::string_view rest = std::string_view(name).substr(kServiceAccount.size());
    add_once(user.groups, "system:serviceaccounts");
    add_once(user.groups, "system:serviceaccounts:" + std::string(rest.substr(0, rest.find(':'))));
  }
  add_once(user.groups,
           name == "system:anonymous" ? "system:unauthenticated" : "system:authenticated");
  user.username = std::move(name);
  return user;
}

Result<RequestAttributes> read_request_line(std::string_view text) {
  const auto words = words_of(text);
  if (!words) return tl::unexpected(words.error());
  return read_request_words(*words);
}

Result<RequestAttributes> read_request_words(const std::vector<std::string>& words) {
  auto line = sorted(words);
  if (!line) return tl::unexpected(line.error());
  if (line->unauthenticated && (line->as || !line->groups.empty())) {
    return fail("--unauthenticated is a login that failed: it has neither --as nor --group");
  }
  std::vector<std::string>& positional = line->positional;
  if (positional.size() == 1) positional.insert(positional.begin(), "GET");
  if (positional.size() != 2 || !is_method(positional[0]) || !positional[1].starts_with('/')) {
    return fail(no_request(words));
  }
  const auto url = apiserver::request::Url::parse(positional[0], positional[1]);
  if (!url) return fail("the URL is refused with 400, without an event: " + url.error().message);
  auto info = apiserver::request::make_request_info(positional[0], *url);
  if (!info) return fail("the server answers 500, without an event: " + info.error().message);
  return RequestAttributes{user_of(*line),
                           std::move(info->verb),
                           info->is_resource_request,
                           std::move(info->api_group),
                           std::move(info->api_version),
                           std::move(info->resource),
                           std::move(info->subresource),
                           std::move(info->ns),
                           std::move(info->name),
                           std::move(info->path)};
}

}  // namespace kaudit::cli
