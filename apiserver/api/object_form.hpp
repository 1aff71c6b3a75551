#pragma once

#include <string>
#include <string_view>

#include "apiserver/objects/kinds.hpp"
#include "apiserver/objects/object.hpp"
#include "apiserver/objects/table/view.hpp"

namespace kaudit::apiserver::api {

/// How a watch shows its objects: in the version of its URL, whole, as Tables, or their metadata
/// alone. Used by one watch: the first Table names the columns, those after it do not.
class ObjectForm {
 public:
  ObjectForm(const objects::Resource& resource, const objects::table::View& view)
      : resource_(resource), view_(view) {}

  /// Names the form: two of the same name write the same bytes for the same object (ages aside).
  std::string name() const;
  void append(std::string& out, std::string_view object) const;
  /// An object in this form has been sent.
  void sent() noexcept { header_ = objects::table::Header::None; }

 private:
  bool is_stored_version() const noexcept;
  std::string name_of_form() const;
  void append_form(std::string& out, std::string_view object) const;

  const objects::Resource& resource_;
  const objects::table::View view_;
  objects::table::Header header_ = objects::table::Header::Columns;
};

}  // namespace kaudit::apiserver::api
