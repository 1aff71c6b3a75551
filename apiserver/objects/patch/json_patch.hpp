#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/objects/patch/patch_error.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::patch {

/// A JSON Patch (RFC 6902) as an API server reads and applies it: gopkg.in/evanphx/json-patch.v4
/// after apiserver's own decoding (pkg/endpoints/handlers jsonPatcher). Where the library departs
/// from the RFC, this follows the library: `replace` adds a member that is not there, negative
/// indexes count from the end, a path's text before its first slash does not matter, a value that
/// is left out is null.
///
/// An immutable value once it is parsed.
class JsonPatch {
 public:
  static constexpr std::size_t kMaxOperations = 10'000;
  /// Bytes that all `copy` operations together may add. (apiserver JSONPatchMaxCopyBytes)
  static constexpr std::size_t kMaxCopiedBytes = std::size_t{3} << 20U;

  /// Error: Malformed, TooLarge. What single operations lack shows when they are applied.
  static PatchResult<JsonPatch> parse(std::string_view text);

  /// Unknown members of operations, as strict decoding complains of them: `json patch unknown field
  /// "[0].valeu"`.
  const std::vector<std::string>& complaints() const noexcept { return complaints_; }

  /// All operations in order, or none. Error: DoesNotApply, with the library's text.
  PatchResult<Json> apply(Json document) const;

 private:
  struct Operation;
  class Run;

  std::vector<Operation> operations_;
  std::vector<std::string> complaints_;
};

/// One operation. What is absent or null is told apart, because the library's errors do.
struct JsonPatch::Operation {
  Json op;
  Json path;
  Json from;
  Json value;
  bool has_value = false;
};

}  // namespace kaudit::apiserver::objects::patch
