#pragma once

#include "apiserver/api/operations.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::reviews {

/// Reads the body of a review as that of any create: it is judged, recorded as the requestObject,
/// and gets its managedFields. Of a subresource the body is of the kind that kinds.json gives it.
/// Error: the Status to answer. (apiserver pkg/endpoints/handlers createHandler, which knows
/// nothing of reviews)
boost::asio::awaitable<api::Expected<objects::Json>> read_review(api::Call& call);

/// The 201 that answers a review: the question with `status` filled in, its members in the order of
/// the type. Error: a 500 for a status that is not of the type.
api::Expected<api::Reply> answered(const api::Call& call, objects::Json review,
                                   objects::Json status);

}  // namespace kaudit::apiserver::reviews
