#include "base/yaml/reader.hpp"

#include "base/yaml/json_document.hpp"
#include "base/yaml/yaml_reader.hpp"

namespace kaudit::yaml {

bool looks_like_json(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(" \t\n\v\f\r");
  return first != text.npos && text[first] == '{';
}

ReadResult<Document> read_document(std::string_view text) {
  return looks_like_json(text) ? read_json(text) : read_yaml(text);
}

}  // namespace kaudit::yaml
