#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/yaml/node.hpp"

namespace kaudit::apiserver::testapi {

/// Where a document of a seed file stands.
struct DocumentPlace {
  std::string file;
  int number = 1;       ///< of the document in the file
  int line_offset = 0;  ///< of its first line

  /// `FILE: document 2, line 17`, of a line as it is counted from the document's first.
  std::string of_line(int line) const;
};

/// One object of a seed file, with where it stands.
struct SeedObject {
  std::shared_ptr<const yaml::Document> document;  ///< what `node` belongs to
  const yaml::Node* node = nullptr;
  DocumentPlace document_place;
  std::string api_version;
  std::string kind;

  std::string ns() const { return metadata("namespace"); }
  std::string name() const { return metadata("name"); }
  std::string metadata(std::string_view member) const;
  /// Of the place of that node.
  std::string place(const yaml::Node& at) const;
  /// Of the member that a field's path names (`spec.template.spec.containers[0].name`), or the
  /// nearest one around it that is there.
  std::string place_of(std::string_view field_path) const;
};

/// A mapping's member that is text; "" when there is none.
std::string text_member(const yaml::Node& mapping, std::string_view key);

}  // namespace kaudit::apiserver::testapi
