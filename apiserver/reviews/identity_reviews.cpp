#include "apiserver/reviews/identity_reviews.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "apiserver/api/status_errors.hpp"
#include "apiserver/identity/composition.hpp"
#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/reviews/identity_json.hpp"
#include "apiserver/reviews/review.hpp"
#include "base/text/rfc3339.hpp"

namespace kaudit::apiserver::reviews {
namespace {

using api::Call;
using api::Handled;
using identity::Authentication;
using objects::Json;

Json status_of(identity::TokenResult answer) {
  Json status{Json::Object()};
  if (answer.result.outcome != Authentication::Authenticated) {
    if (!answer.error.empty()) status.set("error", Json(answer.error));
    return status;
  }
  identity::add_authenticated_group(answer.result.user);
  status.set("authenticated", Json(true));
  status.set("user", user_json(answer.result.user));
  if (!answer.audiences.empty()) status.set("audiences", audiences_json(answer.audiences));
  return status;
}

}  // namespace

Handled review_token(const IdentityReviews& with, Call& call) {
  auto review = co_await read_review(call);
  if (!review) co_return tl::unexpected(std::move(review.error()));
  const Json* spec = review->find("spec");
  const std::string token(spec == nullptr ? "" : spec->text("token"));
  if (token.empty()) {
    co_return tl::unexpected(
        api::bad_request("token is required for TokenReview in authentication"));
  }
  const auto audiences = audiences_of(*spec, with.accounts->api_audiences());
  Json status = status_of(with.tokens->authenticate(token, audiences));
  co_return answered(call, *std::move(review), std::move(status));
}

Handled review_self(Call& call) {
  const auto asked = co_await read_review(call);
  if (!asked) co_return tl::unexpected(asked.error());
  Json metadata{Json::Object()};
  metadata.set("creationTimestamp", Json(rfc3339_text(Timestamp::now())));
  Json review{Json::Object()};
  review.set("metadata", std::move(metadata));
  Json status{Json::Object()};
  status.set("userInfo", user_json(call.scope.user));
  co_return answered(call, std::move(review), std::move(status));
}

std::vector<VirtualResource> identity_reviews(IdentityReviews with) {
  const auto shared = std::make_shared<const IdentityReviews>(std::move(with));
  std::vector<VirtualResource> rows;
  rows.push_back({"", "serviceaccounts", "token", "create",
                  [shared](Call& call) { return request_token(*shared, call); }});
  rows.push_back({"authentication.k8s.io", "tokenreviews", "", "create",
                  [shared](Call& call) { return review_token(*shared, call); }});
  rows.push_back({"authentication.k8s.io", "selfsubjectreviews", "", "create", review_self});
  return rows;
}

}  // namespace kaudit::apiserver::reviews
