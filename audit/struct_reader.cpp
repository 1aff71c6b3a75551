#include "audit/struct_reader.hpp"

#include <charconv>

#include "base/text/quote.hpp"

namespace kaudit::audit {

void StructReader::fail(std::string_view what) {
  if (!error_.empty()) return;
  // Quoted, because a map's keys may be anything and the message must stay one line.
  error_ = path_.empty() ? std::string("the value") : go_quoted(path_);
  error_ += ' ';
  error_ += what;
}

bool StructReader::begins(JsonCursor::Kind expected) {
  const JsonCursor::Kind found = in_.kind();
  if (found == expected) return true;
  if (found != JsonCursor::Kind::Null) {
    fail("must be " + std::string(to_string(expected)) + ", not " + std::string(to_string(found)));
  }
  in_.skip();
  return false;
}

void StructReader::text(std::string& to) {
  if (begins(JsonCursor::Kind::String)) to = in_.string();
}

bool StructReader::texts(std::vector<std::string>& to) {
  to.clear();
  return array([&] { text(to.emplace_back()); });
}

template <typename Integer>
bool StructReader::parse_integer(Integer& to, std::string_view expected) {
  if (!begins(JsonCursor::Kind::Number)) return false;
  const std::string_view literal = in_.skip();
  const char* const end = literal.data() + literal.size();
  Integer value = 0;
  const auto parsed = std::from_chars(literal.data(), end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end) {
    fail("must be " + std::string(expected) + ", not " + std::string(literal));
    return false;
  }
  to = value;
  return true;
}

void StructReader::integer(std::int32_t& to) { parse_integer(to, "an integer of 32 bits"); }

void StructReader::integer(std::optional<std::int64_t>& to) {
  if (in_.kind() == JsonCursor::Kind::Null) to.reset();
  std::int64_t value = 0;
  if (parse_integer(value, "an integer of 64 bits")) to = value;
}

}  // namespace kaudit::audit
