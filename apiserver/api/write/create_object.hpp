#pragma once

#include "apiserver/api/operations.hpp"
#include "apiserver/api/write/written_object.hpp"

namespace kaudit::apiserver::api {

/// Stores what a request brought as a new object: a POST, or a PUT of a kind that a PUT may create.
/// Names it where it only says how its name begins, and gives the call that name.
Handled create_object(Call& call, WrittenObject& written);

}  // namespace kaudit::apiserver::api
