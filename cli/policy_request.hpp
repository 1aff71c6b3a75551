#pragma once

#include <string>
#include <string_view>

#include "audit/base/result.hpp"
#include "audit/evaluator.hpp"

namespace kaudit::cli {

/// One line of `kaudit policy eval`'s input. Not copied or moved: the attributes look into it.
class PolicyRequest {
 public:
  PolicyRequest() = default;
  PolicyRequest(const PolicyRequest&) = delete;
  PolicyRequest& operator=(const PolicyRequest&) = delete;

  /// Reads `{"id","user":{"name","groups"}|null,"verb",…}`; members that are missing or null are
  /// empty.
  Result<void> parse(std::string_view line);

  const audit::Attributes& attributes() const noexcept { return attributes_; }
  /// The id's JSON as it stands in the line; `null` when there is none.
  std::string_view id() const noexcept { return id_; }

 private:
  std::string id_;
  audit::UserInfo user_;
  std::string verb_, api_group_, api_version_, resource_, subresource_, namespace_, name_, path_;
  audit::Attributes attributes_;
};

}  // namespace kaudit::cli
