#include "apiserver/api/watch/converted_change.hpp"

#include <string>
#include <utility>

#include "apiserver/api/custom/conversion.hpp"
#include "apiserver/api/object_version.hpp"

namespace kaudit::apiserver::api {
namespace {

using boost::asio::awaitable;
using objects::ObjectPtr;

awaitable<Expected<ObjectPtr>> converted_object(const Call& call, const store::Change& change) {
  const std::string form = "converted " + std::string(call.resource.api_version) + "@" +
                           std::to_string(call.definition->since);
  if (const std::string* known = change.texts.peek(form)) {
    if (auto tree = objects::Json::parse(*known)) {
      co_return draft_of(call.resource, *tree).seal(change.version());
    }
  }
  auto converted = co_await convert_stored(call, change.object);
  if (!converted || *converted == change.object) co_return converted;
  change.texts.get(form, [&converted] { return std::string((*converted)->text()); });
  co_return converted;
}

}  // namespace

awaitable<Expected<store::ChangePtr>> convert_change(const Call& call, store::ChangePtr change,
                                                     Before before) {
  auto object = co_await converted_object(call, *change);
  if (!object) co_return tl::unexpected(object.error());
  ObjectPtr previous = change->previous;
  if (previous != nullptr && before == Before::Counts) {
    auto converted = co_await convert_stored(call, previous);
    if (!converted) co_return tl::unexpected(converted.error());
    previous = *std::move(converted);
  }
  co_return std::make_shared<const store::Change>(change->type, change->key, *std::move(object),
                                                  std::move(previous));
}

}  // namespace kaudit::apiserver::api
