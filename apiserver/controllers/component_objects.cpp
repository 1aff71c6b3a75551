#include "apiserver/controllers/component_objects.hpp"

#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "apiserver/controllers/parts.hpp"
#include "apiserver/loopback/own_request.hpp"

namespace kaudit::apiserver::controllers {
namespace {

using boost::asio::awaitable;

/// A component with the rules of its role, as JSON.
struct Component {
  std::string_view name;
  std::string_view rules;
};

// Of controllers: ServiceAccounts in kube-system, with the role system:controller:NAME.
constexpr Component kControllers[] = {
    {"deployment-controller",
     R"([{"apiGroups":["apps"],"resources":["deployments"],"verbs":["get","list","update","watch"]},
         {"apiGroups":["apps"],"resources":["deployments/status"],"verbs":["update"]},
         {"apiGroups":["apps"],"resources":["deployments/finalizers"],"verbs":["update"]},
         {"apiGroups":["apps"],"resources":["replicasets"],
          "verbs":["create","delete","get","list","patch","update","watch"]}])"},
    {"replicaset-controller",
     R"([{"apiGroups":["apps"],"resources":["replicasets"],"verbs":["get","list","update","watch"]},
         {"apiGroups":["apps"],"resources":["replicasets/status","replicasets/finalizers"],
          "verbs":["update"]},
         {"apiGroups":[""],"resources":["pods"],
          "verbs":["create","delete","list","patch","watch"]}])"},
    {"statefulset-controller",
     R"([{"apiGroups":["apps"],"resources":["statefulsets"],"verbs":["get","list","watch"]},
         {"apiGroups":["apps"],"resources":["statefulsets/status","statefulsets/finalizers"],
          "verbs":["update"]},
         {"apiGroups":[""],"resources":["pods"],
          "verbs":["create","delete","get","patch","update"]},
         {"apiGroups":[""],"resources":["persistentvolumeclaims"],"verbs":["create","get"]}])"},
    {"daemon-set-controller",
     R"([{"apiGroups":["apps"],"resources":["daemonsets"],"verbs":["get","list","watch"]},
         {"apiGroups":["apps"],"resources":["daemonsets/status","daemonsets/finalizers"],
          "verbs":["update"]},
         {"apiGroups":[""],"resources":["pods"],
          "verbs":["create","delete","list","patch","watch"]}])"},
    {"job-controller",
     R"([{"apiGroups":["batch"],"resources":["jobs"],
          "verbs":["get","list","patch","update","watch"]},
         {"apiGroups":["batch"],"resources":["jobs/status","jobs/finalizers"],"verbs":["update"]},
         {"apiGroups":[""],"resources":["pods"],
          "verbs":["create","delete","list","patch","watch"]}])"},
    {"cronjob-controller",
     R"([{"apiGroups":["batch"],"resources":["cronjobs"],"verbs":["get","list","update","watch"]},
         {"apiGroups":["batch"],"resources":["jobs"],
          "verbs":["create","delete","get","list","patch","update","watch"]},
         {"apiGroups":["batch"],"resources":["cronjobs/status","cronjobs/finalizers"],
          "verbs":["update"]},
         {"apiGroups":[""],"resources":["pods"],"verbs":["delete","list"]}])"},
    {"persistent-volume-binder",
     R"([{"apiGroups":[""],"resources":["persistentvolumeclaims","persistentvolumeclaims/status"],
          "verbs":["get","list","update","watch"]}])"},
    {"service-controller",
     R"([{"apiGroups":[""],"resources":["services"],"verbs":["get","list","watch"]},
         {"apiGroups":[""],"resources":["services/status"],"verbs":["patch","update"]}])"},
};

constexpr std::string_view kSchedulerRules =
    R"([{"apiGroups":[""],"resources":["pods","nodes"],"verbs":["get","list","watch"]},
        {"apiGroups":[""],"resources":["bindings","pods/binding"],"verbs":["create"]}])";
constexpr std::string_view kNodeRules =
    R"([{"apiGroups":[""],"resources":["nodes"],"verbs":["create","get","list","watch"]},
        {"apiGroups":[""],"resources":["nodes/status"],"verbs":["patch","update"]},
        {"apiGroups":[""],"resources":["pods"],"verbs":["create","delete","get","list","watch"]},
        {"apiGroups":[""],"resources":["pods/status"],"verbs":["patch","update"]}])";

constexpr std::string_view kRbacPath = "/apis/rbac.authorization.k8s.io/v1/";

struct Wanted {
  std::string collection;
  std::string body;
};

void add_role(std::vector<Wanted>& all, const std::string& name, std::string_view rules,
              const std::string& subject) {
  const std::string head = R"(","metadata":{"labels":{"kubernetes.io/bootstrapping":)"
                           R"("rbac-defaults"},"name":")" +
                           name + R"("},)";
  all.push_back({std::string(kRbacPath) + "clusterroles",
                 R"({"kind":"ClusterRole)" + head + R"("rules":)" + std::string(rules) + "}"});
  all.push_back({std::string(kRbacPath) + "clusterrolebindings",
                 R"({"kind":"ClusterRoleBinding)" + head +
                     R"("roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole",)"
                     R"("name":")" +
                     name + R"("},"subjects":[)" + subject + "]}"});
}

std::string subject_of(std::string_view kind, std::string_view name) {
  return R"({"apiGroup":"rbac.authorization.k8s.io","kind":")" + std::string(kind) +
         R"(","name":")" + std::string(name) + R"("})";
}

std::vector<Wanted> wanted_objects() {
  std::vector<Wanted> all;
  for (const Component& one : kControllers) {
    const std::string name(one.name);
    all.push_back({"/api/v1/namespaces/kube-system/serviceaccounts",
                   R"({"metadata":{"name":")" + name + R"("}})"});
    add_role(all, "system:controller:" + name, one.rules,
             R"({"kind":"ServiceAccount","namespace":"kube-system","name":")" + name + R"("})");
  }
  add_role(all, "system:kube-scheduler", kSchedulerRules,
           subject_of("User", "system:kube-scheduler"));
  add_role(all, "system:node", kNodeRules, subject_of("Group", "system:nodes"));
  return all;
}

awaitable<void> make_all(const api::Api& api, std::vector<Wanted> all) {
  audit::UserInfo user;
  user.username = "system:apiserver";
  user.groups = {"system:masters", "system:authenticated"};
  for (Wanted& one : all) {
    loopback::OwnRequest request;
    request.method = "POST";
    request.target = std::move(one.collection);
    request.content_type = "application/json";
    request.body = std::move(one.body);
    request.user_agent = "kube-apiserver";
    // One that is there already is somebody's own.
    co_await loopback::ask_api(api, user, std::move(request));
  }
}

}  // namespace

void make_component_objects(const api::Api& api) {
  boost::asio::io_context io(1);
  std::exception_ptr failed;
  boost::asio::co_spawn(io, make_all(api, wanted_objects()),
                        [&failed](const std::exception_ptr& error) { failed = error; });
  io.run();
  if (failed) std::rethrow_exception(failed);
}

}  // namespace kaudit::apiserver::controllers
