#include "apiserver/identity/service_account_tokens.hpp"

#include <algorithm>
#include <utility>

#include "apiserver/identity/composition.hpp"
#include "apiserver/identity/service_account_name.hpp"
#include "apiserver/identity/well_known.hpp"
#include "base/text/base64.hpp"
#include "base/text/list.hpp"
#include "base/text/quote.hpp"
#include "base/uuid.hpp"

namespace kaudit::apiserver::identity {
namespace {

constexpr std::int64_t kLeeway = 60;  // seconds; clocks differ a little

constexpr std::string_view kInvalidated = "service account token has been invalidated";
constexpr std::string_view kStaleTokenKey = "authentication.k8s.io/stale-token";
constexpr std::string_view kLegacyTokenKey = "authentication.k8s.io/legacy-token";
constexpr std::string_view kManualSecretKey = "authentication.k8s.io/legacy-token-manual-secret";

/// Go's %q of a []string.
std::string quoted_list(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  quoted.reserve(texts.size());
  for (const std::string& text : texts) quoted.push_back(go_quoted(text));
  return "[" + joined(quoted, " ") + "]";
}

/// Who says that a token is theirs, before anything of it is verified; "" when nobody does.
std::string issuer_of(const Jwt& jwt) {
  const auto claims = parse_claims(jwt.claims);
  return claims ? claims->issuer : "";
}

audit::UserInfo user_of(const TokenClaims& claims) {
  audit::UserInfo user;
  user.username = service_account_user({claims.ns, claims.account.name});
  user.uid = claims.account.uid;
  user.groups = service_account_groups(claims.ns);
  const auto add = [&user](std::string_view key, const std::string& value) {
    user.extra.emplace(key, std::vector<std::string>{value});
  };
  if (!claims.id.empty()) add(kCredentialIdKey, "JTI=" + claims.id);
  if (claims.pod && !claims.pod->name.empty() && !claims.pod->uid.empty()) {
    add(kPodNameKey, claims.pod->name);
    add(kPodUidKey, claims.pod->uid);
  }
  if (claims.node && !claims.node->name.empty()) {
    add(kNodeNameKey, claims.node->name);
    if (!claims.node->uid.empty()) add(kNodeUidKey, claims.node->uid);
  }
  return user;
}

TokenResult failed(const Error& why) {
  TokenResult answer;
  answer.result.outcome = Authentication::Failed;
  answer.error = why.message;
  return answer;
}

bool deleted_before(const BoundObject& object, std::int64_t seconds) {
  return object.deleted && object.deleted->seconds < seconds;
}

}  // namespace

IssuedToken ServiceAccountTokens::issue(const TokenOrder& order) const {
  const std::int64_t now = settings_.now().seconds;
  TokenClaims claims;
  claims.issuer = settings_.issuers.front();
  claims.subject = service_account_user({order.ns, order.account.name});
  claims.audiences = order.audiences;
  claims.issued = now;
  claims.not_before = now;
  claims.expires = now + order.lifetime.count();
  claims.id = random_uuid();
  claims.ns = order.ns;
  claims.account = order.account;
  claims.pod = order.pod;
  claims.node = order.node;
  claims.secret = order.secret;
  if (order.warn_after.count() != 0) claims.warn_after = now + order.warn_after.count();
  return {signed_token(claims_json(claims)), "JTI=" + claims.id};
}

std::string ServiceAccountTokens::issue_for_secret(std::string_view ns, const TokenRef& account,
                                                   std::string_view secret) const {
  TokenClaims claims;
  claims.ns = ns;
  claims.account = account;
  claims.secret = TokenRef{std::string(secret), ""};
  claims.subject = service_account_user({claims.ns, account.name});
  return signed_token(legacy_claims_json(claims));
}

std::string ServiceAccountTokens::signed_token(std::string_view claims) const {
  std::string token =
      unsigned_jwt(settings_.signing_key.algorithm(), settings_.signing_key.id(), claims);
  const std::string signature = settings_.signing_key.sign(token);
  return token.append(".").append(base64url_encode(signature));
}

TokenResult ServiceAccountTokens::authenticate(std::string_view token,
                                               const Audiences& audiences) const {
  VerifiedTokenPtr verified = verified_.find(token);
  if (!verified) {
    const auto jwt = parse_jwt(token);
    if (!jwt || !is_ours(issuer_of(*jwt))) return {};
    auto claims = verified_claims(*jwt);
    if (!claims) return failed(claims.error());
    audit::SharedUser user(user_of(*claims));
    add_authenticated_group(user);
    verified =
        std::make_shared<const VerifiedToken>(VerifiedToken{*std::move(claims), std::move(user)});
    verified_.add(token, verified);
  }
  const TokenClaims& claims = verified->claims;
  auto accepted = check_audiences(claims, audiences);
  if (!accepted) return failed(accepted.error());
  const auto good = claims.issuer == kLegacyIssuer
                        ? check_secret(claims, token)
                        : check_time(claims).and_then([&] { return check_objects(claims); });
  if (!good) return failed(good.error());
  return TokenResult{{Authentication::Authenticated, verified->user, annotations_of(claims)},
                     *std::move(accepted),
                     ""};
}

/// For the events of a request with that token.
std::vector<std::pair<std::string, std::string>> ServiceAccountTokens::annotations_of(
    const TokenClaims& claims) const {
  std::vector<std::pair<std::string, std::string>> annotations;
  if (claims.audiences.empty()) annotations.emplace_back(kLegacyTokenKey, claims.subject);
  if (claims.issuer == kLegacyIssuer) {
    annotations.emplace_back(kManualSecretKey, claims.secret->name);
  }
  const std::int64_t warn_after = claims.warn_after.value_or(0);
  if (warn_after != 0 && settings_.now().seconds > warn_after) {
    annotations.emplace_back(kStaleTokenKey,
                             "subject: " + claims.subject + ", seconds after warning threshold: " +
                                 std::to_string(settings_.now().seconds - warn_after));
  }
  return annotations;
}

bool ServiceAccountTokens::is_ours(const std::string& issuer) const {
  return issuer == kLegacyIssuer || std::find(settings_.issuers.begin(), settings_.issuers.end(),
                                              issuer) != settings_.issuers.end();
}

Result<TokenClaims> ServiceAccountTokens::verified_claims(const Jwt& jwt) const {
  bool tried = false;
  for (const TokenKey& key : settings_.keys) {
    if (!jwt.key_id.empty() && jwt.key_id != key.id()) continue;
    tried = true;
    // The key decides which algorithm counts, never the token.
    if (jwt.algorithm == key.algorithm() && key.verify(jwt.signed_part, jwt.signature)) {
      return parse_claims(jwt.claims);
    }
  }
  return fail(tried ? "go-jose/go-jose: error in cryptographic primitive"
                    : "invalid signature, no keys found");
}

Result<Audiences> ServiceAccountTokens::check_audiences(const TokenClaims& claims,
                                                        const Audiences& audiences) const {
  const Audiences& of_token = claims.audiences.empty() ? settings_.api_audiences : claims.audiences;
  Audiences meant = intersection(of_token, audiences);
  if (meant.empty() && !settings_.api_audiences.empty()) {
    return fail("token audiences " + quoted_list(of_token) +
                " is invalid for the target audiences " + quoted_list(audiences));
  }
  return meant;
}

Result<void> ServiceAccountTokens::check_time(const TokenClaims& claims) const {
  const Timestamp now = settings_.now();
  const auto passed = [&now](std::int64_t moment) {
    return now.seconds > moment || (now.seconds == moment && now.nanoseconds > 0);
  };
  if (claims.not_before && now.seconds + kLeeway < *claims.not_before) {
    return fail("service account token is not valid yet");
  }
  if (claims.expires && passed(*claims.expires + kLeeway)) {
    return fail("service account token has expired");
  }
  if (claims.issued && now.seconds + kLeeway < *claims.issued) {
    return fail("service account token is issued in the future");
  }
  return {};
}

Result<void> ServiceAccountTokens::check_account(const TokenClaims& claims) const {
  const TokenRef& account = claims.account;
  const auto found = settings_.objects->find(BoundKind::ServiceAccount, claims.ns, account.name);
  if (!found) return fail("serviceaccounts " + go_quoted(account.name) + " not found");
  if (found->uid != account.uid) {
    return fail("service account UID (" + found->uid + ") does not match claim (" + account.uid +
                ")");
  }
  if (deleted_before(*found, settings_.now().seconds - kLeeway)) {
    return fail("service account " + claims.ns + "/" + account.name + " has been deleted");
  }
  return {};
}

// (pkg/serviceaccount/legacy.go Validate)
Result<void> ServiceAccountTokens::check_secret(const TokenClaims& claims,
                                                std::string_view token) const {
  const TokenRef& account = claims.account;
  if (claims.subject.empty()) return fail("sub claim is missing");
  if (claims.ns.empty()) return fail("namespace claim is missing");
  if (!claims.secret || claims.secret->name.empty()) return fail("secretName claim is missing");
  if (account.name.empty()) return fail("serviceAccountName claim is missing");
  if (account.uid.empty()) return fail("serviceAccountUID claim is missing");
  if (claims.subject != service_account_user({claims.ns, account.name})) {
    return fail("sub claim is invalid");
  }
  const auto secret = settings_.objects->find(BoundKind::Secret, claims.ns, claims.secret->name);
  if (!secret || secret->deleted) return fail("Token has been invalidated");
  // It is signed by us: nobody gains anything from how long this takes.
  if (secret->token != token) return fail("Token does not match server's copy");
  const auto found = settings_.objects->find(BoundKind::ServiceAccount, claims.ns, account.name);
  if (!found) return fail("serviceaccounts " + go_quoted(account.name) + " not found");
  const std::string shown = claims.ns + "/" + account.name;
  if (found->deleted) return fail("ServiceAccount " + shown + " has been deleted");
  if (found->uid == account.uid) return {};
  return fail("ServiceAccount UID (" + found->uid + ") does not match claim (" + account.uid + ")");
}

Result<void> ServiceAccountTokens::check_objects(const TokenClaims& claims) const {
  if (auto good = check_account(claims); !good) return good;
  struct Bound {
    BoundKind kind;
    const std::optional<TokenRef>* ref;
    std::string_view ns;
    std::string_view shown;
  };
  const std::optional<TokenRef> none;
  const Bound bound[] = {
      {BoundKind::Secret, &claims.secret, claims.ns, "secret"},
      {BoundKind::Pod, &claims.pod, claims.ns, "pod"},
      // A pod's token only says on which node the pod was.
      {BoundKind::Node, claims.pod ? &none : &claims.node, "", "node"},
  };
  for (const Bound& one : bound) {
    if (!*one.ref) continue;
    const TokenRef& ref = **one.ref;
    const auto found = settings_.objects->find(one.kind, one.ns, ref.name);
    if (!found) return fail(std::string(kInvalidated));
    if (found->uid != ref.uid) {
      const std::string shown(one.shown);
      return fail(shown + " UID (" + found->uid + ") does not match service account " + shown +
                  " ref claim (" + ref.uid + ")");
    }
    if (deleted_before(*found, settings_.now().seconds - kLeeway)) {
      return fail(std::string(kInvalidated));
    }
  }
  return {};
}

}  // namespace kaudit::apiserver::identity
