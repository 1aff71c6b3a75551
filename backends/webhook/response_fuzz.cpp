// A receiver may answer anything: it is read the same whatever its pieces, in bounded memory, and
// there is a verdict on it.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "backends/webhook/response_reader.hpp"
#include "backends/webhook/response_verdict.hpp"

namespace {

using namespace kaudit::backends::webhook;

ResponseReader read(std::string_view text, std::size_t step) {
  ResponseReader reader;
  for (std::size_t at = 0; at < text.size(); at += step) reader.feed(text.substr(at, step));
  reader.end_of_input();
  return reader;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const ResponseReader whole = read(text, text.size() + 1);
  if (whole.state() == ResponseReader::State::NeedMore) std::abort();
  if (whole.response().body.size() > ResponseReader::kMaxKeptBody) std::abort();
  const ResponseReader pieces = read(text, 1);
  if (pieces.state() != whole.state() || pieces.response().body != whole.response().body ||
      pieces.response().status != whole.response().status || pieces.error() != whole.error()) {
    std::abort();
  }
  if (whole.state() == ResponseReader::State::Done) {
    const auto refused = refusal(whole.response());
    if (refused && whole.response().status == 200 && whole.response().content_type.empty()) {
      std::abort();
    }
    (void)retry_after(whole.response());
  }
  return 0;
}
