#include <cstddef>
#include <string>

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

#include "apiserver/filters/filters.hpp"

namespace kaudit::apiserver::filters {

namespace {

/// Bytes of the filters' headers and of the handler's own.
constexpr std::size_t kUsualAnswerHeaders = 160;

}  // namespace

awaitable<Answer> audit_id(RequestScope& scope, Next next) {
  const auto given = scope.request().headers.first("Audit-ID");
  if (given && !given->empty()) {
    scope.audit_id = *given;
  } else {
    thread_local boost::uuids::random_generator_mt19937 generator;
    scope.audit_id = to_string(generator());
  }
  scope.headers.reserve(kUsualAnswerHeaders);
  // A value that came as a header is a legal header value: the connection refuses all others.
  scope.headers.set("Audit-Id", scope.audit_id);
  return next(scope);
}

}  // namespace kaudit::apiserver::filters
