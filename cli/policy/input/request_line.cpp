#include <algorithm>
#include <cctype>
#include <utility>

#include "apiserver/request/request_info.hpp"
#include "base/text/ascii.hpp"
#include "base/text/quote.hpp"
#include "cli/policy/input/named_resource.hpp"
#include "cli/policy/input/request_attributes.hpp"
#include "cli/policy/input/request_forms.hpp"

namespace kaudit::cli {
namespace {

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

/// The words of a line: who asks, and what is left.
struct Line {
  std::vector<std::string> rest;
  std::optional<std::string> as;
  std::vector<std::string> groups;
  bool unauthenticated = false;
};

Result<Line> sorted(const std::vector<std::string>& words) {
  Line line;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--") {  // what follows is a container's command
      line.rest.insert(line.rest.end(), words.begin() + static_cast<std::ptrdiff_t>(i),
                       words.end());
      break;
    }
    if (words[i] == "--unauthenticated") {
      line.unauthenticated = true;
      continue;
    }
    const std::size_t equals = words[i].find('=');
    const std::string name = words[i].substr(0, equals);
    if (name != "--as" && name != "--group" && name != "--as-group") {
      line.rest.push_back(words[i]);
      continue;
    }
    std::string value;
    if (equals != std::string::npos) {
      value = words[i].substr(equals + 1);
    } else if (i + 1 < words.size()) {
      value = words[++i];
    } else {
      return fail(name + " needs a value");
    }
    if (name == "--as") {
      line.as = std::move(value);
    } else {
      line.groups.push_back(std::move(value));
    }
  }
  return line;
}

void add_once(std::vector<std::string>& groups, std::string group) {
  if (std::ranges::find(groups, group) == groups.end()) groups.push_back(std::move(group));
}

std::string no_request(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return go_quoted(text) + " is not a request: " + std::string(kRequestForm);
}

bool is_path(std::string_view word) {
  return word.starts_with('/') || word.find("://") != std::string_view::npos;
}

/// What the words ask for, in whichever form.
Result<WireRequest> wire_request(std::vector<std::string> words) {
  if (!words.empty() && words.front() == "$") words.erase(words.begin());  // a shell's prompt
  if (words.empty()) return fail(no_request(words));
  const std::string first = words.front();
  const std::vector<std::string> others(words.begin() + 1, words.end());
  if (first == "curl") return read_curl_form(others);
  if (first == "kubectl" || first == "oc" || first == "k") return read_kubectl_form(others);
  const bool named = words.size() > 1 && !is_path(words[1]);
  if (named && is_kubernetes_verb(first)) return read_verb_form(words);
  if (named && is_kubernetes_verb(lower_case(first)) && find_named(words[1])) {
    return fail(go_quoted(first + " " + words[1]) + " has no path: did you mean " +
                lower_case(first) + " " + words[1] + "?");
  }
  for (const std::string& word : words) {
    if (word.starts_with("--")) {
      return fail("unknown option " + word + ": " + std::string(kRequestForm));
    }
  }
  if (words.size() > 2 || (words.size() == 1 && first.find('/') == std::string::npos)) {
    return fail(no_request(words));
  }
  return read_http_form(words);
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
  const auto wire = wire_request(line->rest);
  if (!wire) return tl::unexpected(wire.error());
  const auto url = apiserver::request::Url::parse(wire->method, wire->target);
  if (!url) return fail("the URL is refused with 400, without an event: " + url.error().message);
  const auto info = apiserver::request::make_request_info(wire->method, *url);
  if (!info) return fail("the server answers 500, without an event: " + info.error().message);
  return RequestAttributes{user_of(*line),
                           std::string(info->verb),
                           info->is_resource_request,
                           std::string(info->api_group),
                           std::string(info->api_version),
                           std::string(info->resource),
                           std::string(info->subresource),
                           std::string(info->ns),
                           std::string(info->name),
                           std::string(info->path)};
}

}  // namespace kaudit::cli
