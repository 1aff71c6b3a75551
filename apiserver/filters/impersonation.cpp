#include <algorithm>
#include <cctype>
#include <string_view>

#include "apiserver/answer.hpp"
#include "apiserver/filters/filters.hpp"

namespace kaudit::apiserver::filters {
namespace {

bool impersonates(const http::Header& header) {
  constexpr std::string_view kPrefix = "impersonate-";
  return header.name.size() >= kPrefix.size() &&
         std::equal(kPrefix.begin(), kPrefix.end(), header.name.begin(), [](char want, char have) {
           return want == std::tolower(static_cast<unsigned char>(have));
         });
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
