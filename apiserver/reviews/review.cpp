#include "apiserver/reviews/review.hpp"

#include <string>
#include <utility>

#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/write/field_ownership.hpp"
#include "apiserver/api/write/written_object.hpp"
#include "apiserver/objects/codec/codec.hpp"

namespace kaudit::apiserver::reviews {
namespace {

using objects::Json;

/// The kind of the body, which a subresource names itself.
struct BodyType {
  std::string api_version;
  std::string_view kind;

  explicit BodyType(const api::Call& call)
      : api_version(call.resource.api_version), kind(call.resource.kind) {
    if (call.subresource == nullptr) return;
    const objects::Subresource& part = *call.subresource;
    api_version.assign(part.group).append(part.group.empty() ? "" : "/").append(part.version);
    kind = part.kind;
  }
  objects::TypeMeta meta() const noexcept { return {api_version, kind}; }
};

void track(const api::Call& call, const BodyType& type, std::string_view field_manager,
           Json& review) {
  if (call.subresource == nullptr) return api::track_create(call, field_manager, review);
  const objects::apply::FieldManager fields({objects::find_type(type.api_version, type.kind),
                                             type.api_version, type.kind, call.subresource->name});
  const std::string manager = api::manager_of(call, field_manager);
  api::set_managed_fields(review, fields.update(nullptr, review, {manager, api::ownership_time()}));
}

}  // namespace

boost::asio::awaitable<api::Expected<Json>> read_review(api::Call& call) {
  const BodyType type(call);
  auto written = co_await api::read_object_of(call, type.meta(), "CreateOptions");
  if (!written) co_return tl::unexpected(std::move(written.error()));
  track(call, type, written->options.field_manager, written->object);
  co_return std::move(written->object);
}

api::Expected<api::Reply> answered(const api::Call& call, Json review, Json status) {
  review.set("status", std::move(status));
  const auto canonical = objects::canonical_object(BodyType(call).meta(), review);
  if (!canonical) return tl::unexpected(api::unexpected(canonical.error().message));
  return api::Reply{201, RawJson::trusted(canonical->dump())};
}

}  // namespace kaudit::apiserver::reviews
