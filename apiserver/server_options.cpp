#include "apiserver/server_options.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/asio/ip/address.hpp>

namespace kaudit::apiserver {
namespace {

/// Why a descriptor is not one to write the ready line to; "" when it is.
std::string cannot_be_written(int fd) {
  if (fd <= STDERR_FILENO) {
    return "must be 3 or more: 0, 1 and 2 are the standard streams (--print-ready writes to "
           "standard output)";
  }
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0) {
    return "is not an open file descriptor: hand it over, with 3>FILE in a shell, say";
  }
  if ((flags & O_ACCMODE) == O_RDONLY) return "is open for reading only";
  return "";
}

}  // namespace

void Options::add_flags(FlagSet& flags) {
  flags.group("Generic");
  flags.add("request-timeout", &request_timeout,
            "How long a request may take before it is answered with 504. Requests of watch, log "
            "and other long-running "
            "verbs are not bound by it; a request's own timeout parameter can only shorten it.");
  flags.add(
      "shutdown-delay-duration", &shutdown_delay,
      "How long the server goes on serving after the signal to stop, with /readyz failing, so "
      "that load balancers notice.");
  flags.add("max-requests-inflight", &max_requests_inflight,
            "How many requests that only read may be under way at once; more are refused with 429. "
            "Requests of watch, log and other long-running verbs are not counted, members of "
            "system:masters are never refused. 0: any number.");
  flags.add("max-mutating-requests-inflight", &max_mutating_requests_inflight,
            "The same for requests that may change something.");
  flags.add("version", &version, "Print the version and quit.");
  flags.add("print-flags", &print_flags,
            "Print every flag of kube-apiserver 1.37 and what becomes of it here, as Markdown, and "
            "quit. The others are accepted without effect, or refused.");
  flags.add("advertise-address", &advertise_address,
            "The `ip` address that the Service kubernetes leads to. Without it, it is "
            "--bind-address, or where that stands for all addresses one of this machine's.");

  flags.group("Secure serving");
  flags.add("bind-address", &bind_address, "The `ip` address on which to listen.");
  flags.add("secure-port", &secure_port,
            "The port on which to serve HTTPS. 0 takes any free port.");
  flags.add("cert-dir", &cert_dir,
            "The `folder` that holds ca.crt, ca.key, apiserver.crt, apiserver.key, admin.crt and "
            "admin.key. Each is "
            "made when absent and used when present. Without it they live in a private folder that "
            "is removed at exit.");
  flags.add("tls-cert-file", &tls_cert_file,
            "The PEM `file` with the serving certificate, and behind it those that vouch for it. "
            "With --tls-private-key-file; instead of those in --cert-dir.");
  flags.add("tls-private-key-file", &tls_private_key_file,
            "The PEM `file` with the key of --tls-cert-file.");
  flags.add("write-kubeconfig", &write_kubeconfig,
            "Write an admin kubeconfig to this `file` when the server is ready, never earlier: its "
            "appearance is the "
            "ready signal.");
  flags.add("ready-fd", &ready_fd,
            "Write one line of JSON to this open file descriptor when the server is ready, and "
            "close it: url, kubeconfig, caFile (both paths) and pid. It must be 3 or more. -1: "
            "none.");
  flags.add("print-ready", &print_ready,
            "Print the same line on standard output when the server is ready. Without "
            "--write-kubeconfig, the kubeconfig that it names stands beside the certificates.");

  flags.group("Authentication");
  flags.add("anonymous-auth", &authentication.anonymous_auth,
            "Take requests without a credential as system:anonymous in group "
            "system:unauthenticated, instead of "
            "refusing them.");
  flags.add("client-ca-file", &authentication.client_ca_file,
            "Trust client certificates signed by a CA of this `file`: the common name is the user, "
            "organizations are "
            "the groups.");
  flags.add("token-auth-file", &authentication.token_auth_file,
            "Accept the bearer tokens of this CSV `file`: token, user name, user uid, and optional "
            "groups in quotes.");
  flags.add("requestheader-client-ca-file", &authentication.requestheader_client_ca_file,
            "Trust the user headers of an authenticating proxy whose client certificate is signed "
            "by a CA of this "
            "`file`.");
  flags.add("requestheader-allowed-names", &authentication.requestheader_allowed_names,
            "Common names such a proxy's certificate may have. Empty: any.");
  flags.add("requestheader-username-headers", &authentication.requestheader_username_headers,
            "Request headers to look at for user names, the first with a value counts "
            "(X-Remote-User is common).");
  flags.add("requestheader-uid-headers", &authentication.requestheader_uid_headers,
            "Request headers to look at for user uids (X-Remote-Uid is suggested).");
  flags.add("requestheader-group-headers", &authentication.requestheader_group_headers,
            "Request headers to look at for groups (X-Remote-Group is suggested).");
  flags.add("requestheader-extra-headers-prefix",
            &authentication.requestheader_extra_headers_prefix,
            "Prefixes of request headers that carry extra members of the user (X-Remote-Extra- is "
            "suggested).");

  authorization.add_flags(flags);

  flags.group("Testing");
  flags.add("exit-with-parent", &exit_with_parent,
            "Stop as on SIGTERM when the process that started the server has ended, however it "
            "ended.");
  flags.add("exit-on-stdin-eof", &exit_on_stdin_eof,
            "Stop as on SIGTERM at the end of standard input: a harness holds the other end of a "
            "pipe, which is closed when it is killed. With standard input from /dev/null the "
            "server ends at once.");
  flags.add("enable-debug-endpoints", &enable_debug_endpoints,
            "Show panics, timeouts, slow and strange answers on demand. Serves /debug/panic "
            "(after=write: when the first bytes have left), /debug/slow (ms=N: takes N "
            "milliseconds, 0 to 600000; ctx=1: ends early when the request is cancelled; early=1: "
            "writes a first byte at once), /debug/status (code=N: 200 to 999; body=TEXT) and "
            "/debug/nothing (writes nothing), and heeds the annotation ref/sleep-ms: \"N\" on an "
            "object: its create or update takes N milliseconds, 0 to 600000. What is not "
            "understood is answered with 400.");
  flags.add(
      "disable-namespace-check", &disable_namespace_check,
      "Let objects be created in namespaces that do not exist, for tests that care for none.");
  flags.add(
      "max-pod-grace-period", &max_pod_grace_period,
      "The longest time that a Pod on a Node is given to end, in whole seconds. No kubelet ends "
      "it here: it stays, marked as deleted, until it is deleted with grace period 0, or is "
      "gone at once when this is 0. A negative value: as long as the Pod says.");
}

std::vector<Error> Options::validate() const {
  std::vector<Error> errors;
  boost::system::error_code bad_address;
  boost::asio::ip::make_address(bind_address, bad_address);
  if (bad_address) {
    errors.push_back({"--bind-address " + bind_address +
                      " is not an IP address: give one such as 127.0.0.1 or ::1"});
  }
  if (secure_port < 0 || secure_port > 65535) {
    errors.push_back({"--secure-port " + std::to_string(secure_port) +
                      " must be between 0 and 65535, inclusive. 0 takes any free port"});
  }
  if (!advertise_address.empty()) {
    boost::asio::ip::make_address(advertise_address, bad_address);
    if (bad_address) {
      errors.push_back({"--advertise-address " + advertise_address + " is not an IP address"});
    }
  }
  if (tls_cert_file.empty() != tls_private_key_file.empty()) {
    errors.push_back({"--tls-cert-file and --tls-private-key-file must be specified together"});
  }
  // Looked at before any descriptor is opened, lest one of our own is taken for it.
  if (ready_fd != -1) {
    if (auto why = cannot_be_written(ready_fd); !why.empty()) {
      errors.push_back({"--ready-fd " + std::to_string(ready_fd) + " " + why});
    }
  }
  if (max_requests_inflight < 0) {
    errors.push_back({"--max-requests-inflight can not be negative value"});
  }
  if (max_mutating_requests_inflight < 0) {
    errors.push_back({"--max-mutating-requests-inflight can not be negative value"});
  }
  if (request_timeout.count() < 0) {
    errors.push_back({"--request-timeout can not be negative value"});
  }
  if (shutdown_delay.count() < 0) {
    errors.push_back({"--shutdown-delay-duration can not be negative value"});
  }
  return errors;
}

std::string_view annotations_help() noexcept {
  return R"(
Annotations of Pods (docs/streaming.md):

      kaudit.io/exec JSON
                What commands do: {"commands": [{"command": ["ls", "-l"], "stdout": "x\n", "stderr": "",
                "exitCode": 0, "delay": "1s", "readsStdin": false, "container": "", "error": ""}],
                "attach": {"stdout": ""}, "environment": {"A": "b"}, "files": {"/etc/motd": "hi"}}.
                "command": "*" is any command; the first that fits counts. Others are cat, echo, env, sh
                -c, exit, sleep, ls, tar and a few more, all made up: no program of the machine is run.
      kaudit.io/port-forward TARGETS
                What is behind ports: 8080=127.0.0.1:43121,5432=refuse,echo. A target is echo (what is
                there without the annotation), refuse, or a loopback address with its port.
      kaudit.io/logs TEXT
                The lines of pods/log; kaudit.io/logs.CONTAINER for one container.
)";
}

}  // namespace kaudit::apiserver
