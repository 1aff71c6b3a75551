#include "apiserver/api/write/written_object.hpp"

#include <string>
#include <utility>
#include <vector>

#include "apiserver/api/negotiation.hpp"
#include "apiserver/api/recorded_objects.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/warnings.hpp"
#include "apiserver/api/write/object_rules.hpp"
#include "apiserver/api/write/owner_references.hpp"

namespace kaudit::apiserver::api {

boost::asio::awaitable<Expected<WrittenObject>> read_object(Call& call,
                                                            std::string_view options_kind) {
  return read_object_of(call, call.type(), options_kind);
}

boost::asio::awaitable<Expected<WrittenObject>> read_object_of(
    Call& call, objects::TypeMeta type, std::string_view options_kind,
    std::optional<objects::TypeMeta> older) {
  const auto format = body_format(call.scope.request().headers);
  if (!format) co_return tl::unexpected(format.error());
  const auto body = co_await read_body(call);
  if (!body) co_return tl::unexpected(body.error());
  auto options = write_options(call.scope.url, options_kind);
  if (!options) co_return tl::unexpected(options.error());
  const objects::DecodeOptions how{.validation = options->field_validation};
  auto decoded = objects::decode_object(type, *body, *format, how);
  if (!decoded && older) {
    auto again = objects::decode_object(*older, *body, *format, how);
    if (again) decoded = std::move(again);
  }
  if (!decoded) co_return tl::unexpected(bad_request(decoded.error().message));
  auto object = objects::Json::parse(decoded->json);
  // Events show what was sent, with what is repeated in it.
  record_request_object(call, *object);
  std::vector<std::string> warnings = decoded->complaints;
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
