#include "apiserver/filters/round_lines.hpp"

#include <cstddef>
#include <string>
#include <utility>

#include "base/json/json_writer.hpp"

namespace kaudit::apiserver::filters {
namespace {

/// Of this thread; null: no event has come in this round.
std::shared_ptr<RoundLines>& under_way() {
  thread_local std::shared_ptr<RoundLines> lines;
  return lines;
}

}  // namespace

std::shared_ptr<RoundLines> RoundLines::add(http::Round& round, audit::ByLine& to,
                                            audit::Counters& counters, const audit::Event& event) {
  std::shared_ptr<RoundLines>& lines = under_way();
  if (!lines) {
    auto begun = std::make_shared<RoundLines>(round, to, counters);
    round.add(begun);
    lines = std::move(begun);
  }
  std::string& text = *lines->lines_;
  const std::size_t before = text.size();
  try {
    JsonWriter writer(text, JsonWriter::AtEnd::Drop);
    to.write_line(writer, event);
    writer.flush();
  } catch (...) {
    text.resize(before);
    throw;
  }
  return lines;
}

boost::asio::awaitable<bool> RoundLines::taken() {
  co_await round_.end();
  co_return taken_;
}

void RoundLines::go_on() noexcept {
  under_way().reset();  // the round holds on to it
  taken_ = to_.deliver_lines(*lines_);
  in_hand_.reset();
}

}  // namespace kaudit::apiserver::filters
