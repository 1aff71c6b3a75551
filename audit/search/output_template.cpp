#include "audit/search/output_template.hpp"

#include <utility>

#include "base/text/ascii.hpp"

namespace kaudit::audit::search {
namespace {

/// The field's text at the front: `ka.req.role.rules[0]`. Empty when no name is there.
std::string_view field_text(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() &&
         (is_alphanumeric(text[end]) || text[end] == '_' || text[end] == '.')) {
    ++end;
  }
  // A full stop may end a sentence.
  std::size_t name_end = end;
  while (name_end > 0 && text[name_end - 1] == '.') --name_end;
  if (name_end != end) return text.substr(0, name_end);
  if (end > 0 && end < text.size() && text[end] == '[') {
    const std::size_t close = text.find(']', end);
    if (close != std::string_view::npos) return text.substr(0, close + 1);
  }
  return text.substr(0, end);
}

}  // namespace

ExpressionResult<OutputTemplate> OutputTemplate::compile(std::string_view text, FieldSet& fields) {
  OutputTemplate made;
  made.pieces_.emplace_back();
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '%') {
      made.pieces_.back().text += text[at++];
      continue;
    }
    const std::string_view rest = text.substr(at + 1);
    if (rest.starts_with('%')) {
      made.pieces_.back().text += '%';
      at += 2;
      continue;
    }
    const std::string_view name = field_text(rest);
    if (name.find('.') == std::string_view::npos) {
      made.pieces_.back().text += text[at++];
      continue;
    }
    // Falco's grammar of fields is that of a check.
    auto parsed = parse_expression(std::string(name) + " exists");
    if (!parsed) {
      parsed.error().offset += at + 1;
      return tl::unexpected(std::move(parsed.error()));
    }
    made.pieces_.back().slot = fields.add(parsed->check.left.field);
    made.pieces_.emplace_back();
    at += 1 + name.size();
  }
  return made;
}

void OutputTemplate::append_to(std::string& out, Evaluation& event) const {
  for (const Piece& piece : pieces_) {
    out += piece.text;
    if (piece.slot != Piece::kNone) {
      append_values(out, event.values(piece.slot), event.info(piece.slot));
    }
  }
}

std::vector<std::size_t> OutputTemplate::slots() const {
  std::vector<std::size_t> slots;
  for (const Piece& piece : pieces_) {
    if (piece.slot != Piece::kNone) slots.push_back(piece.slot);
  }
  return slots;
}

void append_values(std::string& out, const FieldValues& values, const FieldInfo& info) {
  if (!values.present()) {
    out += "<NA>";
    return;
  }
  if (info.list) out += '(';
  bool first = true;
  for (const std::string_view text : values.texts()) {
    if (!first) out += ',';
    first = false;
    out += text;
  }
  if (info.list) out += ')';
}

}  // namespace kaudit::audit::search
