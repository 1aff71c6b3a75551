#include "apiserver/api/delete/delete_object.hpp"
#include "apiserver/api/delete/delete_options.hpp"
#include "apiserver/api/operations.hpp"
#include "apiserver/api/read/listing.hpp"
#include "apiserver/api/status_errors.hpp"

namespace kaudit::apiserver::api {

// Lists, deletes one after the other, and answers the list: the objects as they were before. One
// that has gone in the meantime is not an error; anything else ends it there. (generic/registry
// DeleteCollection)
Handled delete_collection(Call& call) {
  const auto options = request::parse_list_options(call.scope.url);
  if (!options) co_return tl::unexpected(bad_request(options.error().message));
  const auto request = co_await read_delete_request(call);
  if (!request) co_return tl::unexpected(request.error());
  const auto slice = co_await list_slice(call, *options);
  if (!slice) co_return tl::unexpected(slice.error());
  for (const objects::ObjectPtr& object : slice->objects) {
    Call one = call;
    one.name = object->meta().name;
    const auto deletion = co_await delete_object(one, *request);
    if (!deletion && deletion.error().code != 404) co_return tl::unexpected(deletion.error());
  }
  co_return Reply{200, RawJson::trusted(list_text(call, *slice))};
}

}  // namespace kaudit::apiserver::api
