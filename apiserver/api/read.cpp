#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "apiserver/api/continue_token.hpp"
#include "apiserver/api/listing.hpp"
#include "apiserver/api/operations.hpp"
#include "apiserver/api/resource_version.hpp"
#include "apiserver/api/selection.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/storage_timer.hpp"
#include "audit/base/json_text.hpp"

namespace kaudit::apiserver::api {
namespace {

// The objects of a page that are selected. The limit counts those, so the store's own limit serves
// only when all are.
Slice slice_of(const Call& call, store::Page page, const Selection& selection, std::size_t limit) {
  Slice slice;
  slice.resource_version = page.resource_version;
  bool more = page.remaining > 0;
  for (objects::ObjectPtr& object : page.objects) {
    if (!selection.everything() && !selection.matches(*object)) continue;
    if (limit != 0 && slice.objects.size() == limit) {
      more = true;
      break;
    }
    slice.objects.push_back(std::move(object));
  }
  if (!more) return slice;
  if (selection.everything()) slice.remaining = page.remaining;
  const objects::ObjectMeta& last = slice.objects.back()->meta();
  ContinueToken token{slice.resource_version, last.name};
  if (call.resource.namespaced() && call.ns.empty()) token.last = last.ns + "/" + last.name;
  slice.continue_token = token.encode();
  return slice;
}

// A list shows what is there now; that is good for every version that has been.
Expected<void> check_version(const Call& call, const ListOptions& options) {
  if (options.resource_version.empty()) return {};
  const auto version = parse_resource_version(options.resource_version);
  if (!version) {
    return tl::unexpected(bad_request("invalid resource version: " + version.error().message));
  }
  const std::uint64_t current = call.store().resource_version();
  if (*version > current) return tl::unexpected(version_too_large(*version, current));
  return {};
}

}  // namespace

Handled get(Call& call) {
  const StorageTimer timer(call.scope);
  const auto found = co_await call.store().get(call.key(call.name));
  if (!found) co_return tl::unexpected(refused(call, found.error()));
  co_return Reply{200, (*found)->json()};
}

std::string list_text(const Call& call, const Slice& slice) {
  std::string text = "{\"kind\":";
  append_json_string(text, call.resource.list_kind);
  text += ",\"apiVersion\":";
  append_json_string(text, call.resource.api_version);
  text += ",\"metadata\":{\"resourceVersion\":\"" + std::to_string(slice.resource_version) + "\"";
  if (!slice.continue_token.empty()) {
    text += ",\"continue\":\"" + slice.continue_token + "\"";
    if (slice.remaining > 0) text += ",\"remainingItemCount\":" + std::to_string(slice.remaining);
  }
  text += "},\"items\":[";
  for (const objects::ObjectPtr& object : slice.objects) {
    if (text.back() != '[') text += ',';
    object->append_item(text);
  }
  return text += "]}";
}

boost::asio::awaitable<Expected<Slice>> list_slice(Call& call, const ListOptions& options) {
  const auto selection = Selection::of(call, options);
  if (!selection) co_return tl::unexpected(selection.error());
  if (auto good = check_version(call, options); !good) co_return tl::unexpected(good.error());

  store::ListRequest request{call.prefix(), "", 0};
  const auto limit = static_cast<std::size_t>(std::max<std::int64_t>(options.limit, 0));
  if (selection->everything()) request.limit = limit;
  std::uint64_t first_version = 0;
  if (!options.continue_token.empty()) {
    const auto token = ContinueToken::decode(options.continue_token);
    if (!token) co_return tl::unexpected(bad_request(token.error().message));
    request.after = request.prefix + token->last;
    first_version = token->resource_version;
  }
  const StorageTimer timer(call.scope);
  auto page = co_await call.store().list(request);
  if (!page) co_return tl::unexpected(refused(call, page.error()));
  if (first_version != 0) page->resource_version = first_version;
  co_return slice_of(call, *std::move(page), *selection, limit);
}

Handled list(Call& call) {
  const auto options = parse_list_options(call.scope.url);
  if (!options) co_return tl::unexpected(bad_request(options.error().message));
  const auto slice = co_await list_slice(call, *options);
  if (!slice) co_return tl::unexpected(slice.error());
  co_return Reply{200, audit::RawJson::trusted(list_text(call, *slice))};
}

}  // namespace kaudit::apiserver::api
