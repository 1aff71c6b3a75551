#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "apiserver/api/custom/conversion.hpp"
#include "apiserver/api/object_version.hpp"
#include "apiserver/api/operations.hpp"
#include "apiserver/api/read/continue_token.hpp"
#include "apiserver/api/read/list_answer.hpp"
#include "apiserver/api/read/list_validation.hpp"
#include "apiserver/api/read/listing.hpp"
#include "apiserver/api/read/selection.hpp"
#include "apiserver/api/resource_version.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/storage_timer.hpp"
#include "base/json/json_text.hpp"

namespace kaudit::apiserver::api {
namespace {

/// What of a collection is asked for.
struct ListPlan {
  Selection selection;
  store::ListRequest request;
  bool continued = false;
};

// A list shows what is there now, which is good for every version that has been.
Expected<void> check_not_older(const Call& call, std::uint64_t version) {
  const std::uint64_t current = call.store().resource_version();
  if (version > current) return tl::unexpected(version_too_large(version, current));
  return {};
}

Expected<void> begin_at_token(const request::ListOptions& options, const Call& call,
                              ListPlan& plan) {
  const auto token = ContinueToken::decode(options.continue_token);
  if (!token) return tl::unexpected(bad_request(token.error().message));
  if (!options.resource_version.empty() && options.resource_version != "0") {
    return tl::unexpected(
        bad_request("specifying resource version is not allowed when using continue"));
  }
  plan.continued = true;
  plan.request.from = call.prefix() + token->from;
  if (token->resource_version > 0) {
    plan.request.at = static_cast<std::uint64_t>(token->resource_version);
  }
  return {};
}

// The real server's cache hands its error on as it is. Events are not cached: there the storage
// reads the version. (apiserver pkg/storage/cacher CacheDelegator.Get, pkg/storage/etcd3
// validateMinimumResourceVersion)
audit::Status unreadable_version(const Call& call, const std::string& why) {
  if (call.resource.name == "events") return bad_request("invalid resource version: " + why);
  return unexpected(why);
}

// (apiserver pkg/storage ValidateListOptions)
Expected<void> begin_at_version(const request::ListOptions& options, const Call& call,
                                ListPlan& plan) {
  if (options.resource_version.empty()) return {};
  const auto version = parse_resource_version(options.resource_version);
  if (!version) {
    return tl::unexpected(bad_request("invalid resource version: " + version.error().message));
  }
  const bool exact = options.resource_version_match == "Exact";
  // "Whatever you have" comes whole, as from the real server's cache.
  if (*version == 0 && !exact) plan.request.limit = 0;
  if (exact || (options.resource_version_match.empty() && plan.request.limit > 0)) {
    plan.request.at = *version;
    return {};
  }
  return check_not_older(call, *version);
}

Expected<ListPlan> plan_list(const Call& call, const request::ListOptions& options) {
  auto selection = Selection::of(call, options);
  if (!selection) return tl::unexpected(selection.error());
  ListPlan plan{*std::move(selection), {}};
  plan.request.prefix = plan.selection.prefix();
  plan.request.limit = static_cast<std::size_t>(std::max<std::int64_t>(options.limit, 0));
  const auto begun = options.continue_token.empty() ? begin_at_version(options, call, plan)
                                                    : begin_at_token(options, call, plan);
  if (!begun) return tl::unexpected(begun.error());
  return plan;
}

audit::Status list_refused(const Call& call, const ListPlan& plan, store::Refusal refusal) {
  switch (refusal) {
    case store::Refusal::NotReached:
      return version_too_large(plan.request.at, call.store().resource_version());
    case store::Refusal::Expired:
      break;
    default:
      return refused(call, refusal);
  }
  if (!plan.continued) return list_expired();
  const ContinueToken rest{ContinueToken::kLatest, plan.request.from.substr(call.prefix().size())};
  return continue_expired(rest.encode());
}

// What the key of an object is within the collection.
std::string place_of(const Call& call, const objects::ObjectMeta& meta) {
  const bool everywhere = call.resource.namespaced() && call.ns.empty();
  return everywhere ? meta.ns + "/" + meta.name : meta.name;
}

std::string token_after(const Call& call, const Slice& slice) {
  return ContinueToken::after(static_cast<std::int64_t>(slice.resource_version),
                              place_of(call, slice.objects.back()->meta()))
      .encode();
}

Slice slice_of(const Call& call, store::Page page, const Selection& selection) {
  bring_to_version_of(call, page.objects);
  Slice slice{std::move(page.objects), page.resource_version, 0, {}};
  if (page.remaining == 0) return slice;
  // Nobody knows how many of the rest are selected.
  if (selection.everything()) slice.remaining = page.remaining;
  slice.continue_token = token_after(call, slice);
  return slice;
}

// Objects that a webhook converts are selected by what it makes of them, so they are taken from the
// store a part at a time, until there are enough.
boost::asio::awaitable<Expected<Slice>> converted_slice(Call& call, ListPlan& plan) {
  constexpr std::size_t kPart = 500;
  const std::size_t limit = plan.request.limit;
  const bool everything = plan.selection.everything();
  Slice slice;
  std::vector<objects::ObjectPtr> selected;
  for (;;) {
    plan.request.limit = everything && limit > 0 ? limit - selected.size() : kPart;
    auto page = co_await call.store().list(plan.request);
    if (!page) co_return tl::unexpected(list_refused(call, plan, page.error()));
    slice.resource_version = page->resource_version;
    plan.request.at = page->resource_version;
    auto objects = co_await convert_stored(call, page->objects.copy());
    if (!objects) co_return tl::unexpected(objects.error());
    for (std::size_t i = 0; i < objects->size(); ++i) {
      objects::ObjectPtr& object = (*objects)[i];
      plan.request.from =
          call.prefix() + ContinueToken::after(0, place_of(call, object->meta())).from;
      if (!everything && !plan.selection.matches(*object)) continue;
      selected.push_back(std::move(object));
      if (limit == 0 || selected.size() < limit) continue;
      slice.objects = store::ObjectList(std::move(selected));
      const std::size_t rest = page->remaining + objects->size() - i - 1;
      if (rest == 0) co_return slice;
      if (everything) slice.remaining = rest;
      slice.continue_token = token_after(call, slice);
      co_return slice;
    }
    if (page->remaining == 0) {
      slice.objects = store::ObjectList(std::move(selected));
      co_return slice;
    }
  }
}

Expected<void> check_version_asked_for(const Call& call) {
  const auto wanted = call.scope.url.parameter("resourceVersion");
  if (wanted.empty()) return {};
  const auto version = parse_resource_version(wanted);
  if (!version) return tl::unexpected(unreadable_version(call, version.error().message));
  return check_not_older(call, *version);
}

Expected<Reply> reply_with(const Call& call, const store::Outcome<objects::ObjectPtr>& found) {
  if (!found) return tl::unexpected(refused(call, found.error()));
  auto shown = shown_object(call, *found);
  if (!shown) return tl::unexpected(std::move(shown.error()));
  return Reply{200, *std::move(shown)};
}

/// Its frame, which has room for each reply of its own, is small enough to be kept for the next
/// one.
Handled read_object(Call& call) {
  const StorageTimer timer(call.scope);
  const auto found = co_await call.store().get(call.key(call.name));
  co_return reply_with(call, found);
}

Handled read_converted_object(Call& call) {
  const StorageTimer timer(call.scope);
  const auto found = co_await call.store().get(call.key(call.name));
  if (!found) co_return reply_with(call, found);
  const auto converted = co_await convert_stored(call, *found);
  if (!converted) co_return tl::unexpected(converted.error());
  co_return reply_with(call, *converted);
}

Handled refuse(audit::Status status) { co_return tl::unexpected(std::move(status)); }

}  // namespace

Handled get(Call& call) {
  auto good = check_version_asked_for(call);
  if (!good) return refuse(std::move(good.error()));
  return has_converter(call) ? read_converted_object(call) : read_object(call);
}

std::size_t text_size(const store::ObjectList& objects, std::size_t enough) noexcept {
  std::size_t sum = 0;
  for (const objects::ObjectPtr& object : objects) {
    if (sum >= enough) break;
    sum += object->text().size();
  }
  return sum;
}

std::string list_head(const Call& call, const Slice& slice) {
  if (call.resource.is_custom()) {
    std::string text = "{\"apiVersion\":";
    append_json_string(text, call.resource.api_version);
    return text += ",\"items\":[";
  }
  std::string text = "{\"kind\":";
  append_json_string(text, call.resource.list_kind);
  text += ",\"apiVersion\":";
  append_json_string(text, call.resource.api_version);
  text += ",\"metadata\":{\"resourceVersion\":\"" + std::to_string(slice.resource_version) + "\"";
  if (!slice.continue_token.empty()) {
    text += ",\"continue\":\"" + slice.continue_token + "\"";
    if (slice.remaining > 0) text += ",\"remainingItemCount\":" + std::to_string(slice.remaining);
  }
  return text += "},\"items\":[";
}

std::string list_tail(const Call& call, const Slice& slice) {
  if (!call.resource.is_custom()) return "]}";
  std::string text = "],\"kind\":";
  append_json_string(text, call.resource.list_kind);
  text += ",\"metadata\":{\"continue\":\"" + slice.continue_token + "\"";
  if (!slice.continue_token.empty() && slice.remaining > 0) {
    text += ",\"remainingItemCount\":" + std::to_string(slice.remaining);
  }
  return text += ",\"resourceVersion\":\"" + std::to_string(slice.resource_version) + "\"}}";
}

std::string list_text(const Call& call, const Slice& slice) {
  std::string text = list_head(call, slice);
  const std::string tail = list_tail(call, slice);
  // Its whole room at once: lists are large. (An item is shorter than its object; an answer ends
  // with a line break.)
  text.reserve(text.size() + text_size(slice.objects) + slice.objects.size() + tail.size() + 1);
  for (const objects::ObjectPtr& object : slice.objects) {
    if (text.back() != '[') text += ',';
    object->append_item(text);
  }
  text += tail;
  return text;
}

boost::asio::awaitable<Expected<Slice>> list_slice(Call& call,
                                                   const request::ListOptions& options) {
  auto plan = plan_list(call, options);
  if (!plan) co_return tl::unexpected(plan.error());
  if (has_converter(call)) {
    const StorageTimer timer(call.scope);
    co_return co_await converted_slice(call, *plan);
  }
  const Selection& selection = plan->selection;
  if (!selection.everything()) {
    plan->request.filter = [&selection](const objects::Object& object) {
      return selection.matches(object);
    };
  }
  const StorageTimer timer(call.scope);
  auto page = co_await call.store().list(plan->request);
  if (!page) co_return tl::unexpected(list_refused(call, *plan, page.error()));
  co_return slice_of(call, *std::move(page), selection);
}

boost::asio::awaitable<Answer> list(Call& call) {
  const auto options = read_list_options(call);
  if (!options) co_return answer_with(call.scope, options.error());
  auto slice = co_await list_slice(call, *options);
  if (!slice) co_return answer_with(call.scope, slice.error());
  co_return list_answer(call, *std::move(slice));
}

}  // namespace kaudit::apiserver::api
