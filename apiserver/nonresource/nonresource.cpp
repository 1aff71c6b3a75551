#include "apiserver/nonresource/nonresource.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "apiserver/nonresource/metrics_page.hpp"
#include "apiserver/nonresource/version.hpp"
#include "base/json/json_text.hpp"

namespace kaudit::apiserver::nonresource {
namespace {

using boost::asio::awaitable;

awaitable<Answer> version(RequestScope& /*scope*/) {
  return ready(Answer::text(200, "application/json", version_document()));
}

Answer metrics(const NonResourceOptions& options) {
  std::vector<prometheus::MetricFamily> of_backends;
  if (options.backend_metrics) of_backends = options.backend_metrics();
  return Answer::text(200, "text/plain; version=0.0.4; charset=utf-8",
                      metrics_text(*options.counters, std::move(of_backends)));
}

Answer path_list(int status, const std::string& document) {
  return Answer::text(status, "application/json", document);
}

template <typename Paths>
std::string list_of(const Paths& paths) {
  std::string text = "{\n  \"paths\": [";
  for (const auto& [path, endpoint] : paths) {
    if (path.starts_with("/openapi/v3/")) continue;  // their index has them
    text += text.back() == '[' ? "\n    " : ",\n    ";
    append_json_string(text, path);
  }
  return text + "\n  ]\n}";
}

}  // namespace

NonResource::NonResource(NonResourceOptions options) : options_(std::move(options)) {
  add_discovery();
  add_health();
  add("/version", version);
  add("/metrics", [this](RequestScope&) { return ready(metrics(options_)); });
  add_openapi();
  add_openid();
  if (options_.debug_endpoints) add_debug();
  path_list_ = list_of(endpoints_);
  add("/", [this](RequestScope&) { return ready(path_list(200, path_list_)); });
}

awaitable<Answer> NonResource::handle(RequestScope& scope) const {
  std::string_view path = scope.info.path;
  auto found = endpoints_.find(path);
  // What a real server registers with go-restful, or as a prefix, is also found with a slash after
  // it: discovery, the version, the index of OpenAPI v3. Its plain paths, /healthz say, are not.
  constexpr std::string_view kWithSlash[] = {
      "/version/", "/openapi/v3/", "/.well-known/openid-configuration/", "/openid/v1/jwks/"};
  if (found == endpoints_.end() && path.size() > 1 && path.ends_with('/') &&
      (path.starts_with("/api") ||
       std::find(std::begin(kWithSlash), std::end(kWithSlash), path) != std::end(kWithSlash))) {
    path.remove_suffix(1);
    found = endpoints_.find(path);
  }
  if (found == endpoints_.end()) {
    if (auto answer = custom_discovery(scope, path)) return ready(*std::move(answer));
    if (auto answer = custom_openapi(scope, path)) return ready(*std::move(answer));
    return ready(path_list(404, path_list_));
  }
  return found->second(scope);
}

}  // namespace kaudit::apiserver::nonresource
