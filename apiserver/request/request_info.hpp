#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <boost/container/small_vector.hpp>

#include "apiserver/request/url.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::request {

/// What a request is about, derived from method and URL alone (audit-semantics 4; apiserver
/// pkg/endpoints/request RequestInfo). Its texts are parts of the URL, which must outlive it and
/// its copies.
struct RequestInfo {
  bool is_resource_request = false;
  /// Verbs watch and proxy, subresources attach, exec, log, portforward and proxy, and paths under
  /// /debug/pprof/ have no deadline and make a ResponseStarted event (audit-semantics 2).
  bool long_running = false;
  std::string_view path;
  std::string_view verb;
  std::string_view api_prefix;
  std::string_view api_group;
  std::string_view api_version;
  std::string_view ns;  ///< namespace
  std::string_view resource;
  std::string_view subresource;
  std::string_view name;
  boost::container::small_vector<std::string_view, 3> parts;  ///< of the path from the resource on
  std::string_view field_selector;
  std::string_view label_selector;
  /// What one of them shows that is no part of the URL; null: there is nothing.
  std::shared_ptr<const std::string> made;
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
