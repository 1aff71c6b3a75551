#pragma once

#include <optional>
#include <string_view>

#include "apiserver/objects/tree/json.hpp"
#include "apiserver/objects/types/types.hpp"

namespace kaudit::apiserver::objects::apply {

/// A Go value of a kind that nothing was set in, as JSON: with what omitempty does not omit
/// (`"spec":{"containers":null}`). For a kind without tables (`type` is null) kind and apiVersion
/// alone.
Json empty_object(const Type* type, std::string_view api_version, std::string_view kind);
/// That member of it, which is neither kind nor apiVersion; nullopt where it has none.
std::optional<Json> empty_member(const Type* type, std::string_view name);

}  // namespace kaudit::apiserver::objects::apply
