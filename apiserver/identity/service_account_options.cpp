#include "apiserver/identity/service_account_options.hpp"

#include <cstdint>
#include <set>
#include <system_error>
#include <utility>

#include "base/files/atomic_file.hpp"
#include "base/files/read_file.hpp"
#include "base/text/ascii.hpp"
#include "base/text/percent.hpp"
#include "base/text/quote.hpp"
#include "base/text/url_authority.hpp"

namespace kaudit::apiserver::identity {
namespace {

constexpr std::chrono::seconds kShortestLongest = std::chrono::hours(1);
constexpr std::chrono::seconds kLongestLongest{std::int64_t{1} << 32U};

/// The scheme in front of a URL; "" when it has none. Error: only its colon is there. (net/url
/// getScheme)
Result<std::string_view> scheme_of(std::string_view url) {
  for (std::size_t i = 0; i < url.size(); ++i) {
    const char c = url[i];
    if (is_letter(c)) continue;
    if (c == ':') {
      if (i == 0) return fail("missing protocol scheme");
      return url.substr(0, i);
    }
    const bool later = is_digit(c) || c == '+' || c == '-' || c == '.';
    if (!later || i == 0) break;
  }
  return std::string_view();
}

/// Whether Go takes it for a URL. (net/url Parse)
Result<void> check_url(std::string_view url) {
  for (const char c : url) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      return fail("net/url: invalid control character in URL");
    }
  }
  url = url.substr(0, url.find('#'));
  const auto scheme = scheme_of(url);
  if (!scheme) return tl::unexpected(scheme.error());
  std::string_view rest = scheme->empty() ? url : url.substr(scheme->size() + 1);
  rest = rest.substr(0, rest.find('?'));
  if (scheme->empty() && rest.substr(0, rest.find('/')).find(':') != std::string_view::npos) {
    return fail("first path segment in URL cannot contain colon");
  }
  if (!scheme->empty() && !rest.starts_with('/')) return {};  // opaque
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    const std::string_view authority = rest.substr(0, rest.find('/'));
    if (auto good = check_authority(lower_case(*scheme), authority); !good) return good;
    rest.remove_prefix(authority.size());
  }
  if (auto unescaped = unescape(rest, UrlPart::Path); !unescaped) {
    return tl::unexpected(unescaped.error());
  }
  return {};
}

}  // namespace

void ServiceAccountOptions::add_flags(FlagSet& flags) {
  flags.group("Authentication");
  flags.add("service-account-issuer", &issuers_,
            "Who issues service accounts' tokens: their claim iss. Given several times, the first "
            "is written into new tokens and all are accepted. Discovery of the keys at "
            "/.well-known/openid-configuration needs an https URL.");
  flags.add("service-account-key-file", &key_files_,
            "PEM `files` with RSA or ECDSA keys, private or public, or certificates, that verify "
            "service accounts' tokens. Without one it is the signing key alone.");
  flags.add("service-account-signing-key-file", &signing_key_file_,
            "PEM `file` with the private key, RSA or ECDSA, that signs service accounts' tokens. "
            "Without it sa.key in --cert-dir does, which is made when absent, with sa.pub.");
  flags.add("api-audiences", &api_audiences_,
            "Whom a token must be meant for to be accepted here: one of these audiences. Without "
            "it they are the issuers.");
  flags.add("service-account-max-token-expiration", &max_expiration_,
            "The longest time for which a token is issued; one that asks for more gets this. 0: as "
            "long as it asks for.");
  flags.add("service-account-extend-token-expiration", &extend_expiration_,
            "Let a Pod's token that asks for 3607 seconds, as kubelets do, last a year; its use "
            "after the hour is annotated in events (authentication.k8s.io/stale-token).");
}

std::vector<Error> ServiceAccountOptions::validate() const {
  std::vector<Error> errors;
  if (issuers_.empty()) errors.push_back({"service-account-issuer is a required flag"});
  std::set<std::string> seen;
  for (const std::string& issuer : issuers_) {
    const bool may_be_url = issuer.find(':') != std::string::npos;
    const auto url = may_be_url ? check_url(issuer) : Result<void>();
    if (!url) {
      errors.push_back({"service-account-issuer " + go_quoted(issuer) +
                        " contained a ':' but was not a valid URL: parse " + go_quoted(issuer) +
                        ": " + url.error().message});
    } else if (issuer.empty()) {
      errors.push_back({"service-account-issuer should not be an empty string"});
    } else if (!seen.insert(issuer).second) {
      errors.push_back({"service-account-issuer " + go_quoted(issuer) + " is already specified"});
    }
  }
  if (!key_files_.empty() && signing_key_file_.empty()) {
    errors.push_back(
        {"--service-account-signing-key-file and --service-account-issuer are required flags"});
  }
  if (max_expiration_.count() != 0 &&
      (max_expiration_ < kShortestLongest || max_expiration_ > kLongestLongest)) {
    errors.push_back(
        {"the service-account-max-token-expiration must be between 1 hour and 2^32 seconds"});
  }
  return errors;
}

TokenLifetimes ServiceAccountOptions::lifetimes() const noexcept {
  return {std::chrono::duration_cast<std::chrono::seconds>(max_expiration_), extend_expiration_};
}

Result<std::vector<TokenKey>> ServiceAccountOptions::verifying_keys() const {
  std::vector<TokenKey> keys;
  for (const std::string& file : key_files_) {
    auto read = read_file(file).and_then(TokenKey::public_keys);
    if (!read) {
      return fail("--service-account-key-file: error reading public key file " + file + ": " +
                  read.error().message);
    }
    for (TokenKey& key : *read) keys.push_back(std::move(key));
  }
  return keys;
}

Result<TokenKey> ServiceAccountOptions::own_key(const std::filesystem::path& folder) const {
  const bool given = !signing_key_file_.empty();
  const std::filesystem::path path =
      given ? std::filesystem::path(signing_key_file_) : folder / "sa.key";
  std::error_code ignored;  // what cannot be looked at is read, which gives the reason
  if (given || std::filesystem::exists(path, ignored) || ignored) {
    auto key = read_file(path.string()).and_then(TokenKey::private_key);
    if (key) return key;
    return fail((given ? "--service-account-signing-key-file: " : "") +
                ("error reading private key file " + path.string()) + ": " + key.error().message);
  }
  TokenKey key = TokenKey::make();
  if (auto written = write_file_atomically(path, key.private_pem(), FileMode::Private); !written) {
    return tl::unexpected(written.error());
  }
  if (auto written = write_file_atomically(folder / "sa.pub", key.public_pem(), FileMode::Public);
      !written) {
    return tl::unexpected(written.error());
  }
  return key;
}

Result<std::shared_ptr<const ServiceAccountTokens>> ServiceAccountOptions::make_tokens(
    const std::filesystem::path& folder, std::shared_ptr<const BoundObjects> objects) const {
  auto signing_key = own_key(folder);
  if (!signing_key) return tl::unexpected(signing_key.error());
  auto keys = verifying_keys();
  if (!keys) return tl::unexpected(keys.error());
  if (keys->empty()) keys->push_back(*signing_key);
  return std::make_shared<const ServiceAccountTokens>(ServiceAccountTokenSettings{
      .issuers = issuers_,
      .api_audiences = api_audiences_.empty() ? issuers_ : api_audiences_,
      .keys = *std::move(keys),
      .signing_key = *std::move(signing_key),
      .objects = std::move(objects)});
}

}  // namespace kaudit::apiserver::identity
