#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "base/text/quote.hpp"
#include "base/text/spelling.hpp"
#include "cli/policy/input/request_forms.hpp"

namespace kaudit::cli {
namespace {

constexpr std::array<std::string_view, 9> kMethods{"GET",  "POST",    "PUT",     "PATCH", "DELETE",
                                                   "HEAD", "OPTIONS", "CONNECT", "TRACE"};

/// The method behind a verb that is not itself a method, and what the query must have with it.
struct VerbMethod {
  std::string_view verb, method, query;
};
constexpr std::array<VerbMethod, 5> kVerbMethods{{{"list", "GET", ""},
                                                  {"watch", "GET", "watch=1"},
                                                  {"create", "POST", ""},
                                                  {"update", "PUT", ""},
                                                  {"deletecollection", "DELETE", ""}}};

std::string capitals(std::string_view word) {
  std::string text(word);
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

std::string not_a_method(const std::string& word, const std::string& target) {
  const auto* verb = std::ranges::find(kVerbMethods, word, &VerbMethod::verb);
  if (verb != kVerbMethods.end()) {
    std::string path = target;
    if (!verb->query.empty()) {
      path += (path.find('?') == std::string::npos ? "?" : "&") + std::string(verb->query);
    }
    return go_quoted(word) + " is a verb of Kubernetes and not a method: write " +
           std::string(verb->method) + " " + path + ", or " + word + " RESOURCE";
  }
  const std::string_view near = nearest(capitals(word), kMethods);
  if (!near.empty()) {
    return go_quoted(word) + " is not a method: did you mean " + std::string(near) + "?";
  }
  return go_quoted(word) +
         " is not a method: there are GET, POST, PUT, PATCH, DELETE, HEAD, "
         "OPTIONS, CONNECT, TRACE";
}

}  // namespace

Result<WireRequest> read_http_form(const std::vector<std::string>& words) {
  if (words.empty() || words.size() > 2) return fail(std::string(kRequestForm));
  WireRequest request{words.size() == 2 ? words.front() : "GET", words.back()};
  const std::size_t scheme = request.target.find("://");
  if (scheme != std::string::npos && request.target.find('/') == scheme + 1) {
    // What a client sends of a whole URL: without the server's name and without the fragment.
    const std::size_t path = request.target.find_first_of("/?#", scheme + 3);
    request.target = path == std::string::npos ? "/" : request.target.substr(path);
    request.target.resize(std::min(request.target.find('#'), request.target.size()));
    if (!request.target.starts_with('/')) request.target.insert(0, "/");
  }
  if (!request.target.starts_with('/')) {
    return fail(go_quoted(request.target) + " is not a path: did you mean /" + request.target +
                "? (" + std::string(kRequestForm) + ")");
  }
  const std::string method = capitals(request.method);
  if (std::ranges::find(kMethods, method) == kMethods.end()) {
    return fail(not_a_method(request.method, request.target));
  }
  request.method = method;
  return request;
}

}  // namespace kaudit::cli
