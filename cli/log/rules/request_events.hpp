#pragma once

#include <string>
#include <vector>

#include "audit/evaluator.hpp"
#include "base/result.hpp"

namespace kaudit::cli {

/// A request as a test of rules has it.
struct RequestOfTest {
  std::string line;      ///< `POST /api/v1/namespaces/x/pods --as alice`
  std::string code;      ///< of the answer; "" is what goes with the verb
  std::string body;      ///< JSON; "" for none
  std::string response;  ///< JSON; "" is the body, of a write
};

/// The events, as lines of JSON, that a server would leave of it under the policy; without one all
/// stages at level RequestResponse. None when the policy records nothing. Error: what is wrong with
/// the request.
Result<std::vector<std::string>> events_of_request(const RequestOfTest& request,
                                                   const audit::Evaluator* evaluator);

}  // namespace kaudit::cli
