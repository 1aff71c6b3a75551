// Whatever the bytes, reading ends, lines do not go backwards, and an event's text is in the
// bounds.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "audit/reader/log_reader.hpp"

// The name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data,  // NOLINT(readability-identifier-naming)
                                      size_t size) {
  using namespace kaudit::audit::reader;  // NOLINT(google-build-using-namespace): a main
  LogReader reader(kaudit::memory_source({reinterpret_cast<const char*>(data), size}), "fuzz");
  std::size_t entries = 0;
  while (const LogEntry* const entry = reader.next()) {
    // Each takes a byte at least, unpacked 1032 times as many as gzip has.
    if (++entries > 1100 * (size + 1)) std::abort();
    if (entry->kind == EntryKind::Event) {
      if (entry->event.empty()) std::abort();
      (void)decode_entry(*entry);
    } else if (entry->reason.empty()) {
      std::abort();
    }
  }
  return 0;
}
