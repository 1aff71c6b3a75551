// The head parser and the body decoder on any bytes: no crash, and the same result however the
// bytes are cut, and whether or not the same head came before.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "apiserver/http/request_head.hpp"
#include "base/http1/transfer_coding.hpp"

namespace {

using namespace kaudit::apiserver::http;
using kaudit::http1::BodyDecoder;

struct Outcome {
  RequestHeadParser::Progress progress = RequestHeadParser::Progress::NeedMore;
  std::string refusal;
  std::size_t headers = 0;
  BodyDecoder::State state = BodyDecoder::State::NeedMore;
  std::string body;

  bool operator==(const Outcome&) const = default;
};

/// `again`: behind a head of the same bytes.
Outcome run(std::string_view input, std::size_t step, bool again = false) {
  Outcome outcome;
  UsedHead used;
  if (again) {
    RequestHeadParser before(512, LeadingNewlines::Skip);
    if (before.parse(input) == RequestHeadParser::Progress::Done) {
      used = {std::move(before.head()), before.take_lines()};
    }
  }
  RequestHeadParser parser(512, LeadingNewlines::Skip, std::move(used));
  std::size_t received = 0;
  while (received < input.size() && outcome.progress == RequestHeadParser::Progress::NeedMore) {
    received = std::min(received + step, input.size());
    outcome.progress = parser.parse(input.substr(0, received));
  }
  outcome.refusal = parser.refusal().status;
  outcome.headers = parser.head().request.headers.lines().size();
  if (outcome.progress != RequestHeadParser::Progress::Done) {
    return outcome;
  }
  BodyDecoder decoder(parser.head().body);
  std::size_t taken = parser.size();
  while (taken < input.size() && decoder.state() == BodyDecoder::State::NeedMore) {
    received = std::min(std::max(received, taken) + step, input.size());
    taken += decoder.decode(input.substr(taken, received - taken), &outcome.body);
  }
  outcome.state = decoder.state();
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const Outcome whole = run(input, input.size() + 1);
  if (!(run(input, input.size() + 1, true) == whole)) {
    std::abort();
  }
  for (const std::size_t step : {1, 2, 7}) {
    if (!(run(input, step) == whole)) {
      std::abort();
    }
  }
  return 0;
}
