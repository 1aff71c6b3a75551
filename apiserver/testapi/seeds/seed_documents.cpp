#include "apiserver/testapi/seeds/seed_documents.hpp"

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>
#include <utility>

#include "apiserver/testapi/seeds/seed_files.hpp"
#include "base/files/read_file.hpp"
#include "base/yaml/reader.hpp"
#include "base/yaml/yaml_reader.hpp"

namespace kaudit::apiserver::testapi {
namespace {

/// One document of a file: its text, and how many lines stand before it.
struct Part {
  std::string_view text;
  int line_offset = 0;
};

bool separates(std::string_view line) noexcept {
  return line.starts_with("---") &&
         (line.size() == 3 || line[3] == ' ' || line[3] == '\t' || line[3] == '\r');
}

std::vector<Part> parts_of(std::string_view text) {
  std::vector<Part> parts;
  std::size_t begin = 0;
  int first_line = 0;
  int line_number = 0;
  for (std::size_t at = 0; at < text.size(); ++line_number) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (separates(text.substr(at, end - at))) {
      parts.push_back({text.substr(begin, at - begin), first_line});
      begin = at + 3;  // what follows on that line belongs to the document
      first_line = line_number;
    }
    at = end + 1;
  }
  parts.push_back({text.substr(begin), first_line});
  return parts;
}

/// The reader's text without the line that it counts from the document's beginning.
std::string_view without_line(std::string_view message) {
  constexpr std::string_view kPrefix = "yaml: line ";
  if (message.starts_with(kPrefix)) {
    const std::size_t colon = message.find(": ", kPrefix.size());
    if (colon != std::string_view::npos) return message.substr(colon + 2);
  }
  return message;
}

/// Whether brackets nest deeper than YAML may: what is made of a document recurses.
bool nests_too_deep(std::string_view json) noexcept {
  std::size_t depth = 0;
  bool in_text = false;
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    if (in_text) {
      if (c == '\\') {
        ++at;
      } else {
        in_text = c != '"';
      }
    } else if (c == '"') {
      in_text = true;
    } else if (c == '{' || c == '[') {
      if (++depth > yaml::kMaxYamlDepth) return true;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return false;
}

void add_object(SeedObject object, std::vector<SeedObject>& objects, std::vector<Error>& errors) {
  const auto wrong = [&](const yaml::Node& at, const std::string& why) {
    errors.push_back({object.place(at) + ": " + why});
  };
  if (object.node->mapping() == nullptr) {
    return wrong(*object.node, "an object must be a mapping with apiVersion and kind, this is a " +
                                   std::string(yaml::json_type(*object.node)));
  }
  if (std::string own = text_member(*object.node, "apiVersion"); !own.empty()) {
    object.api_version = std::move(own);
  }
  if (std::string own = text_member(*object.node, "kind"); !own.empty()) {
    object.kind = std::move(own);
  }
  if (object.api_version.empty()) {
    return wrong(*object.node, "apiVersion is missing: write v1 or apps/v1, say");
  }
  if (object.kind.empty()) return wrong(*object.node, "kind is missing: write ConfigMap, say");
  const yaml::Node* items = yaml::find(*object.node, "items");
  if (object.kind.ends_with("List") && items != nullptr) {
    if (items->is_null()) return;
    if (items->sequence() == nullptr) return wrong(*items, "items must be a list of objects");
    const bool mixed = object.kind == "List";
    for (const yaml::Node* item : *items->sequence()) {
      SeedObject one = object;
      one.node = item;
      one.api_version = mixed ? "" : object.api_version;
      one.kind = mixed ? "" : object.kind.substr(0, object.kind.size() - 4);
      if (yaml::find(*item, "items") != nullptr && text_member(*item, "kind").ends_with("List")) {
        wrong(*item, "a List within a List is not taken apart: put its items into the outer one");
        continue;
      }
      add_object(std::move(one), objects, errors);
    }
    return;
  }
  if (object.name().empty() && object.metadata("generateName").empty()) {
    return wrong(*object.node, "metadata.name is missing: give one, or generateName");
  }
  if (objects.size() >= kMaxSeedObjects) {
    return wrong(*object.node, "seeds are more than " + std::to_string(kMaxSeedObjects) +
                                   " objects: make the rest by requests when the server is ready");
  }
  objects.push_back(std::move(object));
}

/// A file on its way: its documents are read side by side, and then taken in their order.
struct SeedFile {
  struct Document {
    Part part;
    std::optional<yaml::ReadResult<yaml::Document>> read;
  };
  std::string path;
  std::string text;
  std::vector<Document> documents;
  bool too_deep = false;
};

constexpr std::size_t kReaders = 4;
constexpr std::size_t kFewDocuments = 16;  // are read before a thread would be there

/// Reading YAML is most of the work of a seed, and the server has nothing else to do yet.
void read_parts(std::vector<SeedFile>& files) {
  std::vector<SeedFile::Document*> all;
  for (SeedFile& file : files) {
    const bool json = yaml::looks_like_json(file.text);
    file.too_deep = json && nests_too_deep(file.text);
    if (file.too_deep) continue;
    const std::vector<Part> parts = json ? std::vector<Part>{{file.text, 0}} : parts_of(file.text);
    file.documents.resize(parts.size());
    for (std::size_t i = 0; i < parts.size(); ++i) file.documents[i].part = parts[i];
    for (SeedFile::Document& document : file.documents) all.push_back(&document);
  }
  std::atomic<std::size_t> next{0};
  const auto read_some = [&all, &next] {
    for (std::size_t i = next++; i < all.size(); i = next++) {
      all[i]->read.emplace(yaml::read_document(all[i]->part.text));
    }
  };
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::thread> others;
  if (all.size() > kFewDocuments) {
    for (std::size_t i = 1; i < std::min(cores, kReaders); ++i) others.emplace_back(read_some);
  }
  read_some();
  for (std::thread& other : others) other.join();
}

void gather(SeedFile& file, std::vector<SeedObject>& objects, std::vector<Error>& errors) {
  if (file.too_deep) {
    errors.push_back({DocumentPlace{file.path}.of_line(1) + ": nests deeper than " +
                      std::to_string(yaml::kMaxYamlDepth) + " levels, more than any object has"});
  }
  int number = 0;
  for (SeedFile::Document& one : file.documents) {
    yaml::ReadResult<yaml::Document>& document = *one.read;
    if (document && document->root->is_null()) continue;  // nothing but comments
    const DocumentPlace place{file.path, ++number, one.part.line_offset};
    if (!document) {
      errors.push_back({place.of_line(std::max(document.error().position.line, 1)) + ": " +
                        std::string(without_line(document.error().message))});
      continue;
    }
    for (const yaml::DuplicateKey& key : document->duplicates) {
      errors.push_back({place.of_line(key.position.line) + ": key " + key.key +
                        " was given before: remove one of the two"});
    }
    SeedObject object;
    object.document_place = place;
    object.document = std::make_shared<const yaml::Document>(*std::move(document));
    object.node = object.document->root;
    add_object(std::move(object), objects, errors);
  }
}

}  // namespace

void read_seed_text(const std::string& file, std::string_view text,
                    std::vector<SeedObject>& objects, std::vector<Error>& errors) {
  std::vector<SeedFile> one(1);
  one.front().path = file;
  one.front().text = text;
  read_parts(one);
  gather(one.front(), objects, errors);
}

void read_seeds(const std::vector<std::string>& paths, std::vector<SeedObject>& objects,
                std::vector<Error>& errors) {
  std::vector<SeedFile> all;
  for (const std::string& path : find_seed_files(paths, errors)) {
    auto text = read_file(path);
    if (!text) {
      errors.push_back({"--seed: " + text.error().message});
      continue;
    }
    SeedFile& file = all.emplace_back();
    file.path = path;
    file.text = *std::move(text);
  }
  read_parts(all);
  for (SeedFile& file : all) gather(file, objects, errors);
}

}  // namespace kaudit::apiserver::testapi
