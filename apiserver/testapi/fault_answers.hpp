#pragma once

#include "apiserver/answer.hpp"
#include "apiserver/request_scope.hpp"
#include "apiserver/testapi/fault_rules.hpp"

namespace kaudit::apiserver::testapi {

/// The annotation of a request's events that names the fault it met.
inline constexpr std::string_view kFaultAnnotation = "kaudit.io/fault";

/// The Status that a fault answers with in the handler's place.
Answer fault_status(const RequestScope& scope, const FaultRules::Hit& hit);
/// Breaks the connection before anything was done; events say of it what a real server says of an
/// answer whose head was never written.
Answer cut_before(RequestScope& scope);
/// Makes a list that asks for what is there now one of how it was at that version. The next page of
/// a list stays as it is.
void hold_version(RequestScope& scope, std::uint64_t version);

}  // namespace kaudit::apiserver::testapi
