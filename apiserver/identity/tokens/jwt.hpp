#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace kaudit::apiserver::identity {

/// Bytes that a token may have; a longer one is not read.
constexpr std::size_t kMaxTokenBytes = std::size_t{64} << 10U;

/// A JSON web token in its compact form (RFC 7515 section 7.1), taken apart. Nothing of it is
/// verified.
struct Jwt {
  std::string algorithm;         ///< `RS256`
  std::string key_id;            ///< "" when it names no key
  std::string claims;            ///< compact JSON, an object
  std::string signature;         ///< bytes
  std::string_view signed_part;  ///< header and claims as they were sent: a view into the token
};

/// Error: it is not a token of that form (three parts in base64url, the first two JSON objects),
/// or too long. Bounded by kMaxTokenBytes.
Result<Jwt> parse_jwt(std::string_view token);

/// `header.claims`, to which the signature is still to be added.
std::string unsigned_jwt(std::string_view algorithm, std::string_view key_id,
                         std::string_view claims);

/// An object that a token is bound to.
struct TokenRef {
  std::string name;
  std::string uid;
  friend bool operator==(const TokenRef&, const TokenRef&) = default;
};

/// The claims of a service account's token (kubernetes pkg/serviceaccount/claims.go). Times are
/// seconds since 1970; what is absent is nullopt or empty.
struct TokenClaims {
  std::string issuer;
  std::string subject;
  std::vector<std::string> audiences;
  std::optional<std::int64_t> expires;
  std::optional<std::int64_t> issued;
  std::optional<std::int64_t> not_before;
  std::string id;  ///< `jti`
  std::string ns;  ///< namespace of the service account
  TokenRef account;
  std::optional<TokenRef> pod;
  std::optional<TokenRef> node;
  std::optional<TokenRef> secret;
  std::optional<std::int64_t> warn_after;
};

/// From the compact JSON that parse_jwt() gives. Members that are not known are passed over, of
/// repeated ones the last counts. Error: a member of the wrong type.
Result<TokenClaims> parse_claims(std::string_view compact);

/// Compact JSON with the members in the order of their names, as the library that Kubernetes uses
/// writes them.
std::string claims_json(const TokenClaims& claims);

/// The issuer of tokens that Secrets hold. Their claims have names of their own, no audiences and
/// no end. (kubernetes pkg/serviceaccount/legacy.go)
inline constexpr std::string_view kLegacyIssuer = "kubernetes/serviceaccount";
/// The claims of such a token; of `secret` only the name counts.
std::string legacy_claims_json(const TokenClaims& claims);

}  // namespace kaudit::apiserver::identity
