#include "apiserver/objects/types/typed_writer.hpp"

#include <charconv>
#include <iterator>
#include <string_view>

#include "apiserver/objects/types/typed_walk.hpp"
#include "base/json/json_text.hpp"
#include "base/json/json_writer.hpp"
#include "base/text/byte_scan.hpp"

namespace kaudit::apiserver::objects {
namespace {

class TextSink {
 public:
  explicit TextSink(std::string& out) : text_(out), out_(out) {}

  std::size_t size() const noexcept { return text_.size(); }
  void separate() { out_.character(','); }
  void open_object(std::size_t /*most*/) { out_.character('{'); }
  void close_object() { out_.character('}'); }
  void open_array(std::size_t /*size*/) { out_.character('['); }
  void close_array() { out_.character(']'); }
  void name(const Field& field) {
    out_.character('"');
    out_.raw(field.name);  // names of members need no escapes
    out_.literal("\":");
  }
  void key(std::string_view key) {
    out_.string(key);
    out_.character(':');
  }
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
  TreeSink() { open_.reserve(kUsualDepth); }

  Json finish() { return std::move(root_); }

  std::size_t size() const noexcept { return size_; }
  void separate() noexcept { ++size_; }
  void open_object(std::size_t most) {
    size_ += 2;
    Json::Object members;
    members.reserve(most);
    Json& opened = next() = Json(std::move(members));
    open_.push_back({opened.object(), nullptr});
  }
  void close_object() noexcept { open_.pop_back(); }
  void open_array(std::size_t size) {
    size_ += 2;
    Json::Array elements;
    elements.reserve(size);
    Json& opened = next() = Json(std::move(elements));
    open_.push_back({nullptr, opened.array()});
  }
  void close_array() noexcept { open_.pop_back(); }
  void name(const Field& field) {
    size_ += field.name.size() + 3;
    name_ = field.tree_name();
  }
  void key(std::string_view key) {
    ++size_;
    name_ = text_of(key);
  }
  void string(std::string_view text) { next() = Json(text_of(text)); }
  void plain(std::string_view text) {
    size_ += text.size() + 2;
    next() = Json(TreeText(text));
  }
  void integer(std::int64_t number) {
    char digits[20];  // the longest, with its sign
    const char* const end = std::to_chars(digits, std::end(digits), number).ptr;
    add_number({digits, static_cast<std::size_t>(end - digits)});
  }
  void number(double number) { add_number(json_number(number)); }
  void boolean(bool value) {
    size_ += value ? 4 : 5;
    next() = Json(value);
  }
  void null() {
    size_ += 4;
    next();
  }
  /// Valid JSON.
  void raw(std::string_view json) {
    size_ += json.size();
    next() = *Json::parse(json);
  }

 private:
  // What is being written: one of them.
  struct Open {
    Json::Object* members;
    Json::Array* elements;
  };

  // The place of the next value, where null stands. Containers have room for all of theirs: what
  // was given out stays where it is.
  Json& next() {
    if (open_.empty()) return root_;
    const Open& top = open_.back();
    if (top.members == nullptr) return top.elements->emplace_back();
    Json::Member& member = top.members->emplace_back();
    member.name = std::move(name_);
    return member.value;
  }

  void add_number(std::string_view text) {
    size_ += text.size();
    next() = Json(Json::Number{text});
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
  std::vector<Open, Recycled<Open>> open_;
  TreeText name_;
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
