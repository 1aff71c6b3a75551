#include <algorithm>
#include <cstdint>
#include <istream>
#include <map>
#include <optional>
#include <streambuf>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "base/text/unicode.hpp"
#include "base/yaml/input_encoding.hpp"
#include "base/yaml/raw_node.hpp"
#include "base/yaml/syntax_check.hpp"
#include "base/yaml/yaml_reader.hpp"

namespace kaudit::yaml {
namespace {

Position position_of(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

ReadError error_at(Position position, const std::string& why) {
  return {"yaml: line " + std::to_string(position.line) + ": " + why, position};
}

/// How go-yaml counts the line of an error, which it leaves out on the first one: its scanner's
/// from 1, its parser's from 0.
enum class LineCount : std::uint8_t { FromZero, FromOne };

/// What libyaml says where yaml-cpp has other words.
struct LibyamlWords {
  std::string_view theirs;
  std::string_view libyaml;
  LineCount count;
};
const LibyamlWords kLibyamlWords[] = {
    {YAML::ErrorMsg::END_OF_SEQ_FLOW, "did not find expected ',' or ']'", LineCount::FromZero},
    {YAML::ErrorMsg::END_OF_MAP_FLOW, "did not find expected ',' or '}'", LineCount::FromZero},
    {YAML::ErrorMsg::EOF_IN_SCALAR, "found unexpected end of stream", LineCount::FromOne},
    {YAML::ErrorMsg::MAP_VALUE, "mapping values are not allowed in this context",
     LineCount::FromOne},
    {YAML::ErrorMsg::UNKNOWN_TOKEN, "found character that cannot start any token",
     LineCount::FromOne},
};

ReadError syntax_error(const YAML::Exception& error) {
  const Position position = position_of(error.mark);
  for (const LibyamlWords& words : kLibyamlWords) {
    if (error.msg != words.theirs) continue;
    std::string text("yaml: ");
    const auto line = position.line - (words.count == LineCount::FromZero ? 1 : 0);
    if (position.line > 1) text += "line " + std::to_string(line) + ": ";
    return {text.append(words.libyaml), position};
  }
  return error_at(position, error.msg);
}

/// yaml-cpp makes `\N` and `\_` the bytes 85 and A0 alone instead of UTF-8; the rest of its text is
/// well-formed.
std::string mend_escapes(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const CodePoint decoded = decode_utf8(text);
    append_utf8(
        out, decoded.error == nullptr ? decoded.value : static_cast<unsigned char>(text.front()));
    text.remove_prefix(decoded.width);
  }
  return out;
}

/// Reads a text where it is: a std::istringstream would copy it.
class ViewBuffer final : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view text) {
    // Nothing is put back or written: the get area is only read.
    char* const begin = const_cast<char*>(text.data());  // NOLINT(*-const-cast)
    setg(begin, begin, begin + text.size());
  }
};

/// Builds the tree from yaml-cpp's events. The names of the overridden functions are yaml-cpp's.
class Composer final : public YAML::EventHandler {
 public:
  explicit Composer(std::string_view text) : check_(text) { document_.reserve_text(text.size()); }

  RawDocument take_document() { return std::move(document_); }
  const std::optional<ReadError>& error() const noexcept { return error_; }
  /// True once the document is whole: an error after that is about what follows it.
  bool finished() const noexcept { return finished_; }

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override { finished_ = true; }

  /// To be called when nothing follows the document.
  void check_trailing_lines() { refuse_if(check_.trailing_lines(previous_), {}); }

  bool root_is_block_sequence() const {
    return !document_.empty() && document_.root().kind == RawNode::Kind::Sequence &&
           root_style_ == YAML::EmitterStyle::Block;
  }
  /// A block sequence that is the whole document, with more after it in its column: yaml-cpp stops
  /// there, libyaml does not.
  void check_after_root(const YAML::Mark& next) {
    if (next.column + 1 == document_.root().position.column &&
        check_.continues_after_root(offset_of(next))) {
      refuse_if("did not find expected '-' indicator", next);
    }
  }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (is_block_key()) check_block_key(mark);
    const bool in_flow_sequence =
        flow_depth_ > 0 && document_.at(open_.back().node).kind == RawNode::Kind::Sequence;
    if (in_flow_sequence && check_.is_comma(offset_of(mark))) {
      refuse_if("did not find expected node content", mark);
    }
    RawNode& node = add(RawNode::Kind::Scalar, mark, "?", anchor);
    const RawNode* key = key_of_last();
    // A value left out has no place of its own; yaml-cpp gives that of the next token, maybe many
    // lines below.
    if (key != nullptr && node.position.line > key->position.line) node.position = key->position;
    previous_ = SyntaxCheck::Previous::PlainScalar;
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    RawNode& node = add(RawNode::Kind::Alias, mark, "?", YAML::NullAnchor);
    node.target = anchors_.at(anchor).node;
    document_.set_text(node, anchors_.at(anchor).name);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (is_block_key()) check_block_key(mark);
    refuse_if(check_.quoted_scalar(offset_of(mark)), mark);
    document_.set_text(add(RawNode::Kind::Scalar, mark, tag, anchor), mend_escapes(value));
    if (!last_is_key()) previous_ = check_.scalar_kind(offset_of(mark));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    add(RawNode::Kind::Sequence, mark, tag, anchor);
    open_collection(style);
  }
  void OnSequenceEnd() override { close_collection(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    add(RawNode::Kind::Mapping, mark, tag, anchor);
    open_collection(style);
  }
  void OnMapEnd() override { close_collection(); }

  void OnAnchor(const YAML::Mark& /*mark*/, const std::string& name) override {
    last_anchor_ = name;
  }

 private:
  /// A collection whose end is still to come.
  struct Open {
    RawNode::Index node = RawNode::kNone;
    YAML::EmitterStyle::value style = YAML::EmitterStyle::Default;
    RawNode::Index last = RawNode::kNone;         ///< what was added to it last, …
    RawNode::Index before_last = RawNode::kNone;  ///< … and before that
    bool odd = false;                             ///< of a mapping: the last one is a key
  };
  struct Anchor {
    RawNode::Index node = RawNode::kNone;
    std::string name;
  };

  /// The node that was added last is one.
  void open_collection(YAML::EmitterStyle::value style) {
    if (open_.empty()) root_style_ = style;
    if (style == YAML::EmitterStyle::Flow) ++flow_depth_;
    Open& open = open_.emplace_back();
    open.node = document_.last();
    open.style = style;
  }

  void close_collection() {
    // A block collection ends without a token of its own: what came before stays the last one.
    if (open_.back().style == YAML::EmitterStyle::Flow) {
      --flow_depth_;
      previous_ = SyntaxCheck::Previous::Other;
    }
    open_.pop_back();
  }

  RawNode& add(RawNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
               YAML::anchor_t anchor) {
    if (flow_depth_ == 0) refuse_if(check_.indentation(offset_of(mark)), mark);
    if (flow_depth_ == 0 && mark.line != last_line_) {
      refuse_if(check_.gap_above(offset_of(mark), previous_), mark);
    }
    last_line_ = mark.line;
    previous_ = SyntaxCheck::Previous::Other;
    RawNode& node = document_.add(kind, position_of(mark));
    // yaml-cpp's "?" is plain and untagged, its "!" quoted or tagged so: text in either case.
    node.style = tag == "?" ? ScalarStyle::Plain : ScalarStyle::Quoted;
    if (tag != "?" && tag != "!") document_.set_tag(node, tag);
    if (tag.size() > 2 && tag.front() == '!' && tag.find('!', 1) != std::string::npos) {
      refuse_if("found undefined tag handle", mark);
    }
    if (anchor != YAML::NullAnchor) anchors_[anchor] = {document_.last(), last_anchor_};
    if (!open_.empty()) put_into(open_.back(), document_.last());
    return node;
  }

  void put_into(Open& open, RawNode::Index child) {
    RawNode::Index& link =
        open.last == RawNode::kNone ? document_.at(open.node).target : document_.at(open.last).next;
    link = child;
    open.before_last = std::exchange(open.last, child);
    open.odd = !open.odd;
  }

  bool is_mapping(const Open& open) const {
    return document_.at(open.node).kind == RawNode::Kind::Mapping;
  }

  bool last_is_key() const {
    return !open_.empty() && is_mapping(open_.back()) && open_.back().odd;
  }

  /// The key whose value was added last, or null.
  const RawNode* key_of_last() const {
    if (open_.empty() || !is_mapping(open_.back()) || open_.back().odd) return nullptr;
    return &document_.at(open_.back().before_last);
  }

  bool is_block_key() const {
    if (open_.empty()) return false;
    const Open& parent = open_.back();
    return is_mapping(parent) && parent.style == YAML::EmitterStyle::Block && !parent.odd;
  }

  static std::size_t offset_of(const YAML::Mark& mark) {
    return static_cast<std::size_t>(std::max(mark.pos, 0));
  }

  void check_block_key(const YAML::Mark& mark) {
    refuse_if(check_.block_key(offset_of(mark)), mark);
  }

  void refuse_if(const char* why, const YAML::Mark& mark) {
    if (why != nullptr && !error_) error_ = error_at(position_of(mark), why);
  }

  SyntaxCheck check_;
  RawDocument document_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Anchor> anchors_;
  std::string last_anchor_;
  SyntaxCheck::Previous previous_ = SyntaxCheck::Previous::Other;
  YAML::EmitterStyle::value root_style_ = YAML::EmitterStyle::Default;
  int flow_depth_ = 0;
  int last_line_ = -1;
  std::optional<ReadError> error_;
  bool finished_ = false;
};

/// Finds where the parser is after a document, by starting on the next one.
class NextDocumentProbe final : public YAML::EventHandler {
 public:
  std::optional<YAML::Mark> start;

  void OnDocumentStart(const YAML::Mark& mark) override { start = mark; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
  void OnAlias(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
  void OnScalar(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                const std::string& /*value*/) override {}
  void OnSequenceStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/,
                       YAML::anchor_t /*anchor*/, YAML::EmitterStyle::value /*style*/) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                  YAML::EmitterStyle::value /*style*/) override {}
  void OnMapEnd() override {}
};

}  // namespace

ReadResult<RawDocument> compose(const std::string& source_text) {
  const SyntaxCheck check(source_text);
  if (auto error = check.directives()) return tl::unexpected(*std::move(error));
  if (const auto position = check.opens_too_many(kMaxYamlDepth)) {
    return tl::unexpected(error_at(*position, "exceeded max depth"));
  }
  if (source_text.size() > kMaxYamlBytes) {
    return tl::unexpected(error_at({1, 1}, "the document is too large"));
  }
  Composer composer(source_text);
  ViewBuffer buffer(source_text);
  std::istream in(&buffer);
  NextDocumentProbe probe;
  try {
    YAML::Parser parser(in);
    parser.HandleNextDocument(composer);
    if (!parser) {
      composer.check_trailing_lines();
    } else if (composer.root_is_block_sequence()) {
      parser.HandleNextDocument(probe);
    }
  } catch (const YAML::DeepRecursion& error) {
    if (!composer.finished()) {
      return tl::unexpected(error_at(position_of(error.mark), "exceeded max depth"));
    }
  } catch (const YAML::Exception& error) {
    if (!composer.finished()) return tl::unexpected(syntax_error(error));
  }
  if (probe.start) composer.check_after_root(*probe.start);
  if (composer.error()) return tl::unexpected(*composer.error());
  return composer.take_document();
}

}  // namespace kaudit::yaml
