// The tar reader on any bytes: no crash, and the same entries however the bytes are cut.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "apiserver/streaming/process/tar.hpp"

namespace {

using kaudit::apiserver::streaming::process::TarEntry;
using kaudit::apiserver::streaming::process::TarReader;

std::string run(std::string_view input, std::size_t step) {
  TarReader reader;
  std::string outcome;
  for (std::size_t at = 0; at < input.size(); at += step) {
    reader.read(input.substr(at, step));
    for (const TarEntry& entry : reader.take_entries()) {
      outcome += entry.name + "|" + std::to_string(static_cast<int>(entry.entry.type)) + "|" +
                 std::to_string(entry.entry.mode) + "|" +
                 (entry.entry.content ? *entry.entry.content : "-") + "\n";
    }
  }
  return outcome + reader.error() + (reader.ended() ? "!" : "?");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string whole = run(input, input.size() + 1);
  for (const std::size_t step : {1, 100, 512}) {
    if (run(input, step) != whole) std::abort();
  }
  return 0;
}
