#pragma once

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::schema {

/// Brings a value into the form in which Go holds and writes objects without a type: members by
/// name, numbers as int64 where they are one and as float64 otherwise. (apimachinery
/// pkg/apis/meta/v1/unstructured)
void make_unstructured(Json& value);

}  // namespace kaudit::apiserver::objects::schema
