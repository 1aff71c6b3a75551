#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/api/call.hpp"
#include "apiserver/api/write/patch_type.hpp"
#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// What a PATCH makes of the object as it is stored now. It is asked again when another write came
/// first. (apiserver pkg/endpoints/handlers patchMechanism)
class PatchChange {
 public:
  PatchChange() = default;
  PatchChange(const PatchChange&) = delete;
  PatchChange& operator=(const PatchChange&) = delete;
  virtual ~PatchChange() = default;

  struct Patched {
    objects::Json object;
    std::vector<std::string> complaints = {};  ///< to warn of
  };
  /// Error: the Status to answer. A malformed patch is one only here: a real server looks first
  /// whether there is an object.
  virtual Expected<Patched> apply(const Call& call, const objects::Json& current) const = 0;
};

/// For all types but Apply. `body` is valid compact JSON.
std::unique_ptr<const PatchChange> patch_change(PatchType type, std::string_view body,
                                                objects::FieldValidation validation);

}  // namespace kaudit::apiserver::api
