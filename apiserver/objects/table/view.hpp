#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "apiserver/objects/kinds.hpp"
#include "apiserver/objects/table/columns.hpp"
#include "apiserver/objects/tree/json.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::objects::table {

/// In which form a client wants objects: as they are, or as an Accept header's `as=` says.
enum class Form : std::uint8_t { Whole, Table, PartialMetadata, PartialMetadataList };

/// What of an object goes into a Table's row. (`includeObject`)
enum class IncludeObject : std::uint8_t { Metadata, None, Object };

/// Whether a Table names its columns: in a watch only the first does.
enum class Header : std::uint8_t { Columns, None };

/// A form with what it depends on.
struct View {
  Form form = Form::Whole;
  std::string_view version = "v1";  ///< of meta.k8s.io
  IncludeObject include_object = IncludeObject::Metadata;
  std::span<const Column> columns = {};  ///< those of the resource, when empty
};

/// Shows an answer's JSON in another form: an object, or a list of them. A Status stays as it is.
/// Error: the form is of the other kind, list or object (an answer of 406). (apiserver
/// pkg/endpoints/handlers transformResponseObject)
Result<std::string> show(const objects::Resource& resource, const View& view, std::string_view json,
                         Timestamp now, Header header = Header::Columns);

/// What show() makes of a list, object by object: only one of them is a tree at a time, and there
/// is no text of them all but the one that is made.
class ListText {
 public:
  /// `empty`: the JSON of the list without an object. The view's form is another than Whole. Error:
  /// as of show().
  static Result<ListText> begin(const objects::Resource& resource, const View& view,
                                std::string_view empty, Timestamp now);
  /// `object`: its JSON, with its type or as an item.
  Result<void> add(std::string_view object);
  std::string end() &&;

 private:
  static constexpr std::string_view kEnd = "]}";  // rows and items are the last member

  ListText(const objects::Resource& resource, const View& view, Timestamp now, std::string text)
      : resource_(&resource), view_(view), now_(now), text_(std::move(text)) {}

  const objects::Resource* resource_;
  View view_;  // with its columns
  Timestamp now_;
  std::string text_;
};

}  // namespace kaudit::apiserver::objects::table
