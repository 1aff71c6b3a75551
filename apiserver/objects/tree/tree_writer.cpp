#include "apiserver/objects/tree/tree_writer.hpp"

#include <algorithm>
#include <vector>

#include "apiserver/objects/tree/block_pool.hpp"
#include "base/json/json_text.hpp"
#include "base/text/byte_scan.hpp"

namespace kaudit::apiserver::objects {
namespace {

constexpr std::size_t kPiece = 16;

/// Copies sixteen bytes. Returns whether the first `size` of them are plain (byte_scan).
inline bool copy_piece(char* to, const char* from, std::size_t size) noexcept {
  std::memcpy(to, from, kPiece);
#if defined(__SSE2__)
  return (byte_scan::special_of_16(from) & ((1U << size) - 1)) == 0;
#else
  return byte_scan::skip_plain(from, from + size) == from + size;
#endif
}

// A container that is being written, and what is left of it.
struct Open {
  const Json::Member* member = nullptr;
  const Json::Member* last_member = nullptr;
  const Json* element = nullptr;
  const Json* last_element = nullptr;
  char closing = '}';
};

Open opened_of(const Json& container) {
  Open opened;
  if (const Json::Array* elements = container.array()) {
    opened.element = elements->data();
    opened.last_element = opened.element + elements->size();
    opened.closing = ']';
  } else {
    opened.member = container.object()->data();
    opened.last_member = opened.member + container.object()->size();
  }
  return opened;
}

}  // namespace

void TreeWriter::begin_at(std::size_t size) {
  constexpr std::size_t kUsual = 1024;
  out_.resize(size + kUsual);
  next_ = out_.data() + size;
  end_ = out_.data() + out_.size();
}

[[gnu::noinline]] void TreeWriter::grow(std::size_t bytes) {
  const std::size_t written = size();
  out_.resize(std::max(written + bytes, 2 * out_.size()));
  next_ = out_.data() + written;
  end_ = out_.data() + out_.size();
}

void TreeWriter::name(const TreeText& name) {
  const std::size_t size = name.size();
  need(kPiece + 3);
  *next_++ = '"';
  if (name.is_near() && copy_piece(next_, name.data(), size)) {
    next_[size] = '"';
    next_[size + 1] = ':';
    next_ += size + 2;
    return;
  }
  rest_of_string(name);
  character(':');
}

void TreeWriter::plain_name(std::string_view head, const TreeText& tail) {
  const std::size_t size = tail.size();
  need(head.size() + std::max(size, kPiece) + 3);
  *next_++ = '"';
  for (const char c : head) *next_++ = c;
  if (tail.is_near()) {
    std::memcpy(next_, tail.data(), kPiece);
  } else {
    std::memcpy(next_, tail.data(), size);
  }
  next_[size] = '"';
  next_[size + 1] = ':';
  next_ += size + 2;
}

void TreeWriter::rest_of_string(const TreeText& text) {
  if (!text.is_near()) return rest_of_far_string(text.view());
  const std::size_t size = text.size();
  need(kPiece + 1);
  if (!copy_piece(next_, text.data(), size)) return escaped(text.view());
  next_ += size + 1;
  next_[-1] = '"';
}

void TreeWriter::rest_of_far_string(std::string_view text) {
  const std::size_t size = text.size();
  need(size + 2);
  const char* from = text.data();
  std::size_t left = size;
  for (; left >= kPiece; left -= kPiece, from += kPiece) {
    if (!copy_piece(next_ + size - left, from, kPiece)) return escaped(text);
  }
  // The last sixteen, of which some are known; or all and the zero byte behind them.
  const std::size_t last = size < kPiece ? 0 : size - kPiece;
  if (left != 0 && !copy_piece(next_ + last, text.data() + last, size - last)) {
    return escaped(text);
  }
  next_ += size + 1;
  next_[-1] = '"';
}

[[gnu::noinline]] void TreeWriter::escaped(std::string_view text) {
  constexpr std::size_t kShort = 256;
  if (text.size() <= kShort) {
    // Most have quotes, and nothing else that needs an escape.
    need(2 * text.size() + 1);
    char* to = next_;
    const char* from = text.data();
    const char* const end = from + text.size();
    for (; from != end; ++from) {
      if (byte_scan::is_special(*from)) {
        if (*from != '"' && *from != '\\') break;
        *to++ = '\\';
      }
      *to++ = *from;
    }
    if (from == end) {
      *to++ = '"';
      next_ = to;
      return;
    }
  }
  flush();
  const std::size_t quote = out_.size();
  append_json_string(out_, text);
  out_.erase(quote, 1);
  begin_at(out_.size());
}

// With a comma behind it; of a container that is walked, only the bracket.
bool TreeWriter::begin(const Json& value) {
  switch (value.kind()) {
    case Json::Kind::String:
      need(1);
      *next_++ = '"';
      rest_of_string(*value.string());
      break;
    case Json::Kind::Number:
      raw(value.number()->text);
      break;
    case Json::Kind::Boolean:
      *value.boolean() ? literal("true") : literal("false");
      break;
    case Json::Kind::Null:
      literal("null");
      break;
    case Json::Kind::Packed:
      raw(*value.packed());
      break;
    case Json::Kind::Array:
      open('[');
      return true;
    case Json::Kind::Object:
      open('{');
      return true;
  }
  character(',');
  return false;
}

void TreeWriter::value_in_string(const Json& value) {
  const TreeText* const text = value.string();
  if (text != nullptr && byte_scan::skip_plain(text->begin(), text->end()) == text->end()) {
    raw(R"(\")");
    raw(*text);
    return raw(R"(\")");
  }
  std::string json;
  value.append_to(json);
  rest_of_string(json);
  --next_;  // its quote
}

void TreeWriter::member(const Json::Member& member) {
  name(member.name);
  value(member.value);
  character(',');
}

void TreeWriter::value(const Json& tree) {
  constexpr std::size_t kUsualLevels = 16;
  std::vector<Open, Recycled<Open>> opened;
  const Json* entered = begin(tree) ? &tree : nullptr;
  if (entered != nullptr) opened.reserve(kUsualLevels);
  while (entered != nullptr || !opened.empty()) {
    if (entered != nullptr) opened.push_back(opened_of(*entered));
    entered = nullptr;
    Open& top = opened.back();
    while (top.member != top.last_member) {
      const Json::Member& next = *top.member++;
      name(next.name);
      if (begin(next.value)) {
        entered = &next.value;
        break;
      }
    }
    while (top.element != top.last_element) {
      const Json& next = *top.element++;
      if (begin(next)) {
        entered = &next;
        break;
      }
    }
    if (entered != nullptr) continue;
    close(top.closing);
    opened.pop_back();
  }
  --next_;  // no comma behind the whole
}

}  // namespace kaudit::apiserver::objects
