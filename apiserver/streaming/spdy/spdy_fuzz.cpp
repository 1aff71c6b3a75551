// A SPDY session on any bytes: no crash, bounded memory, and the same events however the bytes are
// cut.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "apiserver/streaming/spdy/session.hpp"

namespace {

using kaudit::apiserver::streaming::spdy::Event;
using kaudit::apiserver::streaming::spdy::Session;

struct Outcome {
  std::string events;
  bool over = false;
  bool operator==(const Outcome&) const = default;
};

Outcome run(std::string_view input, std::size_t step) {
  Session session;
  Outcome outcome;
  std::string pending;
  std::uint32_t last_data = 0;
  for (std::size_t at = 0; at < input.size() && !session.over(); at += step) {
    pending += input.substr(at, step);
    for (std::size_t taken = 1; taken > 0 && !session.over();) {
      taken = session.read(pending);
      pending.erase(0, taken);
      for (const Event& event : session.take_events()) {
        // How data is cut into events is not the same.
        if (event.kind == Event::Kind::Data && event.stream == last_data) {
          outcome.events += event.data;
          continue;
        }
        last_data = event.kind == Event::Kind::Data ? event.stream : 0;
        outcome.events += "|" + std::to_string(static_cast<int>(event.kind)) + ":" +
                          std::to_string(event.stream) + ":" + event.data;
        if (event.kind == Event::Kind::Opened) {
          session.accept(event.stream);
          session.send(event.stream, "hello");
        }
      }
    }
    if (session.take_output().size() > (std::size_t{1} << 20U)) std::abort();
  }
  outcome.over = session.over();
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const Outcome whole = run(input, input.size() + 1);
  for (const std::size_t step : {1, 7}) {
    if (!(run(input, step) == whole)) std::abort();
  }
  return 0;
}
