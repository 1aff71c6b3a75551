#include "apiserver/objects/types/typed_writer.hpp"

#include <charconv>
#include <iterator>
#include <new>
#include <string_view>
#include <utility>

#include "apiserver/objects/types/typed_walk.hpp"
#include "base/json/json_text.hpp"
#include "base/json/json_writer.hpp"
#include "base/text/byte_scan.hpp"

namespace kaudit::apiserver::objects {
namespace {

class TextSink {
 public:
  struct Container {};

  explicit TextSink(std::string& out) : text_(out), out_(out) {}

  std::size_t size() const noexcept { return text_.size(); }
  void separate() { out_.character(','); }
  Container open_struct(std::size_t most) { return open_map(most); }
  Container open_map(std::size_t /*most*/) {
    out_.character('{');
    return {};
  }
  void close_object(Container /*object*/) { out_.character('}'); }
  Container open_array(std::size_t /*size*/) {
    out_.character('[');
    return {};
  }
  void close_array(Container /*array*/) { out_.character(']'); }
  void name(Container /*object*/, const Field& field) {
    out_.character('"');
    out_.raw(field.name);  // names of members need no escapes
    out_.literal("\":");
  }
  void key(Container /*object*/, std::string_view key) {
    out_.string(key);
    out_.character(':');
  }
  void element(Container /*array*/) {}
  void string(std::string_view text) { out_.string(text); }
  void plain(std::string_view text) {
    out_.character('"');
    out_.raw(text);
    out_.character('"');
  }
  void integer(std::int64_t number) { out_.integer(number); }
  void number(double number) { out_.number(number); }
  void boolean(bool value) { out_.raw(value ? "true" : "false"); }
  void null() { out_.literal("null"); }
  void raw(std::string_view json) { out_.raw(json); }

 private:
  const std::string& text_;  // what out_ has passed on
  JsonWriter out_;
};

class TreeSink {
 public:
  // One of them.
  struct Container {
    Json* value;
    Json::Object* members;
    Json::Array* elements;
    NameBits names;
  };

  Json finish() { return std::move(root_); }

  std::size_t size() const noexcept { return size_; }
  void separate() noexcept { ++size_; }
  // Each has room for all of its values: what was given out stays where it is.
  Container open_struct(std::size_t most) { return open_object(most, 0); }
  Container open_map(std::size_t most) { return open_object(most, kAnyName); }
  void close_object(const Container& object) noexcept { object.value->note_names(object.names); }
  Container open_array(std::size_t size) {
    size_ += 2;
    Json& opened = put(Json::Array());
    opened.array()->reserve(size);
    return {&opened, nullptr, opened.array(), 0};
  }
  void close_array(const Container& /*array*/) noexcept {}
  void name(Container& object, const Field& field) {
    size_ += field.name.size() + 3;
    object.names |= field.name_bit;
    Json::Member& member = object.members->emplace_back();
    member.name = field.tree_name();
    next_ = &member.value;
  }
  void key(Container& object, std::string_view key) {
    ++size_;
    Json::Member& member = object.members->emplace_back();
    member.name = text_of(key);
    next_ = &member.value;
  }
  void element(Container& array) { next_ = &array.elements->emplace_back(); }
  void string(std::string_view text) { put(text_of(text)); }
  void plain(std::string_view text) {
    size_ += text.size() + 2;
    put(text);
  }
  void integer(std::int64_t number) {
    char digits[20];  // the longest, with its sign
    const char* const end = std::to_chars(digits, std::end(digits), number).ptr;
    add_number({digits, static_cast<std::size_t>(end - digits)});
  }
  void number(double number) { add_number(json_number(number)); }
  void boolean(bool value) {
    size_ += value ? 4 : 5;
    put(value);
  }
  void null() noexcept { size_ += 4; }
  /// Valid JSON.
  void raw(std::string_view json) {
    size_ += json.size();
    put(*Json::parse(json));
  }

 private:
  // Null stands there, of which nothing has to be dropped.
  template <typename Of>
  Json& put(Of&& value) {
    return *new (next_) Json(std::forward<Of>(value));
  }

  Container open_object(std::size_t most, NameBits names) {
    size_ += 2;
    Json& opened = put(Json::Object());
    opened.object()->reserve(most);
    return {&opened, opened.object(), nullptr, names};
  }

  void add_number(std::string_view text) {
    size_ += text.size();
    put(Json::Number{text});
  }

  // As a reader of the JSON would have it; counts what it takes there.
  TreeText text_of(std::string_view text) {
    const char* const end = text.data() + text.size();
    if (byte_scan::skip_plain(text.data(), end) == end) {
      size_ += text.size() + 2;
      return text;
    }
    std::string json;
    append_json_string(json, text);
    size_ += json.size();
    if (is_utf8(text)) return text;
    return valid_utf8(text);
  }

  Json root_;
  Json* next_ = &root_;   // where the next value goes
  std::size_t size_ = 0;  // of the JSON so far
};

}  // namespace

Result<void> append_canonical(std::string& out, const Type& type, const Value& value) {
  TextSink sink(out);
  return TypedWalk(sink).run(type, value);
}

Result<Json> canonical_tree(const Type& type, const Value& value) {
  TreeSink sink;
  if (auto walked = TypedWalk(sink).run(type, value); !walked) {
    return tl::unexpected(walked.error());
  }
  return sink.finish();
}

}  // namespace kaudit::apiserver::objects
