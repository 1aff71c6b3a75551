#pragma once

#include <string>
#include <string_view>

#include "apiserver/api/call.hpp"
#include "apiserver/objects/object.hpp"
#include "apiserver/objects/table/view.hpp"

namespace kaudit::apiserver::api {

/// How a watch shows its objects: in the version of its URL, whole, as Tables, or their metadata
/// alone. Used by one watch: the first Table names the columns, those after it do not.
class ObjectForm {
 public:
  ObjectForm(const Call& call, const objects::table::View& view)
      : call_(call), view_(view), name_(name_now()) {}

  /// Names the form: two of the same name write the same bytes for the same object (ages aside).
  const std::string& name() const noexcept { return name_; }
  void append(std::string& out, const objects::ObjectPtr& object) const;
  /// The same for text that is in the version of the URL.
  void append_text(std::string& out, std::string_view object) const;
  /// An object in this form has been sent.
  void sent() {
    if (header_ == objects::table::Header::None) return;
    header_ = objects::table::Header::None;
    name_ = name_now();
  }

 private:
  std::string name_now() const;
  std::string name_of_form() const;

  const Call& call_;
  const objects::table::View view_;
  objects::table::Header header_ = objects::table::Header::Columns;
  std::string name_;
};

}  // namespace kaudit::apiserver::api
