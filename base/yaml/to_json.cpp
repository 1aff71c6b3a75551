#include "base/yaml/to_json.hpp"

#include "base/json/json_text.hpp"
#include "base/yaml/yaml_reader.hpp"

namespace kaudit::yaml {
namespace {

struct JsonAppender {
  std::string& out;

  void operator()(std::monostate /*null*/) const { out += "null"; }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(const Number& value) const { out += value.text; }
  void operator()(const std::string& value) const { append_json_string(out, value); }

  void operator()(const Items& items) const {
    out += '[';
    const char* separator = "";
    for (const Node* item : items) {
      out += separator;
      separator = ",";
      append_json(out, *item);
    }
    out += ']';
  }

  void operator()(const Members& members) const {
    out += '{';
    const char* separator = "";
    for (std::size_t i = 0; i < members.size(); ++i) {
      // 5 and "5" are two keys of YAML and one of JSON.
      if (i + 1 < members.size() && members[i + 1].key == members[i].key) continue;
      out += separator;
      separator = ",";
      append_json_string(out, members[i].key);
      out += ':';
      append_json(out, *members[i].value);
    }
    out += '}';
  }
};

}  // namespace

void append_json(std::string& out, const Node& node) { std::visit(JsonAppender{out}, node.value); }

ReadResult<std::string> yaml_to_json(std::string_view bytes) {
  const ReadResult<Document> document = read_yaml(bytes);
  if (!document) return tl::unexpected(document.error());
  std::string json;
  append_json(json, *document->root);
  return json;
}

}  // namespace kaudit::yaml
