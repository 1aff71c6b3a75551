#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/cancellation.hpp"
#include "apiserver/objects/kinds.hpp"
#include "apiserver/objects/validate/words/field_error.hpp"
#include "audit/status.hpp"

namespace kaudit::apiserver::api {

using objects::validate::FieldError;

// Refusals in the real server's words (apimachinery pkg/api/errors). Each is a whole answer: status
// Failure with message, reason, details and HTTP code.

audit::Status not_found(const objects::Resource& resource, std::string_view name);
audit::Status already_exists(const objects::Resource& resource, std::string_view name);
/// The same for a name that the server chose: the client may try again.
audit::Status generated_name_exists(const objects::Resource& resource, std::string_view name);
/// `Operation cannot be fulfilled on configmaps "x": WHY`
audit::Status conflict(const objects::Resource& resource, std::string_view name,
                       std::string_view why);
/// An apply that would have to take fields from others; each with the one who owns it.
audit::Status apply_conflict(std::string_view message, const std::vector<FieldError>& causes);
/// The same for a DELETE's preconditions, which a real server tells by kind.
audit::Status precondition_failed(const objects::Resource& resource, std::string_view name,
                                  std::string_view why);
audit::Status forbidden(const objects::Resource& resource, std::string_view name,
                        std::string_view why);
audit::Status invalid(std::string_view group, std::string_view kind, std::string_view name,
                      const std::vector<FieldError>& errors);
/// 503, with `why` as its whole message.
audit::Status service_unavailable(std::string_view why);
audit::Status bad_request(std::string_view message);
/// `Internal error occurred: WHY`, 500. (apimachinery errors.NewInternalError)
audit::Status internal_error(std::string_view why);
/// An error that is not an API error: 500 without a reason.
audit::Status unexpected(std::string_view message);
audit::Status body_too_large(std::size_t limit);
audit::Status entity_too_large(std::string_view why);
/// A patch that does not apply; a real server does not say why.
audit::Status unprocessable();
/// A write that gave up because nobody waits for it any more.
audit::Status timeout(Cancellation::Reason reason);
/// A list at a resourceVersion that has not been reached.
audit::Status version_too_large(std::uint64_t asked, std::uint64_t current);
/// A watch from a resourceVersion whose changes are forgotten.
audit::Status expired(std::uint64_t asked, std::uint64_t oldest);
/// A list at a resourceVersion that is forgotten, and the next page of such a list.
audit::Status list_expired();
/// `rest`: a token for what is left of the list, from what is there now.
audit::Status continue_expired(std::string rest);
audit::Status unsupported_body(std::span<const std::string_view> accepted);

// Refusals of the router, before any handler (go-restful).

audit::Status no_such_resource();
audit::Status method_not_allowed();
audit::Status unsupported_media_type();

}  // namespace kaudit::apiserver::api
