#include "base/text/text_writer.hpp"

#include <charconv>
#include <utility>

namespace kaudit {

// Apart, so that what comes before it is small enough to be inlined.
void TextWriter::flush() { out_.append(buffer_.data(), std::exchange(used_, 0)); }

std::string_view TextWriter::finish() {
  if (out_.empty()) return {buffer_.data(), used_};
  flush();
  return out_;
}

void TextWriter::append_long(std::string_view text) {
  flush();
  if (text.size() > kCapacity / 2) {
    out_.append(text);
  } else {
    raw(text);
  }
}

void TextWriter::integer(std::int64_t value) {
  constexpr std::size_t kMostDigits = 20;  // with its sign
  make_room(kMostDigits);
  skip(static_cast<std::size_t>(std::to_chars(next(), next() + kMostDigits, value).ptr - next()));
}

}  // namespace kaudit
