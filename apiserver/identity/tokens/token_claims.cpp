#include <charconv>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <utility>

#include "apiserver/identity/tokens/jwt.hpp"
#include "base/json/json_cursor.hpp"
#include "base/json/json_writer.hpp"
#include "base/json/object_writer.hpp"

namespace kaudit::apiserver::identity {
namespace {

using Kind = JsonCursor::Kind;

constexpr std::string_view kLegacyPrefix = "kubernetes.io/serviceaccount/";

/// Reads members one by one; remembers the first that is of the wrong type.
class ClaimsReader {
 public:
  explicit ClaimsReader(std::string_view compact) : cursor_(compact) {}

  Result<TokenClaims> read() {
    each_member([this](std::string_view key) { read_public(key); });
    if (!wrong_.empty()) return fail("the token's claim " + wrong_ + " is of the wrong type");
    return std::move(claims_);
  }

 private:
  template <typename Read>
  void each_member(Read read) {
    for (bool more = cursor_.enter(); more; more = cursor_.next()) {
      const std::string key(cursor_.key());
      read(std::string_view(key));
    }
  }

  void read_public(std::string_view key) {
    if (key == "iss") {
      text(key, claims_.issuer);
    } else if (key == "sub") {
      text(key, claims_.subject);
    } else if (key == "jti") {
      text(key, claims_.id);
    } else if (key == "aud") {
      audiences();
    } else if (key == "exp") {
      number(key, claims_.expires);
    } else if (key == "iat") {
      number(key, claims_.issued);
    } else if (key == "nbf") {
      number(key, claims_.not_before);
    } else if (key.starts_with(kLegacyPrefix)) {
      read_legacy(key, key.substr(kLegacyPrefix.size()));
    } else if (key == "kubernetes.io" && is(key, Kind::Object)) {
      each_member([this](std::string_view member) { read_private(member); });
    } else if (key != "kubernetes.io") {
      cursor_.skip();
    }
  }

  void read_legacy(std::string_view key, std::string_view name) {
    if (name == "namespace") {
      text(key, claims_.ns);
    } else if (name == "service-account.name") {
      text(key, claims_.account.name);
    } else if (name == "service-account.uid") {
      text(key, claims_.account.uid);
    } else if (name == "secret.name") {
      text(key, claims_.secret.emplace().name);
    } else {
      cursor_.skip();
    }
  }

  void read_private(std::string_view key) {
    if (key == "namespace") {
      text(key, claims_.ns);
    } else if (key == "serviceaccount") {
      reference(key, claims_.account);
    } else if (key == "pod") {
      reference(key, claims_.pod.emplace());
    } else if (key == "node") {
      reference(key, claims_.node.emplace());
    } else if (key == "secret") {
      reference(key, claims_.secret.emplace());
    } else if (key == "warnafter") {
      number(key, claims_.warn_after);
    } else {
      cursor_.skip();
    }
  }

  /// True when the value that comes next is of that kind; else it is passed.
  bool is(std::string_view key, Kind kind) {
    if (cursor_.kind() == kind) return true;
    if (wrong_.empty()) wrong_ = key;
    cursor_.skip();
    return false;
  }

  void text(std::string_view key, std::string& into) {
    if (is(key, Kind::String)) into = cursor_.string();
  }

  void number(std::string_view key, std::optional<std::int64_t>& into) {
    if (!is(key, Kind::Number)) return;
    const std::string_view digits = cursor_.skip();
    double value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    // What a double cannot hold exactly is no date that anybody means.
    constexpr double kLimit = 9007199254740992.0;
    if (read.ec != std::errc() || !(std::fabs(value) <= kLimit)) {
      if (wrong_.empty()) wrong_ = key;
      return;
    }
    into = static_cast<std::int64_t>(value);
  }

  /// One text, or a list of them.
  void audiences() {
    claims_.audiences.clear();
    if (cursor_.kind() == Kind::String) {
      claims_.audiences.push_back(cursor_.string());
      return;
    }
    if (!is("aud", Kind::Array)) return;
    for (bool more = cursor_.enter(); more; more = cursor_.next()) {
      if (is("aud", Kind::String)) claims_.audiences.push_back(cursor_.string());
    }
  }

  void reference(std::string_view key, TokenRef& into) {
    into = {};
    if (!is(key, Kind::Object)) return;
    each_member([&](std::string_view member) {
      if (member == "name") {
        text(member, into.name);
      } else if (member == "uid") {
        text(member, into.uid);
      } else {
        cursor_.skip();
      }
    });
  }

  JsonCursor cursor_;
  TokenClaims claims_;
  std::string wrong_;
};

void write_reference(JsonWriter& writer, const TokenRef& reference) {
  ObjectWriter object(writer);
  object.text(R"("name":)", reference.name);
  object.text(R"("uid":)", reference.uid);
}

void write_private(JsonWriter& writer, const TokenClaims& claims) {
  ObjectWriter object(writer);
  object.text(R"("namespace":)", claims.ns);
  if (claims.node) write_reference(object.member(R"("node":)"), *claims.node);
  if (claims.pod) write_reference(object.member(R"("pod":)"), *claims.pod);
  if (claims.secret) write_reference(object.member(R"("secret":)"), *claims.secret);
  write_reference(object.member(R"("serviceaccount":)"), claims.account);
  if (claims.warn_after) object.member(R"("warnafter":)").integer(*claims.warn_after);
}

void write_audiences(JsonWriter& writer, const std::vector<std::string>& audiences) {
  writer.character('[');
  for (std::size_t i = 0; i < audiences.size(); ++i) {
    if (i > 0) writer.character(',');
    writer.string(audiences[i]);
  }
  writer.character(']');
}

}  // namespace

Result<TokenClaims> parse_claims(std::string_view compact) { return ClaimsReader(compact).read(); }

std::string claims_json(const TokenClaims& claims) {
  std::string json;
  JsonWriter writer(json);
  {
    ObjectWriter object(writer);
    if (!claims.audiences.empty()) {
      write_audiences(object.member(R"("aud":)"), claims.audiences);
    }
    if (claims.expires) object.member(R"("exp":)").integer(*claims.expires);
    if (claims.issued) object.member(R"("iat":)").integer(*claims.issued);
    object.text(R"("iss":)", claims.issuer);
    object.text(R"("jti":)", claims.id);
    write_private(object.member(R"("kubernetes.io":)"), claims);
    if (claims.not_before) object.member(R"("nbf":)").integer(*claims.not_before);
    object.text(R"("sub":)", claims.subject);
  }
  writer.flush();
  return json;
}

std::string legacy_claims_json(const TokenClaims& claims) {
  std::string json;
  JsonWriter writer(json);
  {
    ObjectWriter object(writer);
    object.text(R"("iss":)", kLegacyIssuer);
    object.text(R"("kubernetes.io/serviceaccount/namespace":)", claims.ns);
    object.text(R"("kubernetes.io/serviceaccount/secret.name":)",
                claims.secret ? claims.secret->name : "");
    object.text(R"("kubernetes.io/serviceaccount/service-account.name":)", claims.account.name);
    object.text(R"("kubernetes.io/serviceaccount/service-account.uid":)", claims.account.uid);
    object.text(R"("sub":)", claims.subject);
  }
  writer.flush();
  return json;
}

}  // namespace kaudit::apiserver::identity
