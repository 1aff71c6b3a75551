#pragma once

#include <string>
#include <vector>

#include "policy/policy.hpp"

namespace kaudit::policy {

/// Something wrong with one field. (k8s.io/apimachinery field.Error)
struct FieldError {
  std::string path;        ///< as Kubernetes names it: no index after `resources`
  std::string exact_path;  ///< with all indexes: finds the place in the file
  std::string message;     ///< `Required value`, `Invalid value: "x": …`

  std::string text() const { return path + ": " + message; }
};

/// All errors of a policy together, in Kubernetes' order and wording; a repeated one is left out.
/// Empty: it is valid. That there must be rules is not part of it.
/// (k8s.io/apiserver/pkg/apis/audit/validation ValidatePolicy)
std::vector<FieldError> validate(const Policy& policy);

}  // namespace kaudit::policy
