// WebSocket frames and the channels in them on any bytes: no crash, and the same data however the
// bytes are cut.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "apiserver/streaming/channel_messages.hpp"

namespace {

using namespace kaudit::apiserver::streaming;

struct Outcome {
  std::array<std::string, 256> channels;
  std::string sent;
  bool over = false;
  bool operator==(const Outcome&) const = default;
};

Outcome run(std::string_view input, std::size_t step, ChannelCoding coding) {
  ChannelMessages messages(coding, ChannelEnd::Signalled);
  Outcome outcome;
  std::string pending;
  for (std::size_t at = 0; at < input.size() && !messages.over(); at += step) {
    pending += input.substr(at, step);
    for (std::size_t taken = 1; taken > 0 && !messages.over();) {
      taken = messages.read(pending);
      pending.erase(0, taken);
      for (const auto& piece : messages.take_pieces()) {
        outcome.channels.at(piece.channel) += piece.data + (piece.ends ? "!" : "");
      }
    }
  }
  outcome.sent = messages.take_output();
  outcome.over = messages.over();
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  for (const ChannelCoding coding : {ChannelCoding::Binary, ChannelCoding::Base64}) {
    const Outcome whole = run(input, input.size() + 1, coding);
    for (const std::size_t step : {1, 7}) {
      if (!(run(input, step, coding) == whole)) std::abort();
    }
  }
  return 0;
}
