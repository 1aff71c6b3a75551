// Compact text compacts to itself, agrees with what came in, and can be walked over.
#include <cstdint>
#include <cstdlib>

#include "audit/strip_managed_fields.hpp"
#include "base/json/json_cursor.hpp"
#include "base/json/raw_json.hpp"

// The name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data,  // NOLINT(readability-identifier-naming)
                                      size_t size) {
  using kaudit::RawJson;
  const auto once = RawJson::parse({reinterpret_cast<const char*>(data), size});
  if (!once) return 0;
  const auto twice = RawJson::parse(once->view());
  if (!twice || twice->view() != once->view()) std::abort();

  kaudit::JsonCursor cursor(once->view());
  if (cursor.skip() != once->view()) std::abort();

  const RawJson stripped = kaudit::audit::without_managed_fields(*once);
  const auto valid = RawJson::parse(stripped.view());
  if (!valid || valid->view() != stripped.view()) std::abort();
  if (kaudit::audit::without_managed_fields(stripped).view() != stripped.view()) std::abort();
  return 0;
}
