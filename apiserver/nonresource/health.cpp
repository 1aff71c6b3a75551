#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/nonresource/nonresource.hpp"

namespace kaudit::apiserver::nonresource {
namespace {

/// A server that answers at all is healthy: its store is its own memory. The names are those that
/// probes and scripts ask a real server for.
constexpr std::string_view kChecks[] = {"ping", "log", "etcd"};

http::Response text(std::string body) {
  http::Response response(200, {}, std::move(body));
  response.headers.set("Content-Type", "text/plain; charset=utf-8");
  return response;
}

std::string listed(const std::vector<std::string_view>& excluded) {
  std::string body;
  for (const std::string_view check : kChecks) {
    const bool skip = std::find(excluded.begin(), excluded.end(), check) != excluded.end();
    body += "[+]" + std::string(check) + (skip ? " excluded: ok\n" : " ok\n");
  }
  return body;
}

http::Response passed(const RequestScope& scope, std::string_view name) {
  if (!scope.url.has_parameter("verbose")) return text("ok");
  return text(listed(scope.url.parameters("exclude")) + std::string(name) + " check passed\n");
}

/// A server on its way down says so to anyone who asks whether it is ready.
http::Response failed(const RequestScope& scope, std::string_view name) {
  http::Response response =
      text(listed(scope.url.parameters("exclude")) + "[-]shutdown failed: reason withheld\n" +
           std::string(name) + " check failed\n");
  response.status = 500;
  return response;
}

Answer group(const RequestScope& scope, std::string_view name, bool fails) {
  http::Response response = fails ? failed(scope, name) : passed(scope, name);
  response.headers.set("X-Content-Type-Options", "nosniff");
  return Answer(std::move(response));
}

boost::asio::awaitable<Answer> one_check(RequestScope& /*scope*/) {
  return ready(Answer(text("ok")));
}

}  // namespace

void NonResource::add_health() {
  for (const std::string_view name : {"healthz", "livez", "readyz"}) {
    const std::string path = "/" + std::string(name);
    add(path, [this, name](RequestScope& scope) {
      const bool fails = name == "readyz" && options_.is_stopping && options_.is_stopping();
      return ready(group(scope, name, fails));
    });
    for (const std::string_view check : kChecks) add(path + "/" + std::string(check), one_check);
  }
}

}  // namespace kaudit::apiserver::nonresource
