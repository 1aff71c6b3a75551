// Fields of the objects that a request carries, but those of Pods.
#include <array>
#include <string>

#include "audit/search/field.hpp"

namespace kaudit::audit::search {
namespace {

std::string_view request(const Reading& reading, std::string_view pointer) {
  std::string path = "/requestObject";
  path += pointer;
  return reading.event.at_pointer(path);
}

void target_pod_name(const Reading& reading) {
  const bool pod = text_of(reading.event.part(Part::ObjectRef, "resource")) == "pods";
  if (!pod || !reading.event.part(Part::ObjectRef, "subresource").empty()) return;
  reading.add(reading.event.at_pointer("/responseObject/metadata/name"));
}

void response_name(const Reading& reading) {
  reading.add(reading.event.at_pointer("/responseObject/metadata/name"));
}

void binding_role(const Reading& reading) { reading.add(request(reading, "/roleRef/name")); }

void binding_subjects(const Reading& reading) {
  for (ElementWalk walk(request(reading, "/subjects")); walk.next();) reading.add(walk.value());
}

void subjects_of_kind(const Reading& reading, std::string_view kind) {
  for (ElementWalk walk(request(reading, "/subjects")); walk.next();) {
    if (text_of(member_of(walk.value(), "kind")) == kind) {
      reading.add(member_of(walk.value(), "name"));
    }
  }
}
void subject_users(const Reading& reading) { subjects_of_kind(reading, "User"); }
void subject_groups(const Reading& reading) { subjects_of_kind(reading, "Group"); }
void subject_accounts(const Reading& reading) { subjects_of_kind(reading, "ServiceAccount"); }

void subject_accounts_with_namespace(const Reading& reading) {
  for (ElementWalk walk(request(reading, "/subjects")); walk.next();) {
    if (text_of(member_of(walk.value(), "kind")) != "ServiceAccount") continue;
    reading.add_made(text_of(member_of(walk.value(), "namespace")) + ":" +
                     text_of(member_of(walk.value(), "name")));
  }
}

void subject_has_name(const Reading& reading) {
  bool found = reading.falco();  // there it is always true
  for (ElementWalk walk(request(reading, "/subjects")); !found && walk.next();) {
    found = text_of(member_of(walk.value(), "name")) == reading.use.argument;
  }
  reading.out.add(found ? "true" : "false");
}

void configmap_name(const Reading& reading) {
  reading.add(reading.event.part(Part::ObjectRef, "name"));
}
void configmap_data(const Reading& reading) { reading.add(request(reading, "/data")); }

void role_rules(const Reading& reading) {
  for (ElementWalk walk(request(reading, "/rules")); walk.next();) reading.add(walk.value());
}

void rule_lists(const Reading& reading, std::string_view member) {
  std::size_t index = 0;
  for (ElementWalk rules(request(reading, "/rules")); rules.next(); ++index) {
    if (!reading.wants(index)) continue;
    for (ElementWalk walk(member_of(rules.value(), member)); walk.next();) {
      reading.add(walk.value());
    }
  }
}
void rule_groups(const Reading& reading) { rule_lists(reading, "apiGroups"); }
void rule_resources(const Reading& reading) { rule_lists(reading, "resources"); }
void rule_verbs(const Reading& reading) { rule_lists(reading, "verbs"); }
void rule_urls(const Reading& reading) { rule_lists(reading, "nonResourceURLs"); }

void service_type(const Reading& reading) { reading.add(request(reading, "/spec/type")); }

void service_ports(const Reading& reading) {
  const std::string_view ports = request(reading, "/spec/ports");
  if (reading.falco()) {  // the whole array is one element
    reading.add(ports);
    return;
  }
  std::size_t index = 0;
  for (ElementWalk walk(ports); walk.next(); ++index) {
    if (reading.wants(index)) reading.add(walk.value());
  }
}

}  // namespace

void add_object_fields(std::vector<FieldInfo>& fields) {
  const auto body = [&fields](const char* name, const char* path, void (*read)(const Reading&)) {
    fields.push_back({name, false, Argument::None, Level::Request, path, read});
  };
  const auto list = [&fields](const char* name, const char* path, Argument argument,
                              void (*read)(const Reading&)) {
    fields.push_back({name, true, argument, Level::Request, path, read});
  };
  const auto response = [&fields](const char* name, void (*read)(const Reading&)) {
    fields.push_back({name, false, Argument::None, Level::RequestResponse,
                      "responseObject.metadata.name", read});
  };
  response("ka.target.pod.name", target_pod_name);
  response("ka.resp.name", response_name);
  body("ka.req.binding.role", "requestObject.roleRef.name", binding_role);
  list("ka.req.binding.subjects", "requestObject.subjects", Argument::None, binding_subjects);
  list("ka.req.binding.subjects.user_names", "requestObject.subjects", Argument::None,
       subject_users);
  list("ka.req.binding.subjects.group_names", "requestObject.subjects", Argument::None,
       subject_groups);
  list("ka.req.binding.subjects.serviceaccount_names", "requestObject.subjects", Argument::None,
       subject_accounts);
  list("ka.req.binding.subjects.serviceaccount_ns_names", "requestObject.subjects", Argument::None,
       subject_accounts_with_namespace);
  fields.push_back({"ka.req.binding.subject.has_name", false, Argument::Key, Level::Request,
                    "requestObject.subjects", subject_has_name});
  fields.push_back({"ka.req.configmap.name", false, Argument::None, Level::Metadata,
                    "objectRef.name", configmap_name});
  body("ka.req.configmap.obj", "requestObject.data", configmap_data);
  list("ka.req.role.rules", "requestObject.rules", Argument::None, role_rules);
  list("ka.req.role.rules.apiGroups", "requestObject.rules.apiGroups", Argument::Index,
       rule_groups);
  list("ka.req.role.rules.resources", "requestObject.rules.resources", Argument::Index,
       rule_resources);
  list("ka.req.role.rules.verbs", "requestObject.rules.verbs", Argument::Index, rule_verbs);
  list("ka.req.role.rules.nonResourceURLs", "requestObject.rules.nonResourceURLs", Argument::Index,
       rule_urls);
  body("ka.req.service.type", "requestObject.spec.type", service_type);
  list("ka.req.service.ports", "requestObject.spec.ports", Argument::Index, service_ports);
}

}  // namespace kaudit::audit::search
