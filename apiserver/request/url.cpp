#include "apiserver/request/url.hpp"

#include <algorithm>
#include <optional>

#include "apiserver/request/url_query.hpp"
#include "base/http1/header_syntax.hpp"
#include "base/text/ascii.hpp"
#include "base/text/percent.hpp"
#include "base/text/url_authority.hpp"

namespace kaudit::apiserver::request {
namespace {

/// Takes `scheme:` off the front, in lower case; "" when there is none. Error: a colon with nothing
/// before it.
Result<std::string> take_scheme(std::string_view& rest) {
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const char c = rest[i];
    if (c == ':') {
      if (i == 0) {
        return fail("missing protocol scheme");
      }
      auto scheme = lower_case(rest.substr(0, i));
      rest.remove_prefix(i + 1);
      return scheme;
    }
    const bool inside = is_digit(c) || c == '+' || c == '-' || c == '.';
    if (!is_letter(c) && (i == 0 || !inside)) {
      break;
    }
  }
  return std::string();
}

constexpr std::size_t kSlashes = 2;

/// Takes `//authority` off the front.
std::string_view take_authority(std::string_view& rest) noexcept {
  const auto end = std::min(rest.find('/', kSlashes), rest.size());
  const auto authority = rest.substr(0, end);
  rest.remove_prefix(end);
  return authority;
}

/// What is left when path and query have been told apart.
struct Target {
  std::string_view path;  ///< escaped
  std::optional<std::string_view> query;
};

Target split_query(std::string_view rest) noexcept {
  const auto mark = rest.find('?');
  if (mark == std::string_view::npos) {
    return {rest, std::nullopt};
  }
  return {rest.substr(0, mark), rest.substr(mark + 1)};
}

void append_query(std::string& uri, const Target& target) {
  if (target.query) {
    uri += '?';
    uri += *target.query;
  }
}

}  // namespace

Result<Url> Url::parse(std::string_view method, std::string_view target) {
  Result<Url> url(tl::in_place);
  if (auto done = url->read(method, target); !done) url = tl::unexpected(done.error());
  return url;  // of one variable, so that it is made in its place
}

Result<void> Url::read(std::string_view method, std::string_view target) {
  if (!http1::is_token(method)) {
    return fail("invalid method \"" + std::string(method) + "\"");
  }
  if (http1::has_control(target, http1::Tab::IsControl)) {
    return fail("net/url: invalid control character in URL");
  }
  if (method == "CONNECT" && !target.starts_with('/')) {
    // The target is only an authority: read as that of an http URL, whose scheme then is forgotten.
    return read_absolute("http://" + std::string(target), Scheme::Dropped);
  }
  if (target.empty()) {
    return fail("empty url");
  }
  if (target.starts_with('/')) {
    return set_path_and_query(target);
  }
  if (target == "*") {
    path_ = "*";
    request_uri = '*';
    return {};
  }
  return read_absolute(target, Scheme::Kept);
}

Result<void> Url::read_absolute(std::string_view target, Scheme kept) {
  auto rest = target;
  const auto scheme = take_scheme(rest);
  if (!scheme) {
    return tl::unexpected(scheme.error());
  }
  if (scheme->empty()) {
    return fail("invalid URI for request");
  }
  if (kept == Scheme::Kept) {
    origin_ = *scheme + ':';
  }
  auto path = split_query(rest).path;
  if (!path.starts_with('/')) {
    set_opaque(rest);
    return {};
  }
  if (path.starts_with("//")) {
    const auto authority = take_authority(path);
    if (auto checked = check_authority(*scheme, authority.substr(kSlashes)); !checked) {
      return tl::unexpected(checked.error());
    }
    origin_ += authority;
    rest.remove_prefix(authority.size());
  }
  return set_path_and_query(rest);
}

/// `mailto:x`: there is no path at all, and what follows the scheme is shown as it is.
void Url::set_opaque(std::string_view rest) {
  const auto target = split_query(rest);
  request_uri = target.path.empty() ? "/" : target.path;
  append_query(request_uri, target);
  set_query(target.query.value_or(""));
}

Result<void> Url::set_path_and_query(std::string_view rest) {
  const auto target = split_query(rest);
  const bool has_escapes = target.path.find('%') != std::string_view::npos;
  std::string unescaped_path;
  if (has_escapes) {
    auto unescaped = unescape(target.path, UrlPart::Path);
    if (!unescaped) {
      return tl::unexpected(unescaped.error());
    }
    unescaped_path = std::move(*unescaped);
  }
  // One byte that should have been escaped, and the whole path is escaped again (audit-semantics 1,
  // requestURI).
  request_uri.reserve(rest.size() + 1);
  const std::string_view path = has_escapes ? unescaped_path : target.path;
  const bool stands_as_it_is = !path.empty() && is_escaped_path(target.path);
  if (path.empty()) {
    request_uri = '/';
  } else if (stands_as_it_is) {
    request_uri = target.path;
  } else {
    append_escaped_path(request_uri, path);
  }
  if (stands_as_it_is && !has_escapes) {
    path_.reset();
    path_size_ = path.size();
  } else {
    path_ = has_escapes ? std::move(unescaped_path) : std::string(path);
  }
  append_query(request_uri, target);
  set_query(target.query.value_or(""));
  return {};
}

void Url::set_query(std::string_view raw) {
  raw_query = raw;
  query_ = parse_query(raw);
}

std::string_view Url::parameter(std::string_view name) const noexcept {
  for (const auto& [key, value] : query_) {
    if (key == name) {
      return value;
    }
  }
  return {};
}

bool Url::has_parameter(std::string_view name) const noexcept {
  return std::any_of(query_.begin(), query_.end(),
                     [name](const auto& pair) { return pair.first == name; });
}

std::vector<std::string_view> Url::parameters(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : query_) {
    if (key == name) {
      values.emplace_back(value);
    }
  }
  return values;
}

}  // namespace kaudit::apiserver::request
