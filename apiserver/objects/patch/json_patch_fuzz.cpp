// Two JSON values, a line each, as document and JSON Patch. What comes out must be JSON that reads
// back, and the same every time.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "apiserver/objects/patch/json_patch.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kaudit::apiserver::objects;
  using namespace kaudit::apiserver::objects::patch;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = text.find('\n');
  if (line == std::string_view::npos) return 0;
  const auto document = Json::parse(text.substr(0, line));
  const auto patch = JsonPatch::parse(text.substr(line + 1));
  if (!document || !patch || (!document->object() && !document->array())) return 0;
  const auto once = patch->apply(*document);
  const auto again = patch->apply(*document);
  if (once.has_value() != again.has_value()) std::abort();
  if (!once) return 0;
  if (!(*once == *again)) std::abort();
  const auto read = Json::parse(once->dump());
  if (read ? !(*read == *once) : read.error().message != "exceeded max depth") std::abort();
  return 0;
}
