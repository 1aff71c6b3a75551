#pragma once

#include <string>
#include <string_view>

#include "apiserver/objects/object.hpp"

namespace kaudit::apiserver::api {

/// How an answer shows the objects of a list or watch. Everything that writes one goes through
/// here: today they are shown whole, as JSON; a Table or their metadata alone would be other forms.
class ObjectForm {
 public:
  /// Names the form: two of the same name write the same bytes for the same object.
  std::string_view name() const noexcept { return "json"; }
  /// On its own, as in an event of a watch.
  void append(std::string& out, const objects::Object& object) const { out += object.text(); }
  /// As an item of a list.
  void append_item(std::string& out, const objects::Object& object) const {
    object.append_item(out);
  }
};

}  // namespace kaudit::apiserver::api
