#include "apiserver/api/write/written_object.hpp"

#include <string>
#include <utility>
#include <vector>

#include "apiserver/api/custom/custom_body.hpp"
#include "apiserver/api/negotiation.hpp"
#include "apiserver/api/recorded_objects.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/warnings.hpp"
#include "apiserver/api/write/object_rules.hpp"
#include "apiserver/api/write/owner_references.hpp"

namespace kaudit::apiserver::api {
namespace {

Expected<CustomBody> decoded_body(const Call& call, objects::TypeMeta type, std::string_view body,
                                  objects::BodyFormat format, FieldValidation validation) {
  if (call.version != nullptr && type.kind == call.resource.kind) {
    return read_custom_body(call, body, format, validation);
  }
  auto decoded = objects::decode_object(type, body, format, {.validation = validation});
  if (!decoded) return tl::unexpected(bad_request(decoded.error().message));
  return CustomBody{std::move(decoded->object), std::move(decoded->complaints)};
}

}  // namespace

boost::asio::awaitable<Expected<WrittenObject>> read_object(Call& call,
                                                            std::string_view options_kind) {
  return read_object_of(call, call.type(), options_kind);
}

boost::asio::awaitable<Expected<WrittenObject>> read_object_of(Call& call, objects::TypeMeta type,
                                                               std::string_view options_kind,
                                                               std::string_view old_version) {
  const auto format = body_format(call.scope.request().headers);
  if (!format) co_return tl::unexpected(format.error());
  const auto body = co_await read_body(call);
  if (!body) co_return tl::unexpected(body.error());
  auto options = write_options(call.scope.url, options_kind);
  if (!options) co_return tl::unexpected(options.error());
  const auto read_as = [&](objects::TypeMeta as) {
    return decoded_body(call, as, *body, *format, options->field_validation);
  };
  auto decoded = read_as(type);
  if (!decoded && !old_version.empty()) {
    auto old = read_as({old_version, type.kind});
    if (old) decoded = std::move(old);
  }
  if (!decoded) co_return tl::unexpected(decoded.error());
  Result<objects::Json> object = std::move(decoded->object);
  // Events show what was sent, with what is repeated in it.
  record_request_object(call, *object);
  std::vector<std::string> warnings = std::move(decoded->complaints);
  if (auto repeated = drop_repeated_owners(*object, OwnersSeen::AsSent)) {
    warnings.push_back(*std::move(repeated));
  }
  add_warnings(call.scope.headers, warnings);

  if (auto matches = match_namespace(call, *object); !matches) {
    co_return tl::unexpected(matches.error());
  }
  WrittenObject written(*std::move(object), *std::move(options));
  co_return written;
}

}  // namespace kaudit::apiserver::api
