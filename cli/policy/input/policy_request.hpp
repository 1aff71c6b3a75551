#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "audit/evaluator.hpp"
#include "base/result.hpp"
#include "cli/policy/input/request_attributes.hpp"

namespace kaudit::cli {

/// One line of `kaudit policy eval`'s input.
class PolicyRequest {
 public:
  /// Reads a line as read_attributes() says, with an additional `id`.
  static Result<PolicyRequest> parse(std::string_view line);

  /// Good while this lives.
  audit::Attributes attributes() const noexcept { return attributes_.view(); }
  /// The id's JSON as it is in the line; `null` when there is none.
  std::string_view id() const noexcept { return id_; }

 private:
  PolicyRequest(std::string id, RequestAttributes attributes)
      : id_(std::move(id)), attributes_(std::move(attributes)) {}

  std::string id_;
  RequestAttributes attributes_;
};

}  // namespace kaudit::cli
