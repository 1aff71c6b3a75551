// Any list of arguments either parses or gives errors; it never crashes, and a second parse agrees
// with the first.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/flags/flags.hpp"

namespace {

struct Parsed {
  std::string text;
  bool flag = false;
  std::int64_t number = 1;
  float rate = 1;
  std::chrono::nanoseconds wait{1};
  std::vector<std::string> list = {"x"};
  std::vector<std::string> errors;
};

Parsed parse(const std::vector<std::string>& arguments) {
  Parsed parsed;
  kaudit::FlagSet flags;
  flags.add("text", &parsed.text, "");
  flags.add("flag", &parsed.flag, "");
  flags.add("number", &parsed.number, "");
  flags.add("rate", &parsed.rate, "");
  flags.add("wait", &parsed.wait, "");
  flags.add("list", &parsed.list, "");
  flags.deprecate("text", "gone");
  for (const kaudit::Error& error : flags.parse(arguments)) parsed.errors.push_back(error.message);
  return parsed;
}

}  // namespace

// The name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {  // NOLINT
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<std::string> arguments;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\0', at), text.size());
    arguments.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  const Parsed once = parse(arguments);
  const Parsed again = parse(arguments);
  if (once.errors != again.errors || once.list != again.list || once.number != again.number) {
    std::abort();
  }
  return 0;
}
