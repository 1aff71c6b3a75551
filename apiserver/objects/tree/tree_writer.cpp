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

/// Returns what is behind them.
inline char* put_two(char* to, char first, char second) noexcept {
  to[0] = first;
  to[1] = second;
  return to + 2;
}

// What put_name() and put_short() write at most, the name itself apart.
constexpr std::size_t kShortMember = 3 * kPiece;

// The next two write what most members are, and know nothing of the writer: whose members would
// have to be read again after each byte, which could be one of them. Null: it is nothing for them.

inline char* put_name(char* to, const TreeText& name) noexcept {
  const std::size_t size = name.size();
  *to++ = '"';
  if (name.is_near()) {
    if (!copy_piece(to, name.data(), size)) return nullptr;
  } else if (name.is_static()) {  // a member of a type, which needs no escapes
    std::memcpy(to, name.data(), size);
  } else {
    return nullptr;
  }
  return put_two(to + size, '"', ':');
}

// With a comma behind it.
inline char* put_short(char* to, const Json& value) noexcept {
  if (const TreeText* const text = value.string()) {
    if (!text->is_near()) return nullptr;
    const std::size_t size = text->size();
    *to++ = '"';
    if (!copy_piece(to, text->data(), size)) return nullptr;
    return put_two(to + size, '"', ',');
  }
  if (const Json::Number* const number = value.number()) {
    if (!number->text.is_near()) return nullptr;
    std::memcpy(to, number->text.data(), kPiece);
    to += number->text.size();
    *to = ',';
    return to + 1;
  }
  return nullptr;
}

// A container that is being written, and what is left of it.
struct Open {
  const Json::Member* member = nullptr;
  const Json::Member* last_member = nullptr;
  const Json* element = nullptr;
  const Json* last_element = nullptr;
  char closing = '}';

  explicit Open(const Json& container) {
    if (const Json::Array* elements = container.array()) {
      element = elements->data();
      last_element = element + elements->size();
      closing = ']';
    } else {
      member = container.object()->data();
      last_member = member + container.object()->size();
    }
  }
};

}  // namespace

TreeWriter::TreeWriter(std::string& out)
    : out_(out), began_(out.size()), next_(out.data() + began_) {
  grow(0);
}

/// What is made is filled with zeros: no more than has been written here, however long the string
/// was before.
[[gnu::noinline]] void TreeWriter::grow(std::size_t bytes) {
  constexpr std::size_t kUsual = 1024;
  const std::size_t written = size();
  out_.resize(written + std::max({bytes, kUsual, written - began_}));
  next_ = out_.data() + written;
  end_ = out_.data() + out_.size();
}

void TreeWriter::name(const TreeText& name) {
  need(name.size() + kShortMember);
  if (char* const end = put_name(next_, name)) [[likely]] {
    next_ = end;
    return;
  }
  character('"');
  rest_of_string(name);
  character(':');
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
  std::string json;
  append_json_string(json, text);
  raw(std::string_view(json).substr(1));  // without its first quote
}

// With a comma behind it; of a container that is walked, only the bracket.
inline bool TreeWriter::begin(const Json& value) {
  need(kPiece + 2);
  switch (value.kind()) {
    case Json::Kind::String:
      *next_++ = '"';
      rest_of_string(*value.string());
      character(',');
      return false;
    case Json::Kind::Number: {
      const TreeText& digits = value.number()->text;
      if (!digits.is_near()) {
        raw(digits);
        break;
      }
      std::memcpy(next_, digits.data(), kPiece);
      next_ += digits.size();
      *next_++ = ',';
      return false;
    }
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
      *next_++ = '[';
      return true;
    case Json::Kind::Object:
      *next_++ = '{';
      return true;
  }
  character(',');
  return false;
}

void TreeWriter::value_in_string(const Json& value) {
  if (const Json::Number* const number = value.number()) return raw(number->text);
  const TreeText* const text = value.string();
  if (text != nullptr && text->is_near()) {
    need(kShortMember);
    char* const to = next_ + 2;
    const std::size_t size = text->size();
    if (copy_piece(to, text->data(), size)) {
      put_two(next_, '\\', '"');
      next_ = put_two(to + size, '\\', '"');
      return;
    }
  }
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
  if (!begin(tree)) {
    --next_;  // no comma behind the whole
    return;
  }
  std::vector<Open, Recycled<Open>> outer;
  outer.reserve(kUsualLevels);
  Open at(tree);
  while (true) {
    const Json* entered = nullptr;
    while (at.member != at.last_member) {
      const Json::Member& next = *at.member++;
      need(next.name.size() + kShortMember);
      char* to = put_name(next_, next.name);
      if (to == nullptr) {
        name(next.name);
        need(kShortMember);
        to = next_;
      }
      char* const end = put_short(to, next.value);
      next_ = end != nullptr ? end : to;
      if (end == nullptr && begin(next.value)) {
        entered = &next.value;
        break;
      }
    }
    while (at.element != at.last_element) {
      const Json& next = *at.element++;
      if (begin(next)) {
        entered = &next;
        break;
      }
    }
    if (entered != nullptr) {
      outer.push_back(at);
      at = Open(*entered);
      continue;
    }
    close(at.closing);
    if (outer.empty()) break;
    at = outer.back();
    outer.pop_back();
  }
  --next_;
}

}  // namespace kaudit::apiserver::objects
