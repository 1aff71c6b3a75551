// Whatever can be read can be written as JSON and read again, to the same JSON.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/yaml/json_document.hpp"
#include "base/yaml/to_json.hpp"
#include "base/yaml/yaml_reader.hpp"

namespace {

std::string json_of(const kaudit::yaml::Document& document) {
  std::string json;
  append_json(json, *document.root);
  return json;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)kaudit::yaml::read_json(text);
  const auto document = kaudit::yaml::read_yaml(text);
  if (!document) return 0;
  const std::string json = json_of(*document);
  const auto again = kaudit::yaml::read_json(json);
  if (!again || json_of(*again) != json) std::abort();
  return 0;
}
