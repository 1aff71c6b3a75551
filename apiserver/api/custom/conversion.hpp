#pragma once

#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <tl/expected.hpp>

#include "apiserver/api/call.hpp"
#include "apiserver/objects/object.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

// Objects of a custom resource whose definition has a conversion webhook. Where there is none, an
// object is brought into another version without a wait: object_version.hpp does it.

/// Asks a definition's webhook. Any thread.
class Converter {
 public:
  /// The objects in the order in which they were given, or why there are none.
  using Outcome = tl::expected<std::vector<objects::Json>, std::string>;

  Converter() = default;
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  virtual ~Converter() = default;

  /// Brings objects of the definition, none of which is in that version, into it. It ends by the
  /// deadline of the request, or with its cancellation.
  virtual boost::asio::awaitable<Outcome> convert(const custom::Definition& definition,
                                                  const custom::Version& to,
                                                  std::vector<objects::Json> given,
                                                  RequestScope& scope) const = 0;
};

/// True when objects of the call's kind are converted by a webhook.
bool has_converter(const Call& call) noexcept;

/// Objects of the call's kind in that version, pruned and with its defaults. Error: 500 with the
/// text of a real server. (apiextensions pkg/apiserver/conversion crConverter)
boost::asio::awaitable<Expected<std::vector<objects::Json>>> convert_all(
    const Call& call, const custom::Version& to, std::vector<objects::Json> given);
boost::asio::awaitable<Expected<objects::Json>> convert(const Call& call, const custom::Version& to,
                                                        objects::Json object);

/// Stored objects in the version of the call.
boost::asio::awaitable<Expected<std::vector<objects::ObjectPtr>>> convert_stored(
    const Call& call, std::vector<objects::ObjectPtr> stored);
boost::asio::awaitable<Expected<objects::ObjectPtr>> convert_stored(const Call& call,
                                                                    objects::ObjectPtr stored);

/// An object of the call's version on its way into the store.
boost::asio::awaitable<Expected<objects::Draft>> convert_to_store(const Call& call,
                                                                  const objects::Json& object);

}  // namespace kaudit::apiserver::api
