#include "apiserver/request/request_info.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "apiserver/request/label_syntax.hpp"
#include "apiserver/request/list_options.hpp"
#include "audit/long_running.hpp"
#include "base/text/ascii.hpp"

namespace kaudit::apiserver::request {
namespace {

/// The segments of a path, taken from the front. Slashes at both ends of the path do not count;
/// between two there is an empty one.
class Segments {
 public:
  explicit Segments(std::string_view path) noexcept {
    const auto first = path.find_first_not_of('/');
    if (first == std::string_view::npos) {
      return;
    }
    rest_ = path.substr(first, path.find_last_not_of('/') + 1 - first);
    slash_ = rest_.find('/');
    empty_ = false;
  }

  bool empty() const noexcept { return empty_; }
  bool has_one() const noexcept { return !empty_ && slash_ == std::string_view::npos; }
  bool has_three() const noexcept {
    return slash_ != std::string_view::npos &&
           rest_.find('/', slash_ + 1) != std::string_view::npos;
  }
  /// The first segment; "" when there is none.
  std::string_view front() const noexcept { return rest_.substr(0, slash_); }
  std::string_view take() noexcept {
    const auto segment = front();
    if (slash_ == std::string_view::npos) {
      rest_ = {};
      empty_ = true;
    } else {
      rest_.remove_prefix(slash_ + 1);
      slash_ = rest_.find('/');
    }
    return segment;
  }

 private:
  std::string_view rest_;
  std::size_t slash_ = std::string_view::npos;  ///< behind the first segment
  bool empty_ = true;
};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& list, std::string_view text) noexcept {
  return std::find(list.begin(), list.end(), text) != list.end();
}

constexpr std::array<std::string_view, 2> kSpecialVerbs{"proxy", "watch"};
constexpr std::array<std::string_view, 2> kNamespaceSubresources{"status", "finalize"};
constexpr std::array<std::string_view, 3> kSelectorVerbs{"list", "watch", "deletecollection"};

struct Method {
  std::string_view name;
  std::string_view lower_case;
  std::string_view verb;  ///< on a resource
};

/// Null: one that Kubernetes does not know.
const Method* find_method(std::string_view name) noexcept {
  static constexpr std::array<Method, 6> kMethods{{{"GET", "get", "get"},
                                                   {"POST", "post", "create"},
                                                   {"PUT", "put", "update"},
                                                   {"PATCH", "patch", "patch"},
                                                   {"DELETE", "delete", "delete"},
                                                   {"HEAD", "head", "get"}}};
  const auto* const found = std::find_if(
      kMethods.begin(), kMethods.end(), [name](const Method& known) { return known.name == name; });
  return found == kMethods.end() ? nullptr : found;
}

std::string_view keep(RequestInfo& info, std::string text) {
  info.made = std::make_shared<const std::string>(std::move(text));
  return *info.made;
}

/// Of a request that is about no resource.
void take_method_as_verb(RequestInfo& info, std::string_view method) {
  const Method* const known = find_method(method);
  info.verb = known != nullptr ? known->lower_case : keep(info, lower_case(method));
}

/// `namespaces/NS/REST` is in a namespace; `namespaces/NS` and its own subresources are the
/// namespace itself, and in it.
void take_namespace(RequestInfo& info, Segments& segments) {
  if (segments.front() != "namespaces" || segments.has_one()) {
    return;
  }
  auto after = segments;
  after.take();
  info.ns = after.take();
  if (!after.empty() && !contains(kNamespaceSubresources, after.front())) {
    segments = after;
  }
}

void take_parts(RequestInfo& info, Segments segments) {
  while (!segments.empty()) {
    info.parts.emplace_back(segments.take());
  }
  const auto& parts = info.parts;
  info.resource = parts[0];
  if (parts.size() > 1) {
    info.name = parts[1];
  }
  if (parts.size() > 2 && info.verb != "proxy") {
    info.subresource = parts[2];
  }
}

/// A get without a name is a list or a watch, and may name its one object in a field selector.
void tell_list_from_watch(RequestInfo& info, const Url& url) {
  const auto options = parse_list_options(url);
  // One bad option, and only the wish to watch still counts.
  const bool watch = options
                         ? options->watch
                         : url.has_parameter("watch") && is_true_parameter(url.parameter("watch"));
  info.verb = watch ? "watch" : "list";
  if (!options) {
    return;
  }
  const auto name = options->field_selector.required_value("metadata.name");
  if (name && is_path_segment_name(*name)) {
    info.name = keep(info, std::string(*name));
  }
}

Result<void> read_texts(std::string_view method, const Url& url, RequestInfo& info) {
  info.path = url.path();
  Segments segments(url.path());
  const bool grouped = segments.front() == "apis";
  const bool known_prefix = grouped || segments.front() == "api";
  if (!known_prefix || !segments.has_three()) {
    take_method_as_verb(info, method);
    return {};
  }
  info.api_prefix = segments.take();
  if (grouped) {
    if (!segments.has_three()) {
      take_method_as_verb(info, method);
      return {};
    }
    info.api_group = segments.take();
  }
  info.is_resource_request = true;
  info.api_version = segments.take();
  const bool verb_in_path = contains(kSpecialVerbs, segments.front());
  if (verb_in_path) {
    info.verb = segments.take();
    if (segments.empty()) {
      return fail("unable to determine kind and namespace from url, " + url.text());
    }
  } else if (const Method* const known = find_method(method)) {
    info.verb = known->verb;
  }
  take_namespace(info, segments);
  take_parts(info, segments);

  if (info.name.empty() && info.verb == "get") {
    tell_list_from_watch(info, url);
  }
  if (info.name.empty() && info.verb == "delete") {
    info.verb = "deletecollection";
  }
  // The old style never supported selectors throughout, so Kubernetes shows none.
  if (!verb_in_path && contains(kSelectorVerbs, info.verb)) {
    info.field_selector = url.parameter("fieldSelector");
    info.label_selector = url.parameter("labelSelector");
  }
  return {};
}

}  // namespace

Result<void> read_request_info(std::string_view method, const Url& url, RequestInfo& info) {
  auto read = read_texts(method, url, info);
  info.long_running =
      audit::long_running(info.is_resource_request, info.verb, info.subresource, info.path);
  return read;
}

Result<RequestInfo> make_request_info(std::string_view method, const Url& url) {
  Result<RequestInfo> info(tl::in_place);
  if (auto read = read_request_info(method, url, *info); !read) {
    info = tl::unexpected(read.error());
  }
  return info;  // of one variable, so that it is made in its place
}

}  // namespace kaudit::apiserver::request
