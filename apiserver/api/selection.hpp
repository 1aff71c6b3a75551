#pragma once

#include "apiserver/api/call.hpp"
#include "apiserver/objects/object.hpp"
#include "apiserver/request/list_options.hpp"

namespace kaudit::apiserver::api {

/// Which objects of a collection a list or watch is about.
class Selection {
 public:
  /// Everything, or the one object that the call names.
  explicit Selection(const Call& call) : name_(call.name) {}
  /// Error: 400 for a field that cannot be selected by. (Kubernetes lets every kind be selected by
  /// metadata.name and metadata.namespace.)
  static Expected<Selection> of(const Call& call, const ListOptions& options);

  bool everything() const noexcept { return name_.empty() && labels_.empty() && fields_.empty(); }
  bool matches(const objects::Object& object) const;

 private:
  std::string name_;
  LabelSelector labels_;
  FieldSelector fields_;
};

}  // namespace kaudit::apiserver::api
