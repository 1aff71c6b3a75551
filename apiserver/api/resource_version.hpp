#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.hpp"

namespace kaudit::apiserver::api {

/// Reads a resourceVersion parameter. Error: the real server's text. (apiserver
/// pkg/storage/api_object_versioner.go)
Result<std::uint64_t> parse_resource_version(std::string_view text);
/// The one that an object names. Error: Go's text alone.
Result<std::uint64_t> parse_version_number(std::string_view text);

}  // namespace kaudit::apiserver::api
