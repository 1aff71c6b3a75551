#include <algorithm>
#include <string_view>

#include "apiserver/answer.hpp"
#include "apiserver/filters/filters.hpp"
#include "base/text/ascii.hpp"

namespace kaudit::apiserver::filters {
namespace {

bool impersonates(const http::Header& header) {
  constexpr std::string_view kPrefix = "impersonate-";
  return equals_ignoring_case(std::string_view(header.name).substr(0, kPrefix.size()), kPrefix);
}

}  // namespace

awaitable<Answer> impersonation(RequestScope& scope, Next next) {
  const auto& lines = scope.request().headers.lines();
  const auto found = std::find_if(lines.begin(), lines.end(), impersonates);
  if (found == lines.end()) return next(scope);
  audit::Status status =
      failure(403, "Forbidden",
              "impersonation is not part of this server yet: send the request without the header " +
                  found->name);
  status.details.emplace();
  http::Headers headers;
  headers.set("X-Content-Type-Options", "nosniff");
  return ready(status_answer(std::move(status), std::move(headers)));
}

}  // namespace kaudit::apiserver::filters
