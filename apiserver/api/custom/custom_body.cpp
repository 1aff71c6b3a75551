#include "apiserver/api/custom/custom_body.hpp"

#include <utility>

#include "apiserver/api/status_errors.hpp"
#include "apiserver/custom/instance.hpp"
#include "apiserver/objects/patch/repeated_members.hpp"
#include "base/text/list.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::FieldValidation;
using objects::Json;

// Every object has metadata once it is decoded.
void complete(Json& object) {
  const Json* const metadata = object.find("metadata");
  if (metadata == nullptr || !metadata->object()) object.set("metadata", Json(Json::Object()));
}

std::vector<std::string> repeated(const objects::UntypedBody& body, FieldValidation validation) {
  if (validation == FieldValidation::Ignore) return {};
  if (!body.yaml_complaint.empty()) return {body.yaml_complaint};
  return objects::patch::repeated_members(body.compact);
}

}  // namespace

Expected<CustomBody> read_custom_body(const Call& call, std::string_view body,
                                      objects::BodyFormat format, FieldValidation validation) {
  if (format == objects::BodyFormat::Protobuf) {
    constexpr std::string_view kTaken[] = {"application/json", "application/yaml"};
    return tl::unexpected(unsupported_body(kTaken));
  }
  auto read = objects::decode_untyped_body(call.type(), body, format);
  if (!read) return tl::unexpected(bad_request(read.error().message));
  const std::string kind(read->tree.text("kind"));
  const std::string api_version(read->tree.text("apiVersion"));
  CustomBody result{Json(), repeated(*read, validation)};
  auto instance = custom::read_instance(*call.version, std::move(read->tree));
  if (!instance) {
    return tl::unexpected(bad_request(
        objects::wrong_type_message(call.type(), {api_version, kind}, instance.error().message)));
  }
  if (validation != FieldValidation::Ignore) {
    result.complaints.insert(result.complaints.end(), instance->complaints.begin(),
                             instance->complaints.end());
  }
  if (validation == FieldValidation::Strict && !result.complaints.empty()) {
    return tl::unexpected(bad_request(
        objects::wrong_type_message(call.type(), {api_version, kind},
                                    "strict decoding error: " + joined(result.complaints, ", "))));
  }
  if (api_version != call.resource.api_version) {
    return tl::unexpected(bad_request("the API version in the data (" + api_version +
                                      ") does not match the expected API version (" +
                                      std::string(call.resource.api_version) + ")"));
  }
  result.object = std::move(instance->object);
  complete(result.object);
  result.object.sort_members();
  return result;
}

Result<objects::DecodedTree> read_custom_result(const Call& call, const Json& patched) {
  auto instance = custom::read_instance(*call.version, patched);
  if (!instance) return tl::unexpected(instance.error());
  complete(instance->object);
  return objects::DecodedTree{std::move(instance->object), std::move(instance->complaints)};
}

Result<Json> applied_custom(const Call& call, Json object) {
  auto instance = custom::read_instance(*call.version, std::move(object));
  if (!instance) return tl::unexpected(instance.error());
  complete(instance->object);
  instance->object.sort_members();
  return std::move(instance->object);
}

}  // namespace kaudit::apiserver::api
