#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apiserver/api/call.hpp"
#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// An object that a client sent, and what to warn of.
struct CustomBody {
  objects::Json object;
  std::vector<std::string> complaints;
};

/// Reads a body as an object of the call's custom resource: pruned, with its defaults. Error: the
/// 400 of a real server, under Strict also for what is unknown or repeated.
Expected<CustomBody> read_custom_body(const Call& call, std::string_view body,
                                      objects::BodyFormat format,
                                      objects::FieldValidation validation);

/// The same for what a patch has made; complaints are not errors here.
Result<objects::DecodedTree> read_custom_result(const Call& call, const objects::Json& patched);

/// The same for what an apply has made.
Result<objects::Json> applied_custom(const Call& call, objects::Json object);

}  // namespace kaudit::apiserver::api
