#pragma once

#include <string>
#include <string_view>

#include <boost/container/small_vector.hpp>

#include "apiserver/request/url.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::request {

/// What a request is about, derived from method and URL alone (audit-semantics 4; apiserver
/// pkg/endpoints/request RequestInfo). The URL must outlive it.
struct RequestInfo {
  bool is_resource_request = false;
  std::string_view path;  ///< the URL's
  std::string verb;
  std::string api_prefix;
  std::string api_group;
  std::string api_version;
  std::string ns;  ///< namespace
  std::string resource;
  std::string subresource;
  std::string name;
  boost::container::small_vector<std::string, 3> parts;  ///< of the path from the resource on
  std::string field_selector;
  std::string label_selector;

  /// Verbs watch and proxy, subresources attach, exec, log, portforward and proxy, and paths under
  /// /debug/pprof/ have no deadline and make a ResponseStarted event (audit-semantics 2).
  bool long_running() const noexcept;
};

/// Fills in what is empty. Error: the URL names no resource after a special verb; the text is
/// Kubernetes'.
Result<void> read_request_info(std::string_view method, const Url& url, RequestInfo& info);
Result<void> read_request_info(std::string_view method, const Url&& url,
                               RequestInfo& info) = delete;
/// The same as a value.
Result<RequestInfo> make_request_info(std::string_view method, const Url& url);
Result<RequestInfo> make_request_info(std::string_view method, const Url&& url) = delete;

}  // namespace kaudit::apiserver::request
