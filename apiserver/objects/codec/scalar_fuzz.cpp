// Any text as a quantity, a time or a number: what comes out must come out as itself again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/codec/quantity.hpp"
#include "base/text/rfc3339.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kaudit::apiserver::objects;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto quantity = canonical_quantity(text)) {
    const auto again = canonical_quantity(*quantity);
    if (!again || *again != *quantity) std::abort();
  }
  for (const auto form : {kaudit::TimeForm::Time, kaudit::TimeForm::MicroTime}) {
    const auto time = parse_rfc3339(text, form);
    if (!time) continue;
    std::string written;
    append_rfc3339(written, *time, form);
    const auto again = parse_rfc3339(written, form);
    // Zones may push a time over the edges of the calendar that can be read.
    if (again && *again != *time) std::abort();
  }
  for (const auto* type : {"int32", "double", "duration", "intorstring", "bytes", "raw"}) {
    const auto out = convert_scalar(type, text);
    if (!out) continue;
    const auto again = convert_scalar(type, *out);
    if (!again || *again != *out) std::abort();
  }
  return 0;
}
