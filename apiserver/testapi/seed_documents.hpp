#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/yaml/node.hpp"

namespace kaudit::apiserver::testapi {

/// One object of a seed file, with where it stands.
struct SeedObject {
  std::shared_ptr<const yaml::Document> document;  ///< what `node` belongs to
  const yaml::Node* node = nullptr;
  std::string file;
  int number = 1;       ///< of its document in the file
  int line_offset = 0;  ///< of the document's first line
  std::string api_version;
  std::string kind;

  std::string ns() const { return metadata("namespace"); }
  std::string name() const { return metadata("name"); }
  std::string metadata(std::string_view member) const;
  /// `FILE: document 2, line 17`, of the place of that node.
  std::string place(const yaml::Node& at) const;
  /// Of the member that a field's path names (`spec.template.spec.containers[0].name`), or the
  /// nearest one around it that is there.
  std::string place_of(std::string_view field_path) const;
};

/// What seeds may be: files of at most 16 MiB (read_file), so many of them, so many objects.
inline constexpr std::size_t kMaxSeedFiles = 10'000;
inline constexpr std::size_t kMaxSeedObjects = 100'000;
inline constexpr int kMaxSeedDepth = 16;  ///< of folders

/// The objects of a text of several YAML documents (or one JSON document), Lists taken apart, in
/// their order. `errors` gets what is wrong, each with file, document and line.
void read_seed_text(const std::string& file, std::string_view text,
                    std::vector<SeedObject>& objects, std::vector<Error>& errors);

/// The same of files and folders. Of a folder: all that is called *.yaml, *.yml or *.json and is
/// not hidden, by name, its folders too.
void read_seeds(const std::vector<std::string>& paths, std::vector<SeedObject>& objects,
                std::vector<Error>& errors);

}  // namespace kaudit::apiserver::testapi
