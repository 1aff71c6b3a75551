#include "apiserver/conversion/conversion_review.hpp"

#include <utility>

#include "apiserver/conversion/converted_metadata.hpp"
#include "apiserver/objects/schema/unstructured.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::conversion {
namespace {

using objects::Json;
using webhooks::ReviewVersion;
using Failure = tl::unexpected<std::string>;

constexpr webhooks::ReviewKind kReview{"apiextensions.k8s.io", "ConversionReview"};

std::string api_version_of(ReviewVersion version) {
  return std::string(kReview.group).append("/").append(webhooks::text(version));
}

// `example.com/v1, Kind=Widget`, as Go prints a kind.
std::string kind_text(std::string_view api_version, std::string_view kind) {
  return (api_version.empty() ? "/" : std::string(api_version)).append(", Kind=").append(kind);
}

// null when it is absent, too.
const Json* member(const Json& object, std::string_view name) {
  const Json* const value = object.find(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::string wrong_member(const Json& value, std::string_view name, std::string_view wanted) {
  return "json: cannot unmarshal " + std::string(value.type_name()) +
         " into Go struct field ConversionReview.response" + std::string(name) + " of type " +
         std::string(wanted);
}

struct Response {
  std::string uid;
  std::string status;
  std::string message;
  std::vector<Json> converted;
};

tl::expected<Response, std::string> read_response(const Json& response, ReviewVersion version) {
  Response read;
  if (response.object() == nullptr) {
    return Failure(
        wrong_member(response, "", std::string(webhooks::text(version)) + ".ConversionResponse"));
  }
  if (const Json* uid = member(response, "uid")) {
    if (uid->string() == nullptr) return Failure(wrong_member(*uid, ".uid", "types.UID"));
    read.uid = *uid->string();
  }
  if (const Json* result = member(response, "result")) {
    if (result->object() == nullptr) return Failure(wrong_member(*result, ".result", "v1.Status"));
    for (const auto& [name, to] : {std::pair{"status", &read.status}, {"message", &read.message}}) {
      const Json* const text = member(*result, name);
      if (text == nullptr) continue;
      if (text->string() == nullptr) {
        return Failure(wrong_member(*text, std::string(".result.") + name, "string"));
      }
      *to = *text->string();
    }
  }
  if (const Json* list = member(response, "convertedObjects")) {
    if (list->array() == nullptr) {
      return Failure(wrong_member(*list, ".convertedObjects", "[]runtime.RawExtension"));
    }
    read.converted.assign(list->array()->begin(), list->array()->end());
  }
  return read;
}

// v1beta1 was never strict.
std::string fault_of_kind(const Json& review, ReviewVersion version) {
  if (version != ReviewVersion::V1) return "";
  const std::string wanted = kind_text(api_version_of(version), kReview.kind);
  const std::string given = kind_text(review.text("apiVersion"), review.text("kind"));
  return given == wanted ? "" : "expected webhook response of " + wanted + ", got " + given;
}

std::string fault_of(const Response& response, const ConversionRequest& request) {
  if (request.version == ReviewVersion::V1 && response.uid != request.uid) {
    return "expected response.uid=" + go_quoted(request.uid) + ", got " + go_quoted(response.uid);
  }
  if (response.status == "Success") return "";
  if (!response.message.empty()) return response.message;
  return "response.result.status was '" + response.status + "', not 'Success'";
}

// What is wrong with an object that came back, its metadata aside; "" when nothing is.
std::string fault_of_object(const Json& given, const Json& converted, std::string_view desired) {
  if (converted.object() == nullptr || converted.text("kind").empty()) {
    return "Object 'Kind' is missing in '" + converted.dump() + "'";
  }
  if (const std::string_view version = converted.text("apiVersion"); version != desired) {
    return "invalid groupVersion (expected " + std::string(desired) + ", received " +
           std::string(version) + ")";
  }
  if (converted.text("kind") != given.text("kind")) {
    return "invalid kind (expected " + std::string(given.text("kind")) + ", received " +
           std::string(converted.text("kind")) + ")";
  }
  return "";
}

}  // namespace

std::string webhook_for(const Json& object) {
  return "conversion webhook for " + kind_text(object.text("apiVersion"), object.text("kind"));
}

std::string conversion_review(const ConversionRequest& request) {
  Json body{Json::Object()};
  body.set("uid", Json(request.uid));
  body.set("desiredAPIVersion", Json(request.desired));
  body.set("objects", Json(Json::Array(request.given.begin(), request.given.end())));
  Json review{Json::Object()};
  review.set("kind", Json(kReview.kind));
  review.set("apiVersion", Json(api_version_of(request.version)));
  review.set("request", std::move(body));
  return review.dump();
}

tl::expected<std::vector<Json>, ConversionFailure> read_conversion_answer(
    std::string_view body, const ConversionRequest& request) {
  const std::string who = webhook_for(request.given.front());
  using Kind = webhooks::WebhookMetrics::Conversion;
  const auto refused = [&who](Kind kind, const std::string& why) {
    return tl::unexpected(ConversionFailure{kind, who + why});
  };
  const auto failed = [&refused](Kind kind, const std::string& why) {
    return refused(kind, " failed: " + why);
  };
  auto review = webhooks::read_review(body, kReview, request.version);
  if (!review) return failed(Kind::CallFailed, review.error().message);
  if (review->is_null()) *review = Json(Json::Object());
  const Json* const given_response = member(*review, "response");
  auto read = given_response != nullptr ? read_response(*given_response, request.version)
                                        : tl::expected<Response, std::string>(Response());
  if (!read) return failed(Kind::CallFailed, read.error());
  if (const auto fault = fault_of_kind(*review, request.version); !fault.empty()) {
    return failed(Kind::Malformed, fault);
  }
  if (given_response == nullptr) return failed(Kind::Malformed, "no response provided");
  Response response = *std::move(read);
  if (const auto fault = fault_of(response, request); !fault.empty()) {
    return failed(Kind::Malformed, fault);
  }
  if (response.converted.size() != request.given.size()) {
    return refused(Kind::Partial, " returned " + std::to_string(response.converted.size()) +
                                      " objects, expected " + std::to_string(request.given.size()));
  }
  for (std::size_t i = 0; i < response.converted.size(); ++i) {
    const Json& given = request.given[i];
    Json& converted = response.converted[i];
    objects::schema::make_unstructured(converted);
    const std::string place = " at index " + std::to_string(i) + ": ";
    const bool one = request.given.size() == 1;
    if (const auto wrong = fault_of_object(given, converted, request.desired); !wrong.empty()) {
      return refused(Kind::InvalidObject,
                     (one ? " returned invalid object" : " returned invalid converted object") +
                         place + wrong);
    }
    if (const auto wrong = fault_of_identity(given, converted); !wrong.empty()) {
      return refused(Kind::InvalidObject, (one ? std::string(" returned invalid object: ")
                                               : " returned invalid converted object" + place) +
                                              wrong);
    }
    if (const auto wrong = restore_metadata(given, converted); !wrong.empty()) {
      return refused(Kind::InvalidObject, (one ? std::string(" returned invalid metadata: ")
                                               : " returned invalid metadata in object" + place) +
                                              wrong);
    }
  }
  return std::move(response.converted);
}

}  // namespace kaudit::apiserver::conversion
