#include "base/yaml/json_document.hpp"

#include <utility>
#include <vector>

#include "base/json/json_scanner.hpp"
#include "base/json/json_string.hpp"

namespace kaudit::yaml {
namespace {

/// The line and column of places that come in the order of the text.
class LineCounter {
 public:
  explicit LineCounter(std::string_view text) noexcept : text_(text) {}

  Position position(std::size_t offset) noexcept {
    for (; at_ < offset; ++at_) {
      if (text_[at_] == '\n') {
        ++line_;
        line_start_ = at_ + 1;
      }
    }
    return {line_, static_cast<int>(offset - line_start_) + 1};
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;
};

class DocumentBuilder : public JsonHandler {
 public:
  explicit DocumentBuilder(std::string_view text) : text_(text), lines_(text) {
    document_.format = Format::Json;
  }

  void open(const char* bracket) {
    Node& node = add(bracket);
    if (*bracket == '{') {
      node.value = Members{};
    } else {
      node.value = Items{};
    }
    open_.push_back(&node);
  }
  void close() { open_.pop_back(); }
  void name(std::string_view raw) {
    Member member;
    member.key_position = position(raw.data() - 1);
    decode_json_string(member.key, raw);
    std::get<Members>(open_.back()->value).push_back(std::move(member));
  }
  void string(std::string_view raw) {
    decode_json_string(add(raw.data() - 1).value.emplace<std::string>(), raw);
  }
  void number(std::string_view text) { add(text.data()).value.emplace<Number>().text = text; }
  void word(std::string_view text) {
    Node& node = add(text.data());
    if (text != "null") node.value = text == "true";
  }

  Position position(const char* at) noexcept {
    return lines_.position(static_cast<std::size_t>(at - text_.data()));
  }
  Document finish() { return std::move(document_); }

 private:
  /// A value that begins there, in the collection that is open.
  Node& add(const char* at) {
    Node& node = document_.add(position(at));
    if (open_.empty()) {
      document_.root = &node;
    } else if (auto* items = std::get_if<Items>(&open_.back()->value)) {
      items->push_back(&node);
    } else {
      std::get<Members>(open_.back()->value).back().value = &node;
    }
    return node;
  }

  std::string_view text_;
  LineCounter lines_;
  Document document_;
  std::vector<Node*> open_;
};

}  // namespace

ReadResult<Document> read_json(std::string_view text) {
  DocumentBuilder builder(text);
  JsonScanner scanner(text, builder);
  if (scanner.run()) return builder.finish();
  const JsonFault& fault = scanner.fault();
  return tl::unexpected(
      ReadError{describe_as_go(fault, text), builder.position(text.data() + fault.offset)});
}

}  // namespace kaudit::yaml
