#pragma once

#include "apiserver/objects/tree/json.hpp"
#include "apiserver/request/label_selector.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::api {

/// A LabelSelector as objects have it (`matchLabels`, `matchExpressions`) as one of a query; an
/// empty one selects everything. Error: an operator, key or value that cannot be. (apimachinery
/// meta/v1 LabelSelectorAsSelector)
Result<request::LabelSelector> read_label_selector(const objects::Json& selector);

}  // namespace kaudit::apiserver::api
