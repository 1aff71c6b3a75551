// The grammar against itself: what is accepted, compacted and walked over is the same value, and
// what is refused says so in both wordings.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/json/compact_json.hpp"
#include "base/json/json_scanner.hpp"
#include "base/json/json_string.hpp"
#include "base/json/json_text.hpp"
#include "base/json/json_walk.hpp"

namespace {

/// Decodes each string, writes it, and decodes it again.
class RoundTrip : public kaudit::JsonHandler {
 public:
  void string(std::string_view raw) {
    std::string text;
    kaudit::decode_json_string(text, raw);
    std::string quoted;
    kaudit::append_json_string(quoted, text);
    std::string again;
    kaudit::decode_json_string(again, std::string_view(quoted).substr(1, quoted.size() - 2));
    if (again != text) std::abort();
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  RoundTrip handler;
  kaudit::JsonScanner scanner(text, handler);
  const bool accepted = scanner.run();
  const auto compact = kaudit::compact_json(text);
  if (compact.has_value() != accepted) std::abort();
  if (!accepted) {
    if (scanner.fault().offset > size) std::abort();
    if (describe(scanner.fault(), text).empty()) std::abort();
    if (describe_as_go(scanner.fault(), text).empty()) std::abort();
    return 0;
  }
  const char* const end = compact->data() + compact->size();
  if (kaudit::pass_json_value(compact->data(), end) != end) std::abort();
  return 0;
}
