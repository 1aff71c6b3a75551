// Seeds and faults from any bytes: no crash, no object without a kind, every error with its place.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "apiserver/testapi/fault.hpp"
#include "apiserver/testapi/seeds/seed_documents.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kaudit;
  using namespace kaudit::apiserver;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<testapi::SeedObject> objects;
  std::vector<Error> errors;
  testapi::read_seed_text("f", text, objects, errors);
  for (const testapi::SeedObject& object : objects) {
    if (object.kind.empty() || object.api_version.empty()) __builtin_trap();
    static_cast<void>(object.place_of(text.substr(0, 64)));
  }
  for (const Error& error : errors) {
    if (!error.message.starts_with("f: document ")) __builtin_trap();
  }
  if (const auto json = objects::Json::parse(text)) {
    if (const auto fault = testapi::read_fault(*json)) {
      const auto again = testapi::read_fault(testapi::fault_json(*fault));
      if (!again) __builtin_trap();
    }
  }
  return 0;
}
