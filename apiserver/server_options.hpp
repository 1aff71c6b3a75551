#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/authorization_options.hpp"
#include "apiserver/identity/authenticator.hpp"
#include "base/flags/flags.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver {

/// Everything the server can be told but for auditing (backends/audit_options.hpp has that). Flags
/// are kube-apiserver's where it has them; ours in addition: --write-kubeconfig, --ready-fd,
/// --print-ready, --exit-with-parent, --exit-on-stdin-eof, --enable-debug-endpoints,
/// --disable-namespace-check, and port 0.
struct Options {
  std::string bind_address = "127.0.0.1";
  int secure_port = 6443;  ///< 0 = any free port
  std::string cert_dir;    ///< "" = a private folder, removed at exit
  std::string write_kubeconfig;
  int ready_fd = -1;  ///< gets the ready line; -1 = none
  bool print_ready = false;
  bool exit_with_parent = false;
  bool exit_on_stdin_eof = false;
  std::chrono::nanoseconds request_timeout = std::chrono::seconds(60);
  /// Between the signal and the end of serving: /readyz fails, everything else goes on.
  std::chrono::nanoseconds shutdown_delay{0};
  int max_requests_inflight = 400;  ///< 0 = any number
  int max_mutating_requests_inflight = 200;
  identity::AuthenticationOptions authentication;
  AuthorizationOptions authorization;
  bool enable_debug_endpoints = false;
  bool disable_namespace_check = false;
  /// Of Pods on a Node; negative = as long as they ask for.
  std::chrono::nanoseconds max_pod_grace_period{-1};
  std::string advertise_address;  ///< "" = what `bind_address` comes to
  std::string tls_cert_file;      ///< "" = that of cert_dir
  std::string tls_private_key_file;
  bool version = false;
  bool print_flags = false;

  void add_flags(FlagSet& flags);
  /// All that is wrong with the values themselves; files are looked at when they are read.
  std::vector<Error> validate() const;
};

/// What --help says behind the flags: the annotations of Pods that script exec, port-forward and
/// logs.
std::string_view annotations_help() noexcept;

}  // namespace kaudit::apiserver
