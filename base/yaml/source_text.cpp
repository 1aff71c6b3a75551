#include "base/yaml/source_text.hpp"

#include "base/text/unicode.hpp"
#include "base/yaml/input_encoding.hpp"

namespace kaudit::yaml {
namespace {

constexpr std::string_view kUtf8Bom = "\xEF\xBB\xBF";
constexpr std::string_view kUtf16LittleBom = "\xFF\xFE";
constexpr std::string_view kUtf16BigBom = "\xFE\xFF";
constexpr char32_t kNextLine = 0x85;  // a line break in YAML 1.1

enum class ByteOrder { Little, Big };

bool is_surrogate(char32_t c) noexcept { return c >= 0xD800 && c <= 0xDFFF; }

bool is_allowed(char32_t c) noexcept {
  return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0x7E) || c == kNextLine ||
         (c >= 0xA0 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) ||
         (c >= 0x10000 && c <= 0x10FFFF);
}

/// Reads code points one after the other; after a failure error() says why.
class Utf8Reader {
 public:
  explicit Utf8Reader(std::string_view bytes) : rest_(bytes) {}
  bool at_end() const noexcept { return rest_.empty(); }
  const char* error() const noexcept { return error_; }

  bool next(char32_t& c) noexcept {
    const CodePoint decoded = decode_utf8(rest_);
    error_ = decoded.error;
    c = decoded.value;
    rest_.remove_prefix(decoded.width);
    return error_ == nullptr;
  }

 private:
  std::string_view rest_;
  const char* error_ = nullptr;
};

class Utf16Reader {
 public:
  Utf16Reader(std::string_view bytes, ByteOrder order) : rest_(bytes), order_(order) {}
  bool at_end() const noexcept { return rest_.empty(); }
  const char* error() const noexcept { return error_; }

  bool next(char32_t& c) noexcept {
    if (!unit(c)) return false;
    if (!is_surrogate(c)) return true;
    char32_t low = 0;
    if (c >= 0xDC00 || !unit(low) || low < 0xDC00 || low > 0xDFFF) {
      error_ = "unexpected surrogate in UTF-16";
      return false;
    }
    c = 0x10000 + ((c & 0x3FFU) << 10U) + (low & 0x3FFU);
    return true;
  }

 private:
  bool unit(char32_t& c) noexcept {
    if (rest_.size() < 2) {
      error_ = "incomplete UTF-16 character";
      return false;
    }
    const auto first = static_cast<unsigned char>(rest_[0]);
    const auto second = static_cast<unsigned char>(rest_[1]);
    c = order_ == ByteOrder::Little ? (second << 8U | first) : (first << 8U | second);
    rest_.remove_prefix(2);
    return true;
  }

  std::string_view rest_;
  ByteOrder order_;
  const char* error_ = nullptr;
};

template <typename Reader>
ReadResult<std::string> transcode(Reader reader, std::size_t size_hint) {
  std::string out;
  out.reserve(size_hint);
  Position position{1, 1};
  bool after_carriage_return = false;
  while (!reader.at_end()) {
    char32_t c = 0;
    const auto refuse = [&position](std::string why) {
      return tl::unexpected(ReadError{"yaml: " + std::move(why), position});
    };
    if (!reader.next(c)) return refuse(reader.error());
    if (!is_allowed(c)) return refuse("control characters are not allowed");
    const bool second_half_of_break = c == '\n' && after_carriage_return;
    after_carriage_return = c == '\r';
    if (second_half_of_break) continue;
    if (c == '\n' || c == '\r' || c == kNextLine) {
      out += '\n';
      position = {position.line + 1, 1};
      continue;
    }
    const std::size_t before = out.size();
    append_utf8(out, c);
    position.column += static_cast<int>(out.size() - before);
  }
  return out;
}

}  // namespace

ReadResult<std::string> source_text(std::string_view bytes) {
  if (bytes.starts_with(kUtf16LittleBom)) {
    return transcode(Utf16Reader(bytes.substr(2), ByteOrder::Little), bytes.size());
  }
  if (bytes.starts_with(kUtf16BigBom)) {
    return transcode(Utf16Reader(bytes.substr(2), ByteOrder::Big), bytes.size());
  }
  if (bytes.starts_with(kUtf8Bom)) bytes.remove_prefix(kUtf8Bom.size());
  return transcode(Utf8Reader(bytes), bytes.size());
}

}  // namespace kaudit::yaml
