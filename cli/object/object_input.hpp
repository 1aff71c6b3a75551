#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/tree/json.hpp"
#include "base/result.hpp"

namespace kaudit::cli {

/// Reads a file (`-`: standard input) of at most so many bytes that holds one JSON or YAML object.
/// Error: with the file's name.
Result<apiserver::objects::Json> read_object(const std::string& file, std::uint64_t most);

/// The kind that an object names, or that `kind` (`apps/v1/Deployment`, `v1/Pod`) names for it. The
/// views are those of the arguments.
apiserver::objects::TypeMeta type_of_object(const apiserver::objects::Json& object,
                                            std::string_view kind);

/// The object as a server writes it, without defaults; as it is when its kind has no tables. Error:
/// it does not fit its kind.
Result<apiserver::objects::Json> canonical(const apiserver::objects::TypeMeta& type,
                                           const apiserver::objects::Json& object);

}  // namespace kaudit::cli
