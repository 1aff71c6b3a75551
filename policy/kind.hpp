#pragma once

#include <string>

#include "base/result.hpp"
#include "base/yaml/node.hpp"

namespace kaudit::policy {

/// Which of its types Kubernetes' decoder would make of a document.
enum class DocumentKind {
  Policy,          ///< audit.k8s.io/v1 Policy
  InternalPolicy,  ///< no apiVersion: the internal Policy, refused once it is decoded
};

/// Reads apiVersion and kind (in any case, as encoding/json does; missing, null and empty are the
/// same) and says what the document is, or why no policy can be made of it, in Kubernetes' words.
/// (k8s.io/apimachinery json.SimpleMetaFactory, runtime.Scheme)
Result<DocumentKind> interpret_kind(const yaml::Document& document);

}  // namespace kaudit::policy
