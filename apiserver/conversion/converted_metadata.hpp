#pragma once

#include <string>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::conversion {

// What of an object's metadata a conversion may change: labels and annotations. (apiextensions
// pkg/apiserver/conversion validateConvertedObject, restoreObjectMeta)

/// Why a converted object is not the one that was given; "" when it is.
std::string fault_of_identity(const objects::Json& given, const objects::Json& converted);

/// Gives a converted object the metadata of the one that was given, with its own labels and
/// annotations. Why that cannot be; "" when it is done.
std::string restore_metadata(const objects::Json& given, objects::Json& converted);

}  // namespace kaudit::apiserver::conversion
