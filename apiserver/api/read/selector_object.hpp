#pragma once

#include "apiserver/objects/tree/json.hpp"
#include "apiserver/request/label_selector.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::api {

/// A selector as objects write it, with matchLabels and matchExpressions; without either it selects
/// everything. Error: an operator or value that there is not. (apimachinery pkg/apis/meta/v1
/// LabelSelectorAsSelector)
Result<request::LabelSelector> read_selector(const objects::Json& object);

}  // namespace kaudit::apiserver::api
