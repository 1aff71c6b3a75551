#include "audit/search/transform.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/text/ascii.hpp"
#include "base/text/base64.hpp"

namespace kaudit::audit::search {
namespace {

std::string upper_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (is_lower(c)) c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

/// What a function makes of one text; nothing when that cannot be.
std::optional<std::string> made_of(Function function, std::string_view text) {
  switch (function) {
    case Function::Lower:
      return lower_case(text);
    case Function::Upper:
      return upper_case(text);
    case Function::Base64: {
      auto decoded = base64_decode(text);
      return decoded ? std::optional(*std::move(decoded)) : std::nullopt;
    }
    case Function::BaseName:
      return std::string(text.substr(text.rfind('/') + 1));  // npos + 1 is 0
    case Function::Length:
      return std::to_string(text.size());
    case Function::Join:
    case Function::Concat:
      break;
  }
  return std::nullopt;
}

}  // namespace

ReadyTerm ReadyTerm::compile(const Term& term, FieldSet& fields) {
  ReadyTerm ready;
  ready.kind_ = term.kind;
  ready.function_ = term.function;
  ready.text_ = term.text;
  if (term.kind == Term::Kind::Field) ready.slot_ = fields.add(term.field);
  for (const Term& part : term.parts) ready.parts_.push_back(compile(part, fields));
  ready.counts_elements_ = term.kind == Term::Kind::Call && term.function == Function::Length &&
                           is_list(term.parts.front());
  return ready;
}

const FieldValues& ReadyTerm::make(Evaluation& event, FieldValues& made) const {
  made.clear();
  switch (kind_) {
    case Term::Kind::Field:
      break;
    case Term::Kind::Text:
      made.add(text_);
      break;
    case Term::Kind::List:
      for (const ReadyTerm& part : parts_) {
        FieldValues one;
        const FieldValues& values = part.read(event, one);
        if (!values.present()) {
          made.clear();
          break;
        }
        made.add(values.texts().front());
      }
      break;
    case Term::Kind::Call:
      call(event, made);
      break;
  }
  return made;
}

/// Appends all texts. False: it is absent.
bool ReadyTerm::append(Evaluation& event, std::string& out, std::string_view between) const {
  FieldValues made;
  const FieldValues& values = read(event, made);
  bool first = true;
  for (const std::string_view text : values.texts()) {
    if (!first) out += between;
    first = false;
    out += text;
  }
  // A list that is written with nothing in it is there.
  return values.present() || (kind_ == Term::Kind::List && parts_.empty());
}

void ReadyTerm::call(Evaluation& event, FieldValues& made) const {
  if (function_ == Function::Concat || function_ == Function::Join) {
    std::string& out = event.arena().add();
    std::string between;
    bool present = true;
    if (function_ == Function::Join) {
      present = parts_[0].append(event, between, "") && parts_[1].append(event, out, between);
    } else {
      for (const ReadyTerm& part : parts_) present = present && part.append(event, out, "");
    }
    if (present) made.add(out);
    return;
  }
  FieldValues inner;
  const FieldValues& values = parts_.front().read(event, inner);
  if (counts_elements_) {
    if (values.present()) made.add(event.arena().add() = std::to_string(values.texts().size()));
    return;
  }
  for (const std::string_view text : values.texts()) {
    auto one = made_of(function_, text);
    if (!one) {
      made.clear();
      return;
    }
    made.add(event.arena().add() = *std::move(one));
  }
}

}  // namespace kaudit::audit::search
