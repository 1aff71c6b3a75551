// What was decoded and encoded once is a fixed point of both; events and legacy lines are one line
// each.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "audit/decoder.hpp"
#include "audit/encoder.hpp"

namespace {

constexpr std::int64_t kYear0 = -62'167'219'200;
constexpr std::int64_t kYear10000 = 253'402'300'800;

/// An offset can move a time out of the years 0 to 9999; such a time is written, but not read
/// again.
bool is_readable(kaudit::Timestamp time) {
  return time.seconds >= kYear0 && time.seconds < kYear10000;
}

}  // namespace

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
  std::string legacy;
  append_legacy_line(legacy, *event);
  if (legacy.find('\n') != legacy.size() - 1) std::abort();

  if (!is_readable(event->request_received_timestamp) || !is_readable(event->stage_timestamp)) {
    return 0;
  }
  const auto again = decode_event(once);
  if (!again) std::abort();
  std::string twice;
  append_event(twice, *again);
  if (twice != once) std::abort();
  return 0;
}
