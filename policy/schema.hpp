#pragma once

#include <span>
#include <string_view>

namespace kaudit::policy {

struct Field;

/// A Go type as far as its JSON decoder cares. Null fits every type.
struct Type {
  enum class Kind { String, Bool, Int64, Time, Anything, List, StringMap, Struct };

  Kind kind;
  std::string_view name;            ///< as Go's errors print it: `[]v1.PolicyRule`
  const Type* element = nullptr;    ///< of a list
  std::string_view struct_name;     ///< of a struct, without its package
  std::span<const Field> fields{};  ///< of a struct
};

struct Field {
  std::string_view name;
  const Type* type;
};

/// audit.k8s.io/v1 Policy with the types it is made of, metadata's included.
const Type& policy_type() noexcept;

/// What a file without apiVersion is decoded into: the internal Policy, which has no JSON names.
const Type& internal_policy_type() noexcept;

}  // namespace kaudit::policy
