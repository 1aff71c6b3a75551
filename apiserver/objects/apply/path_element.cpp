#include "apiserver/objects/apply/path_element.hpp"

#include <algorithm>
#include <charconv>
#include <compare>

#include "apiserver/objects/apply/values.hpp"
#include "base/json/json_text.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects::apply {
namespace {

void append_shown_value(std::string& out, const Json& value) {
  if (const auto* text = value.string()) {
    append_quoted(out, *text);
  } else {
    value.append_to(out);
  }
}

int sign(std::strong_ordering order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

int compare_keys(const PathElement::KeyFields& a, const PathElement::KeyFields& b) {
  const std::size_t shared = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < shared; ++i) {
    if (const auto names = a[i].name <=> b[i].name; names != 0) return sign(names);
    if (const int values = compare_values(a[i].value, b[i].value); values != 0) return values;
  }
  return a.size() == b.size() ? 0 : a.size() < b.size() ? -1 : 1;
}

}  // namespace

PathElement PathElement::key(KeyFields fields) {
  const auto before = [](const KeyField& a, const KeyField& b) { return a.name < b.name; };
  // Sorting takes memory, and most keys have one member.
  if (!std::is_sorted(fields.begin(), fields.end(), before)) {
    std::stable_sort(fields.begin(), fields.end(), before);
  }
  return PathElement(std::move(fields));
}

bool PathElement::unknown(std::string_view text) noexcept {
  return text.size() >= 2 && text[1] == ':' &&
         std::string_view("fkvi").find(text[0]) == std::string_view::npos;
}

Result<PathElement> PathElement::parse(std::string_view text) {
  if (text.size() < 2) return fail("key must be 2 characters long:");
  if (text[1] != ':') return fail("missing colon: " + std::string(text));
  const std::string_view rest = text.substr(2);
  switch (text[0]) {
    case 'f':
      return field(rest);
    case 'v': {
      auto read = Json::parse(rest);
      if (!read) return tl::unexpected(read.error());
      return value(*std::move(read));
    }
    case 'k': {
      auto read = Json::parse(rest);
      if (!read) return tl::unexpected(read.error());
      if (!read->object()) return fail("expect { or n, but found " + std::string(rest));
      KeyFields fields;
      for (Json::Member& member : *read->object()) {
        fields.push_back({std::move(member.name), std::move(member.value)});
      }
      return key(std::move(fields));
    }
    case 'i': {
      std::int64_t place = 0;
      const auto end = rest.data() + rest.size();
      const auto number = std::from_chars(rest.data(), end, place);
      if (number.ec != std::errc() || number.ptr != end) {
        return fail("strconv.Atoi: parsing " + go_quoted(rest) + ": invalid syntax");
      }
      return index(place);
    }
    default:
      return fail("unknown path element type");
  }
}

std::string PathElement::fields_v1_name() const {
  std::string text;
  append_fields_v1_name(text);
  return text;
}

void PathElement::append_fields_v1_name(std::string& text) const {
  if (const TreeText* member = name()) {
    text.append("f:").append(member->view());
  } else if (const auto* fields = std::get_if<KeyFields>(&form_)) {
    text += "k:{";
    for (const KeyField& key_field : *fields) {
      if (&key_field != fields->data()) text += ',';
      append_json_string(text, key_field.name);
      text += ':';
      key_field.value.append_to(text);
    }
    text += '}';
  } else if (const Json* scalar = std::get_if<Json>(&form_)) {
    text += "v:";
    scalar->append_to(text);
  } else {
    text.append("i:").append(std::to_string(std::get<std::int64_t>(form_)));
  }
}

void PathElement::append_shown(std::string& out) const {
  if (const TreeText* member = name()) {
    out.append(".").append(member->view());
    return;
  }
  out += '[';
  if (const auto* fields = std::get_if<KeyFields>(&form_)) {
    for (const KeyField& key_field : *fields) {
      if (&key_field != fields->data()) out += ',';
      out.append(key_field.name.view()) += '=';
      append_shown_value(out, key_field.value);
    }
  } else if (const Json* scalar = std::get_if<Json>(&form_)) {
    out += '=';
    append_shown_value(out, *scalar);
  } else {
    out += std::to_string(std::get<std::int64_t>(form_));
  }
  out += ']';
}

int PathElement::compare(const PathElement& other) const {
  if (form_.index() != other.form_.index()) return form_.index() < other.form_.index() ? -1 : 1;
  if (const TreeText* member = name()) return sign(*member <=> *other.name());
  if (const auto* fields = std::get_if<KeyFields>(&form_)) {
    return compare_keys(*fields, std::get<KeyFields>(other.form_));
  }
  if (const Json* scalar = std::get_if<Json>(&form_)) {
    return compare_values(*scalar, std::get<Json>(other.form_));
  }
  const std::int64_t place = std::get<std::int64_t>(form_);
  const std::int64_t others = std::get<std::int64_t>(other.form_);
  return place < others ? -1 : place > others ? 1 : 0;
}

}  // namespace kaudit::apiserver::objects::apply
