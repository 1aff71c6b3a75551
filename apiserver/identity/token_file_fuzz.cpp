// A static token file.
#include <cstdint>
#include <cstdlib>

#include "apiserver/identity/token_file.hpp"
#include "base/text/csv.hpp"

using namespace kaudit::apiserver::identity;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto file = TokenFile::parse(text);
  if (!file) {
    return 0;
  }
  const auto records = kaudit::parse_csv(text).value();
  // Every record's token but the empty one has a user.
  for (const auto& record : records) {
    const auto& token = record.fields.front();
    if ((file->find(token) == nullptr) != token.empty()) {
      std::abort();
    }
  }
  return 0;
}
