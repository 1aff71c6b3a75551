#pragma once

#include <string>

#include "apiserver/api/call.hpp"
#include "apiserver/api/read/field_labels.hpp"
#include "apiserver/objects/object.hpp"
#include "apiserver/request/list_options.hpp"

namespace kaudit::apiserver::api {

/// Which objects of a collection a list or watch is about.
class Selection {
 public:
  /// Everything, or the one object that the call names.
  explicit Selection(const Call& call)
      : name_(call.name), prefix_(call.prefix()), labels_of_kind_(call) {
    if (!name_.empty()) narrow_to(call, name_);
  }
  /// Error: 400 for a field that cannot be selected by, and for a name in the path beside a field
  /// selector.
  static Expected<Selection> of(const Call& call, const request::ListOptions& options);

  bool everything() const noexcept { return name_.empty() && labels_.empty() && fields_.empty(); }
  bool matches(const objects::Object& object) const;
  /// Where in the store to look: the collection, or the only object that can match.
  const std::string& prefix() const noexcept { return prefix_; }

 private:
  void narrow_to(const Call& call, std::string_view name);

  std::string name_;
  std::string prefix_;
  FieldLabels labels_of_kind_;
  request::LabelSelector labels_;
  request::FieldSelector fields_;
};

}  // namespace kaudit::apiserver::api
