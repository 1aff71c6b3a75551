#include <algorithm>
#include <cctype>
#include <string_view>

#include "apiserver/answers.hpp"
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

awaitable<void> impersonation(RequestScope& scope, const Services& /*services*/, Next next) {
  const auto& lines = scope.request().headers.lines();
  const auto found = std::find_if(lines.begin(), lines.end(), impersonates);
  if (found == lines.end()) {
    co_await next(scope);
    co_return;
  }
  audit::Status status =
      failure(403, "Forbidden",
              "impersonation is not part of this server yet: send the request without the header " +
                  found->name);
  status.details.emplace();
  http::Headers headers;
  headers.set("X-Content-Type-Options", "nosniff");
  co_await answer_status(scope, status, std::move(headers));
}

}  // namespace kaudit::apiserver::filters
