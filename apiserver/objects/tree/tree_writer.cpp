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
  const Json::Member* member;
  const Json::Member* last_member;
  const Json* element;  // null: of an object
  const Json* last_element;
};

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

void TreeWriter::leaf(const Json& value) {
  if (const TreeText* text = value.string()) {
    string(*text);
  } else if (const Json::Number* number = value.number()) {
    raw(number->text);
  } else if (const TreeText* object = value.packed()) {
    raw(*object);
  } else if (const bool* boolean = value.boolean()) {
    raw(*boolean ? "true" : "false");
  } else {
    raw("null");
  }
}

void TreeWriter::member(const Json::Member& member) {
  name(member.name);
  value(member.value);
  character(',');
}

void TreeWriter::value(const Json& tree) {
  std::vector<Open, Recycled<Open>> opened;
  // True when the value is a container, which is written from then on.
  const auto begin = [&](const Json& value) {
    if (value.packed() == nullptr && value.object() != nullptr) {
      const Json::Object& members = *value.object();
      open('{');
      opened.push_back({members.data(), members.data() + members.size(), nullptr, nullptr});
      return true;
    }
    if (const Json::Array* elements = value.array(); elements != nullptr && !elements->empty()) {
      open('[');
      opened.push_back({nullptr, nullptr, elements->data(), elements->data() + elements->size()});
      return true;
    }
    if (value.array() != nullptr) {
      raw("[]");
    } else {
      leaf(value);
    }
    character(',');
    return false;
  };
  begin(tree);
  while (!opened.empty()) {
    Open& top = opened.back();
    bool entered = false;
    if (top.element == nullptr) {
      while (!entered && top.member != top.last_member) {
        const Json::Member& next = *top.member++;
        name(next.name);
        entered = begin(next.value);
      }
    } else {
      while (!entered && top.element != top.last_element) entered = begin(*top.element++);
    }
    if (entered) continue;
    const bool is_object = top.element == nullptr;
    opened.pop_back();
    close(is_object ? '}' : ']');
  }
  --next_;  // no comma behind the whole
}

}  // namespace kaudit::apiserver::objects
