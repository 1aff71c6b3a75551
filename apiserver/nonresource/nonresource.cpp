#include "apiserver/nonresource/nonresource.hpp"

#include <utility>

#include "apiserver/nonresource/metrics_page.hpp"
#include "apiserver/nonresource/version.hpp"
#include "base/json/json_text.hpp"

namespace kaudit::apiserver::nonresource {
namespace {

using boost::asio::awaitable;

awaitable<void> version(RequestScope& scope) {
  co_await scope.response.send(200, "application/json", version_document());
}

awaitable<void> metrics(RequestScope& scope, const NonResourceOptions* options) {
  std::vector<prometheus::MetricFamily> of_backends;
  if (options->backend_metrics) of_backends = options->backend_metrics();
  co_await scope.response.send(200, "text/plain; version=0.0.4; charset=utf-8",
                               metrics_text(*options->counters, std::move(of_backends)));
}

awaitable<void> path_list(RequestScope& scope, int status, const std::string* document) {
  co_await scope.response.send(status, "application/json", *document);
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
  add("/metrics", [options = &options_](RequestScope& scope) { return metrics(scope, options); });
  add_openapi();
  if (options_.debug_endpoints) add_debug();
  path_list_ = list_of(endpoints_);
  add("/", [this](RequestScope& scope) { return path_list(scope, 200, &path_list_); });
}

awaitable<void> NonResource::handle(RequestScope& scope) const {
  std::string_view path = scope.info.path;
  auto found = endpoints_.find(path);
  // Discovery's documents are also found with a slash behind them.
  if (found == endpoints_.end() && path.size() > 1 && path.ends_with('/') &&
      path.starts_with("/api")) {
    path.remove_suffix(1);
    found = endpoints_.find(path);
  }
  if (found == endpoints_.end()) return not_found(scope);
  return found->second(scope);
}

awaitable<void> NonResource::not_found(RequestScope& scope) const {
  return path_list(scope, 404, &path_list_);
}

}  // namespace kaudit::apiserver::nonresource
