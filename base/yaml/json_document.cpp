#include "base/yaml/json_document.hpp"

#include <utility>
#include <vector>

#include "base/yaml/json_lexer.hpp"

namespace kaudit::yaml {
namespace {

constexpr std::string_view kNoValue = "looking for beginning of value";

/// Builds the tree with an explicit stack. Functions return false after an error, which the lexer
/// holds.
class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : lexer_(text) {}

  ReadResult<Document> run() {
    document_.format = Format::Json;
    if (!read_all()) return tl::unexpected(lexer_.error());
    return std::move(document_);
  }

 private:
  bool read_all() {
    if (!read_value()) return false;
    while (!open_.empty()) {
      const bool is_first = std::exchange(just_opened_, false);
      const bool is_array = open_.back()->sequence() != nullptr;
      if (!(is_array ? next_element(is_first) : next_member(is_first))) return false;
    }
    lexer_.skip_white_space();
    return lexer_.at_end() || lexer_.refuse("after top-level value");
  }

  bool read_value() {
    lexer_.skip_white_space();
    if (lexer_.at_end()) return lexer_.refuse(kNoValue);
    Node& node = document_.add(lexer_.position());
    place(node);
    switch (lexer_.peek()) {
      case '{':
        node.value = Members{};
        return open(node);
      case '[':
        node.value = Items{};
        return open(node);
      case '"':
        return lexer_.string(node.value.emplace<std::string>());
      case 't':
        node.value = true;
        return lexer_.literal("true");
      case 'f':
        node.value = false;
        return lexer_.literal("false");
      case 'n':
        return lexer_.literal("null");
      default:
        break;
    }
    const bool is_number = lexer_.peek() == '-' || (lexer_.peek() >= '0' && lexer_.peek() <= '9');
    return is_number ? lexer_.number(node.value.emplace<Number>().text) : lexer_.refuse(kNoValue);
  }

  /// Hangs the node into the collection that is open.
  void place(const Node& node) {
    if (open_.empty()) {
      document_.root = &node;
    } else if (auto* items = std::get_if<Items>(&open_.back()->value)) {
      items->push_back(&node);
    } else {
      std::get<Members>(open_.back()->value).back().value = &node;
    }
  }

  bool open(Node& node) {
    if (open_.size() >= kMaxJsonDepth) return lexer_.refuse_with("exceeded max depth");
    lexer_.skip();
    open_.push_back(&node);
    just_opened_ = true;
    return true;
  }

  bool close() {
    lexer_.skip();
    open_.pop_back();
    return true;
  }

  bool next_is(char c) {
    lexer_.skip_white_space();
    return !lexer_.at_end() && lexer_.peek() == c;
  }

  bool read_member() {
    if (!next_is('"')) return lexer_.refuse("looking for beginning of object key string");
    Member member;
    member.key_position = lexer_.position();
    if (!lexer_.string(member.key)) return false;
    if (!next_is(':')) return lexer_.refuse("after object key");
    lexer_.skip();
    std::get<Members>(open_.back()->value).push_back(std::move(member));
    return read_value();
  }

  bool next_element(bool is_first) {
    if (next_is(']')) return close();
    if (!is_first && !take_comma("after array element")) return false;
    return read_value();
  }

  bool next_member(bool is_first) {
    if (next_is('}')) return close();
    if (!is_first && !take_comma("after object key:value pair")) return false;
    return read_member();
  }

  bool take_comma(std::string_view context) {
    if (!next_is(',')) return lexer_.refuse(context);
    lexer_.skip();
    return true;
  }

  JsonLexer lexer_;
  Document document_;
  std::vector<Node*> open_;
  bool just_opened_ = false;
};

}  // namespace

ReadResult<Document> read_json(std::string_view text) { return JsonReader(text).run(); }

}  // namespace kaudit::yaml
