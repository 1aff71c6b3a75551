#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "apiserver/api/admit/admission.hpp"
#include "apiserver/api/connect/pod_containers.hpp"
#include "apiserver/api/operations.hpp"
#include "apiserver/api/read/pod_lines.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/storage_timer.hpp"
#include "apiserver/authz/authorizer.hpp"
#include "apiserver/request/list_options.hpp"
#include "apiserver/scope_attributes.hpp"
#include "apiserver/streaming/process/builtins.hpp"
#include "apiserver/streaming/process/pod_files.hpp"
#include "apiserver/streaming/process/terminal.hpp"
#include "apiserver/streaming/upgrade_answer.hpp"
#include "base/text/timestamp.hpp"

namespace kaudit::apiserver::api {
namespace {

namespace process = streaming::process;
using objects::Json;

constexpr std::string_view kExecAnnotation = "kaudit.io/exec";
constexpr std::string_view kForwardAnnotation = "kaudit.io/port-forward";

/// Who may only read a Pod must not get a shell in it because WebSockets begin with a GET: since
/// 1.35 `create` is asked for whatever the method, unless a feature gate says otherwise.
/// (kubernetes pkg/registry/core/pod/rest ensureAuthorizedForVerb)
Expected<void> may_create(const Call& call) {
  audit::Attributes attributes = attributes_of(call.scope, &*call.scope.user);
  constexpr std::string_view kVerb = "create";
  if (call.options.connect_check == ConnectCheck::Verb) return {};
  if (call.options.authorizer == nullptr || attributes.verb == kVerb) return {};
  attributes.verb = kVerb;
  const authz::Authorization answer = call.options.authorizer->authorize(attributes);
  switch (answer.decision) {
    case authz::Authorization::Decision::Allow:
      return {};
    case authz::Authorization::Decision::Error:
      return tl::unexpected(unexpected(answer.reason));
    case authz::Authorization::Decision::Deny:
    case authz::Authorization::Decision::NoOpinion:
      break;
  }
  return tl::unexpected(forbidden(call.resource, call.name, answer.reason));
}

audit::Status bad_annotation(const Call& call, std::string_view name, const Error& error) {
  return bad_request("the annotation " + std::string(name) + " of pod " + call.name + ": " +
                     error.message);
}

/// The variables of a container that stand in the Pod itself, behind those that all have.
process::ExecScript::Pairs environment_of(const Json& pod, std::string_view container,
                                          const std::string& hostname) {
  process::ExecScript::Pairs environment = {
      {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
      {"HOSTNAME", hostname}};
  for (const std::string_view list : {"containers", "initContainers", "ephemeralContainers"}) {
    const Json* spec = pod.find("spec");
    const Json* containers = spec ? spec->find(list) : nullptr;
    if (containers == nullptr || !containers->array()) continue;
    for (const Json& each : *containers->array()) {
      const Json* variables = each.text("name") == container ? each.find("env") : nullptr;
      if (variables == nullptr || !variables->array()) continue;
      for (const Json& variable : *variables->array()) {
        const Json* value = variable.find("value");
        if (value == nullptr || value->string() == nullptr) continue;
        environment.emplace_back(variable.text("name"), *value->string());
      }
    }
  }
  environment.emplace_back("HOME", "/root");
  return environment;
}

std::shared_ptr<process::FileTree> files_of(const Call& call, std::string_view uid,
                                            const process::Surroundings& in) {
  auto [tree, fresh] = call.options.pod_files->open(uid, in.container);
  if (!fresh) return tree;
  const std::int64_t now = Timestamp::now().seconds;
  // What does not fit is not there: the annotation itself is bounded.
  static_cast<void>(tree->append("/etc/hostname", in.hostname + "\n", now));
  for (const auto& [path, content] : in.script->files) {
    const std::string full = process::absolute_path("/", path);
    const process::FileTree::Entry file{process::FileTree::Entry::Type::File, 0644, now,
                                        std::make_shared<const std::string>(content)};
    if (tree->make_folders(process::parent_of(full), now)) {
      static_cast<void>(tree->put(full, file));
    }
  }
  return tree;
}

Expected<process::Surroundings> surroundings(const Call& call, const objects::Object& object,
                                             const Json& pod) {
  const auto container = container_of(pod, call.name, call.scope.url.parameter("container"));
  if (!container) return tl::unexpected(container.error());
  process::Surroundings in;
  in.hostname = call.name;
  in.container = *container;
  in.environment = environment_of(pod, *container, call.name);
  auto script = std::make_shared<process::ExecScript>();
  if (const std::string_view text = annotation_of(pod, kExecAnnotation); !text.empty()) {
    auto parsed = process::parse_exec_script(text);
    if (!parsed) return tl::unexpected(bad_annotation(call, kExecAnnotation, parsed.error()));
    *script = *std::move(parsed);
  }
  for (const auto& variable : script->environment) in.environment.push_back(variable);
  in.script = std::move(script);
  in.files = files_of(call, object.meta().uid, in);
  return in;
}

streaming::WantedStreams wanted_streams(const request::Url& url) {
  return {request::is_set(url, "stdin"), request::is_set(url, "stdout"),
          request::is_set(url, "stderr"), request::is_set(url, "tty")};
}

process::ProcessPtr attached_process(const process::Surroundings& in, const Json& pod,
                                     const Call& call, streaming::WantedStreams wanted) {
  const auto& attach = in.script->attach;
  if (attach && (attach->container.empty() || attach->container == in.container)) {
    return process::scripted(*attach);
  }
  std::string printed;
  for (const std::string& line : pod_lines(pod, call.name, in.container)) printed += line + "\n";
  return process::main_process(std::move(printed),
                               wanted.in ? process::Input::Open : process::Input::None);
}

Answer run_in(Call& call, const objects::Object& object, const Json& pod) {
  using Words = streaming::CommandWords;
  RequestScope& scope = call.scope;
  auto in = surroundings(call, object, pod);
  if (!in) return answer_with(scope, in.error());
  const streaming::WantedStreams wanted = wanted_streams(scope.url);
  if (wanted.tty) in->terminal = process::Surroundings::Terminal::Attached;
  Words words;
  process::ProcessPtr process;
  if (call.subresource->name == "attach") {
    words.request = Words::Request::Attach;
    process = attached_process(*in, pod, call, wanted);
  } else {
    for (const std::string_view word : scope.url.parameters("command")) {
      words.argv.emplace_back(word);
    }
    process = process::start(words.argv, *in);
  }
  if (wanted.tty) process = process::behind_terminal(std::move(process));
  return streaming::answer_command(scope, wanted, std::move(process), std::move(words));
}

Answer forward(Call& call, const objects::Object& object, const Json& pod) {
  auto targets = streaming::ForwardTargets::parse(annotation_of(pod, kForwardAnnotation));
  if (!targets) {
    return answer_with(call.scope, bad_annotation(call, kForwardAnnotation, targets.error()));
  }
  streaming::ForwardRequest forward;
  for (const std::string_view ports : call.scope.url.parameters("ports")) {
    forward.ports.emplace_back(ports);
  }
  forward.targets = *std::move(targets);
  forward.pod = call.name;
  forward.uid = object.meta().uid;
  return streaming::answer_forward(call.scope, std::move(forward));
}

/// The query as the object that admission is shown: a PodExecOptions, say.
Json connect_options(const Call& call) {
  Json options{Json::Object()};
  options.set("kind", Json(call.subresource->kind));
  options.set("apiVersion", Json("v1"));
  const request::Url& url = call.scope.url;
  for (const std::string_view name : {"stdin", "stdout", "stderr", "tty"}) {
    if (request::is_set(url, name)) options.set(name, Json(true));
  }
  if (const auto container = url.parameter("container"); !container.empty()) {
    options.set("container", Json(container));
  }
  for (const std::string_view name : {"command", "ports"}) {
    Json::Array values;
    for (const std::string_view value : url.parameters(name)) values.emplace_back(value);
    if (!values.empty()) options.set(name, Json(std::move(values)));
  }
  return options;
}

boost::asio::awaitable<Expected<void>> admit_connection(Call& call) {
  Json options = connect_options(call);
  AdmissionRequest admission(call, AdmissionOperation::Connect, {"v1", call.subresource->kind});
  admission.object = &options;
  co_return co_await admit(admission);
}

boost::asio::awaitable<store::Outcome<objects::ObjectPtr>> find_pod(Call& call) {
  const StorageTimer timer(call.scope);
  co_return co_await call.store().get(call.key(call.name));
}

}  // namespace

Streamed connect_pod(Call& call) {
  RequestScope& scope = call.scope;
  if (const auto allowed = may_create(call); !allowed) {
    co_return answer_with(scope, allowed.error());
  }
  if (admission_concerns(call, AdmissionOperation::Connect)) {
    const auto admitted = co_await admit_connection(call);
    if (!admitted) co_return answer_with(scope, admitted.error());
  }
  const auto object = co_await find_pod(call);
  if (!object) co_return answer_with(scope, refused(call, object.error()));
  const Json pod = (*object)->tree();
  // A wrong container is said before a missing upgrade, as by the real server.
  if (call.subresource->name != "portforward") {
    const auto container = container_of(pod, call.name, scope.url.parameter("container"));
    if (!container) co_return answer_with(scope, container.error());
  }
  if (!streaming::is_upgrade(scope.request())) {
    co_return answer_with(scope, bad_request("Upgrade request required"));
  }
  co_return call.subresource->name == "portforward" ? forward(call, **object, pod)
                                                    : run_in(call, **object, pod);
}

}  // namespace kaudit::apiserver::api
