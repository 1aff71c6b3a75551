#pragma once

#include <string>
#include <string_view>

#include "apiserver/api/call.hpp"

namespace kaudit::apiserver::api {

/// The fields that objects of a kind can be selected by. Kubernetes has metadata.name and
/// metadata.namespace for every kind, and a few more for some. (kubernetes
/// pkg/apis/*/conversion.go, pkg/registry/*/strategy.go)
class FieldLabels {
 public:
  explicit FieldLabels(const Call& call);

  /// Error: 400, in the words that the kind has for it.
  Expected<void> check(std::string_view label) const;
  /// The value of a label that passed check(), as selectors see it: booleans and numbers as text,
  /// "" for a string that the object has not. The view is into the object or `scratch`.
  std::string_view value(const objects::Object& object, std::string_view label,
                         std::string& scratch) const;

  struct Kind;

 private:
  const custom::SelectableField* selectable(std::string_view label) const noexcept;

  const Kind* kind_ = nullptr;      // null: only the metadata
  const custom::Version* version_;  // of a custom resource
};

}  // namespace kaudit::apiserver::api
