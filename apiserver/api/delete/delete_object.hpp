#pragma once

#include <utility>

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/call.hpp"
#include "apiserver/api/delete/delete_options.hpp"
#include "apiserver/api/delete/owner_index.hpp"
#include "apiserver/objects/object.hpp"

namespace kaudit::apiserver::api {

/// What a DELETE left behind. (No aggregate: it passes through coroutines.)
struct Deletion {
  Deletion(objects::ObjectPtr left, bool is_gone) : object(std::move(left)), gone(is_gone) {}

  objects::ObjectPtr object;  ///< as it last was, or as it is now that it is marked
  bool gone;                  ///< false: something holds it
};

/// One attempt at deleting an object, as it was read: plans and carries it out. Error: Changed when
/// another write came in between.
boost::asio::awaitable<store::Outcome<Deletion>> try_delete(const ApiOptions& options,
                                                            const ObjectRef& ref,
                                                            const objects::ObjectPtr& current,
                                                            const DeleteRequest& request);

/// Whether an object is still the one, and in the version, that a DELETE means. Error: 409.
Expected<void> check_preconditions(const Call& call, const objects::Object& object,
                                   const DeleteRequest& request);

/// Deletes the object that the call names, until nobody was in between, and what has
/// to go with it. Error: the Status to answer
/// (404; 409 for preconditions).
boost::asio::awaitable<Expected<Deletion>> delete_object(Call& call, const DeleteRequest& request);

}  // namespace kaudit::apiserver::api
