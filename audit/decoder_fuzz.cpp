// What was decoded and encoded once is a fixed point of both; lists and legacy lines stay one line.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "audit/decoder.hpp"
#include "audit/encoder.hpp"

// The name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data,  // NOLINT(readability-identifier-naming)
                                      size_t size) {
  using namespace kaudit::audit;  // NOLINT(google-build-using-namespace): a main of a few lines
  auto event = decode_event({reinterpret_cast<const char*>(data), size});
  if (!event) {
    if (event.error().message.find('\n') != std::string::npos) std::abort();
    return 0;
  }
  std::string once;
  append_event(once, *event);
  if (once.find('\n') != once.size() - 1) std::abort();
  const auto again = decode_event(once);
  if (!again) std::abort();
  std::string twice;
  append_event(twice, *again);
  if (twice != once) std::abort();

  std::string legacy;
  append_legacy_line(legacy, *event);
  if (legacy.find('\n') != legacy.size() - 1) std::abort();
  return 0;
}
