// Headers of impersonation, a line each: NAME:VALUE.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "apiserver/identity/impersonation_headers.hpp"
#include "base/text/list.hpp"

using namespace kaudit::apiserver;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  http::Headers headers;
  for (std::string_view line : kaudit::split(text, '\n')) {
    const std::string_view name = kaudit::take_until(line, ':');
    headers.add(std::string(name), std::string(line));
  }
  using identity::ImpersonationWording;
  const auto newer = identity::read_impersonation(headers, ImpersonationWording::Constrained);
  const auto older = identity::read_impersonation(headers, ImpersonationWording::Legacy);
  // They differ in words only.
  if (newer.has_value() != older.has_value()) std::abort();
  if (newer && *newer && (*newer)->username.empty()) std::abort();
  identity::remove_impersonation(headers);
  const auto after = identity::read_impersonation(headers, ImpersonationWording::Constrained);
  if (!after || *after) std::abort();
  return 0;
}
