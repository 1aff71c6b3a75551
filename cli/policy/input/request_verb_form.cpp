#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "base/text/quote.hpp"
#include "cli/policy/input/named_resource.hpp"
#include "cli/policy/input/request_forms.hpp"

namespace kaudit::cli {
namespace {

enum class Named : std::uint8_t { Never, Either, Always };

struct Verb {
  std::string_view name, method;
  Named named;
};
constexpr std::array<Verb, 8> kVerbs{{{"get", "GET", Named::Either},
                                      {"list", "GET", Named::Never},
                                      {"watch", "GET", Named::Either},
                                      {"create", "POST", Named::Either},
                                      {"update", "PUT", Named::Always},
                                      {"patch", "PATCH", Named::Always},
                                      {"delete", "DELETE", Named::Always},
                                      {"deletecollection", "DELETE", Named::Never}}};

/// A line's words by what they are.
struct Words {
  std::vector<std::string> plain;
  std::optional<std::string> ns;
  std::optional<std::string> raw, filename;
  bool all_namespaces = false;
  bool watch = false;
  std::string subresource;
};

/// kubectl's options that take a value, but for those that are looked at.
constexpr std::array<std::string_view, 30> kIgnoredWithValue{"-o",
                                                             "--output",
                                                             "-l",
                                                             "--selector",
                                                             "--field-selector",
                                                             "-c",
                                                             "--container",
                                                             "-p",
                                                             "--patch",
                                                             "--type",
                                                             "--replicas",
                                                             "--image",
                                                             "--tail",
                                                             "--since",
                                                             "--context",
                                                             "--kubeconfig",
                                                             "--cluster",
                                                             "--user",
                                                             "--token",
                                                             "-s",
                                                             "--server",
                                                             "--port",
                                                             "--from-literal",
                                                             "--from-file",
                                                             "--sort-by",
                                                             "--chunk-size",
                                                             "--timeout",
                                                             "--field-manager",
                                                             "-v",
                                                             "--limit-bytes"};

Result<Words> sorted_words(const std::vector<std::string>& words) {
  Words line;
  // To logs -f and -p are follow and previous.
  const bool logs = !words.empty() && std::ranges::find(words, "logs") != words.end();
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string name = words[i];
    if (name == "--") break;  // a command follows: it is the container's
    if (!name.starts_with('-') || name == "-") {
      line.plain.push_back(std::move(name));
      continue;
    }
    if (name == "-A" || name == "--all-namespaces") {
      line.all_namespaces = true;
      continue;
    }
    if (name == "-w" || name == "--watch" || name == "--watch-only") {
      line.watch = true;
      continue;
    }
    std::optional<std::string> value;
    const bool joined = !name.starts_with("--") && name.size() > 2 && name[1] == 'n';  // -nNS
    if (const std::size_t equals = name.find('='); equals != std::string::npos) {
      value = name.substr(equals + 1);
      name.resize(equals);
    } else if (joined) {
      value = name.substr(2);
      name.resize(2);
    }
    const bool wanted = name == "-n" || name == "--namespace" || name == "--raw" || name == "-f" ||
                        name == "--filename" || name == "--subresource";
    const bool ignored = std::ranges::find(kIgnoredWithValue, name) != kIgnoredWithValue.end();
    const bool flag = logs && (name == "-f" || name == "-p");
    if (flag) continue;
    if (!value && (wanted || ignored)) {
      if (i + 1 == words.size()) return fail(name + " needs a value");
      value = words[++i];
    }
    if (name == "-n" || name == "--namespace") line.ns = value;
    if (name == "--raw") line.raw = value;
    if (name == "-f" || name == "--filename") line.filename = value;
    if (name == "--subresource") line.subresource = *value;
  }
  return line;
}

std::string namespace_of(const Words& line) {
  return line.all_namespaces ? "" : line.ns.value_or("default");
}

/// `TYPE [NAME]`, `TYPE/NAME`
Result<NamedResource> target_of(const Words& line, std::span<const std::string> words) {
  if (words.empty()) return fail("which resource? " + std::string(kRequestForm));
  if (words[0].find(',') != std::string::npos || words.size() > 2) {
    return fail("one request at a time: give one resource, and one name at most");
  }
  auto named = find_named(words[0]);
  if (!named) return named;
  if (words.size() == 2) {
    if (!named->name.empty()) return fail("one request at a time: give one name");
    named->name = words[1];
  }
  if (!line.subresource.empty()) named->subresource = line.subresource;
  return named;
}

/// One for a namespace itself has that namespace: not the one of -n.
WireRequest wire(std::string_view method, const NamedResource& named, const Words& line) {
  return {std::string(method), named.path(namespace_of(line))};
}

Result<WireRequest> ask(const Verb& verb, const Words& line, std::span<const std::string> words) {
  auto named = target_of(line, words);
  if (!named) return tl::unexpected(named.error());
  if (verb.named == Named::Always && named->name.empty()) {
    return fail(std::string(verb.name) + " needs a name: " + std::string(verb.name) + " " +
                named->resource + " NAME" +
                (verb.name == "delete" ? ", or deletecollection " + named->resource : ""));
  }
  if (verb.named == Named::Never && !named->name.empty()) {
    return fail(std::string(verb.name) + " takes no name: did you mean " +
                (verb.name == "list" ? "get " : "delete ") + named->resource + " " + named->name +
                "?");
  }
  if (verb.name == "create" && named->subresource.empty()) named->name.clear();  // in the body
  WireRequest request = wire(verb.method, *named, line);
  const bool watches = verb.name == "watch" || (verb.name == "get" && line.watch);
  if (watches && !named->name.empty()) {
    request.target.resize(request.target.size() - named->name.size() - 1);
    request.target += "?fieldSelector=metadata.name%3D" + named->name + "&watch=true";
  } else if (watches) {
    request.target += "?watch=true";
  }
  return request;
}

const Verb* find_verb(std::string_view word) noexcept {
  const auto* verb = std::ranges::find(kVerbs, word, &Verb::name);
  return verb == kVerbs.end() ? nullptr : verb;
}

/// What kubectl does with one verb of the API.
struct Command {
  std::string_view name, verb, subresource;
};
constexpr std::array<Command, 14> kCommands{{{"get", "get", ""},
                                             {"describe", "get", ""},
                                             {"delete", "delete", ""},
                                             {"patch", "patch", ""},
                                             {"edit", "patch", ""},
                                             {"label", "patch", ""},
                                             {"annotate", "patch", ""},
                                             {"taint", "patch", ""},
                                             {"scale", "patch", "scale"},
                                             {"logs", "get", "log"},
                                             {"exec", "get", "exec"},
                                             {"attach", "get", "attach"},
                                             {"port-forward", "get", "portforward"},
                                             {"cp", "get", "exec"}}};

/// The pod that logs, exec and their like are about: the first word after them.
Result<WireRequest> connect(const Command& command, const Words& line) {
  if (line.plain.size() < 2) return fail("kubectl " + std::string(command.name) + " needs a pod");
  std::string pod = line.plain[1];
  for (const std::string_view prefix : {"pod/", "pods/", "po/"}) {
    if (pod.starts_with(prefix)) pod.erase(0, prefix.size());
  }
  pod.resize(std::min(pod.find(':'), pod.size()));  // cp POD:PATH
  if (pod.find('/') != std::string::npos) {
    return fail("kubectl looks for a pod of " + go_quoted(pod) + " first: name the pod itself");
  }
  const NamedResource named{"", "v1", "pods", std::string(command.subresource), pod, true};
  return wire("GET", named, line);
}

Result<WireRequest> create(const Words& line) {
  std::vector<std::string> words(line.plain.begin() + 1, line.plain.end());
  if (words.size() >= 2 && words[0] == "token") {
    return wire("POST", {"", "v1", "serviceaccounts", "token", words[1], true}, line);
  }
  // kubectl create secret generic NAME, create service clusterip NAME
  if (words.size() == 3 && (words[0] == "secret" || words[0] == "service")) {
    words.erase(words.begin() + 1);
  }
  return ask(*find_verb("create"), line, words);
}

}  // namespace

bool is_kubernetes_verb(std::string_view word) noexcept { return find_verb(word) != nullptr; }

Result<WireRequest> read_verb_form(const std::vector<std::string>& words) {
  const auto line = sorted_words(words);
  if (!line) return tl::unexpected(line.error());
  const std::span<const std::string> plain(line->plain);
  return ask(*find_verb(words.front()), *line, plain.subspan(1));
}

Result<WireRequest> read_kubectl_form(const std::vector<std::string>& words) {
  const auto line = sorted_words(words);
  if (!line) return tl::unexpected(line.error());
  if (line->plain.empty()) return fail("which command of kubectl?");
  const std::string& name = line->plain[0];
  if (line->raw) {
    return read_http_form({name == "create"    ? "POST"
                           : name == "replace" ? "PUT"
                           : name == "delete"  ? "DELETE"
                                               : "GET",
                           *line->raw});
  }
  if (line->filename || name == "apply" || name == "replace") {
    return fail("what kubectl " + name +
                " asks for is in the file: write the request itself, for instance " +
                (name == "create"    ? "POST /api/v1/namespaces/NS/pods"
                 : name == "delete"  ? "DELETE /api/v1/namespaces/NS/pods/NAME"
                 : name == "replace" ? "PUT /api/v1/namespaces/NS/pods/NAME"
                                     : "PATCH /api/v1/namespaces/NS/pods/NAME (it gets it first)"));
  }
  if (name == "create") return create(*line);
  if (name == "run" && line->plain.size() > 1) {
    return wire("POST", {"", "v1", "pods", "", "", true}, *line);
  }
  if (name == "version") return WireRequest{"GET", "/version"};
  if (name == "api-resources" || name == "api-versions") return WireRequest{"GET", "/apis"};
  if (name == "auth") {
    return WireRequest{"POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"};
  }
  const auto* command = std::ranges::find(kCommands, name, &Command::name);
  if (command == kCommands.end()) {
    return fail("kubectl " + name +
                " makes several requests, or none (kubectl -v=6 shows them): write one of them as "
                "METHOD PATH");
  }
  const bool to_pod = command->verb == "get" && !command->subresource.empty();
  if (to_pod) return connect(*command, *line);
  std::span<const std::string> rest = std::span(line->plain).subspan(1);
  // label pod web tier=front, taint node n key=value:NoSchedule
  if (command->verb == "patch") {
    while (!rest.empty() &&
           (rest.back().find('=') != std::string::npos || rest.back().ends_with('-'))) {
      rest = rest.first(rest.size() - 1);
    }
  }
  Words with_sub = *line;
  if (!command->subresource.empty()) with_sub.subresource = command->subresource;
  return ask(*find_verb(command->verb), with_sub, rest);
}

}  // namespace kaudit::cli
