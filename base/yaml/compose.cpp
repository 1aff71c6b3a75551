#include <algorithm>
#include <map>
#include <optional>
#include <sstream>
#include <utility>

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

/// Builds the tree from yaml-cpp's events. The names of the overridden functions are yaml-cpp's.
class Composer final : public YAML::EventHandler {
 public:
  explicit Composer(std::string_view text) : check_(text) {}

  RawDocument take_document() { return std::move(document_); }
  const std::optional<ReadError>& error() const noexcept { return error_; }
  /// True once the document is whole: an error after that is about what follows it.
  bool finished() const noexcept { return finished_; }

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override { finished_ = true; }

  /// To be called when nothing follows the document.
  void check_trailing_lines() { refuse_if(check_.trailing_lines(previous_), {}); }

  bool root_is_block_sequence() const {
    return document_.root != nullptr && document_.root->kind == RawNode::Kind::Sequence &&
           root_style_ == YAML::EmitterStyle::Block;
  }
  /// A block sequence that is the whole document, with more after it in its column: yaml-cpp stops
  /// there, libyaml does not.
  void check_after_root(const YAML::Mark& next) {
    if (next.column + 1 == document_.root->position.column &&
        check_.continues_after_root(offset_of(next))) {
      refuse_if("did not find expected '-' indicator", next);
    }
  }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (is_block_key()) check_block_key(mark);
    const bool in_flow_sequence =
        flow_depth_ > 0 && open_.back().node->kind == RawNode::Kind::Sequence;
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
    node.text = anchors_.at(anchor).name;
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (is_block_key()) check_block_key(mark);
    refuse_if(check_.quoted_scalar(offset_of(mark)), mark);
    add(RawNode::Kind::Scalar, mark, tag, anchor).text = mend_escapes(value);
    if (!last_is_key()) previous_ = check_.scalar_kind(offset_of(mark));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open_collection(add(RawNode::Kind::Sequence, mark, tag, anchor), style);
  }
  void OnSequenceEnd() override { close_collection(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open_collection(add(RawNode::Kind::Mapping, mark, tag, anchor), style);
  }
  void OnMapEnd() override { close_collection(); }

  void OnAnchor(const YAML::Mark& /*mark*/, const std::string& name) override {
    last_anchor_ = name;
  }

 private:
  struct Open {
    RawNode* node;
    YAML::EmitterStyle::value style;
  };
  struct Anchor {
    const RawNode* node = nullptr;
    std::string name;
  };

  void open_collection(RawNode& node, YAML::EmitterStyle::value style) {
    if (open_.empty()) root_style_ = style;
    if (style == YAML::EmitterStyle::Flow) ++flow_depth_;
    open_.push_back({&node, style});
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
    RawNode& node = document_.nodes.emplace_back();
    node.kind = kind;
    node.position = position_of(mark);
    // yaml-cpp's "?" is plain and untagged, its "!" quoted or tagged so: text in either case.
    node.style = tag == "?" ? ScalarStyle::Plain : ScalarStyle::Quoted;
    if (tag != "?" && tag != "!") node.tag = tag;
    if (tag.size() > 2 && tag.front() == '!' && tag.find('!', 1) != std::string::npos) {
      refuse_if("found undefined tag handle", mark);
    }
    if (anchor != YAML::NullAnchor) anchors_[anchor] = {&node, last_anchor_};
    if (open_.empty()) {
      document_.root = &node;
    } else {
      open_.back().node->children.push_back(&node);
    }
    return node;
  }

  bool last_is_key() const {
    return !open_.empty() && open_.back().node->kind == RawNode::Kind::Mapping &&
           open_.back().node->children.size() % 2 == 1;
  }

  /// The key whose value was added last, or null.
  const RawNode* key_of_last() const {
    if (open_.empty() || open_.back().node->kind != RawNode::Kind::Mapping) return nullptr;
    const auto& children = open_.back().node->children;
    return children.size() % 2 == 0 ? children[children.size() - 2] : nullptr;
  }

  bool is_block_key() const {
    if (open_.empty()) return false;
    const Open& parent = open_.back();
    return parent.node->kind == RawNode::Kind::Mapping &&
           parent.style == YAML::EmitterStyle::Block && parent.node->children.size() % 2 == 0;
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
  Composer composer(source_text);
  std::istringstream in(source_text);
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
    if (!composer.finished()) return tl::unexpected(error_at(position_of(error.mark), error.msg));
  }
  if (probe.start) composer.check_after_root(*probe.start);
  if (composer.error()) return tl::unexpected(*composer.error());
  return composer.take_document();
}

}  // namespace kaudit::yaml
