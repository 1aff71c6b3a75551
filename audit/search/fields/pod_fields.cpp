// Fields of the Pod that a request carries.
#include <string>

#include "audit/search/field.hpp"

namespace kaudit::audit::search {
namespace {

std::string_view pod_spec(const Reading& reading) {
  return member_of(reading.event.part(Part::RequestObject), "spec");
}

std::string_view security(std::string_view of, std::string_view member) {
  return member_of(member_of(of, "securityContext"), member);
}

/// Reads one container.
using ReadContainer = void (*)(const Reading&, std::string_view container);

void image(const Reading& reading, std::string_view container) {
  reading.add(member_of(container, "image"));
}

/// Without tag and digest. Falco cuts at the first colon, so that a registry's port goes with all
/// that follows it.
std::string repository_of(const std::string& image, bool falco) {
  const std::string name = image.substr(0, image.find('@'));
  const std::size_t slash = falco ? std::string::npos : name.rfind('/');
  return name.substr(0, name.find(':', slash == std::string::npos ? 0 : slash));
}

void image_repository(const Reading& reading, std::string_view container) {
  const std::string_view image = member_of(container, "image");
  if (!image.empty()) reading.add_made(repository_of(text_of(image), reading.falco()));
}

void joined_words(const Reading& reading, std::string_view words) {
  if (!is_array(words)) return;
  std::string text;
  for (ElementWalk walk(words); walk.next();) {
    if (!text.empty()) text += ' ';
    append_text(text, walk.value());
  }
  reading.add_made(std::move(text));
}
void command(const Reading& reading, std::string_view container) {
  joined_words(reading, member_of(container, "command"));
}
void arguments(const Reading& reading, std::string_view container) {
  joined_words(reading, member_of(container, "args"));
}
void container_name(const Reading& reading, std::string_view container) {
  reading.add(member_of(container, "name"));
}
void privileged(const Reading& reading, std::string_view container) {
  reading.add(security(container, "privileged"));
}
void escalation(const Reading& reading, std::string_view container) {
  reading.add(security(container, "allowPrivilegeEscalation"));
}
void read_only(const Reading& reading, std::string_view container) {
  reading.add(security(container, "readOnlyRootFilesystem"));
}
void run_as_user(const Reading& reading, std::string_view container) {
  reading.add(security(container, "runAsUser"));
}
void run_as_group(const Reading& reading, std::string_view container) {
  reading.add(security(container, "runAsGroup"));
}
void proc_mount(const Reading& reading, std::string_view container) {
  reading.add(security(container, "procMount"));
}

void add_capabilities(const Reading& reading, std::string_view container) {
  const std::string_view added = member_of(security(container, "capabilities"), "add");
  if (reading.falco()) {  // one text with all of them, so that none is ever found in it
    reading.add(added);
    return;
  }
  for (ElementWalk walk(added); walk.next();) reading.add(walk.value());
}

void host_port(const Reading& reading, std::string_view container) {
  for (ElementWalk walk(member_of(container, "ports")); walk.next();) {
    const std::string_view host = member_of(walk.value(), "hostPort");
    reading.add(host.empty() ? member_of(walk.value(), "containerPort") : host);
  }
}

/// What the container's own context says, else the Pod's, else root. Falco looks beside the
/// contexts, where nothing is.
void effective(const Reading& reading, std::string_view container, std::string_view member) {
  std::string_view id = security(container, member);
  if (id.empty()) id = security(pod_spec(reading), member);
  if (id.empty() || reading.falco()) {
    reading.out.add("0");
  } else {
    reading.add(id);
  }
}
void effective_user(const Reading& reading, std::string_view container) {
  effective(reading, container, "runAsUser");
}
void effective_group(const Reading& reading, std::string_view container) {
  effective(reading, container, "runAsGroup");
}

inline constexpr char kContainers[] = "containers";
inline constexpr char kInitContainers[] = "initContainers";
inline constexpr char kEphemeralContainers[] = "ephemeralContainers";

template <const char* list, ReadContainer read>
void of_containers(const Reading& reading) {
  std::size_t index = 0;
  for (ElementWalk walk(member_of(pod_spec(reading), list)); walk.next(); ++index) {
    if (!reading.wants(index)) continue;
    // Without an image in one of them Falco has none at all.
    const bool spoilt = reading.falco() && (read == image || read == image_repository) &&
                        member_of(walk.value(), "image").empty();
    if (spoilt) {
      reading.out.clear();
      return;
    }
    read(reading, walk.value());
  }
}

template <const char* list>
void add_container_fields(std::vector<FieldInfo>& fields) {
  const auto add = [&fields](const char* name, const char* path, void (*reader)(const Reading&)) {
    fields.push_back({std::string("ka.req.pod.") + list + "." + name, true, Argument::Index,
                      Level::Request, std::string("requestObject.spec.") + list + "." + path,
                      reader});
  };
  add("name", "name", of_containers<list, container_name>);
  add("image", "image", of_containers<list, image>);
  add("image.repository", "image", of_containers<list, image_repository>);
  add("command", "command", of_containers<list, command>);
  add("args", "args", of_containers<list, arguments>);
  add("privileged", "securityContext.privileged", of_containers<list, privileged>);
  add("allow_privilege_escalation", "securityContext.allowPrivilegeEscalation",
      of_containers<list, escalation>);
  add("read_only_fs", "securityContext.readOnlyRootFilesystem", of_containers<list, read_only>);
  add("run_as_user", "securityContext.runAsUser", of_containers<list, run_as_user>);
  add("run_as_group", "securityContext.runAsGroup", of_containers<list, run_as_group>);
  add("eff_run_as_user", "securityContext.runAsUser", of_containers<list, effective_user>);
  add("eff_run_as_group", "securityContext.runAsGroup", of_containers<list, effective_group>);
  add("proc_mount", "securityContext.procMount", of_containers<list, proc_mount>);
  add("add_capabilities", "securityContext.capabilities.add",
      of_containers<list, add_capabilities>);
  if (list != kEphemeralContainers) {
    add("host_port", "ports.hostPort", of_containers<list, host_port>);
  }
}

inline constexpr char kHostIpc[] = "hostIPC";
inline constexpr char kHostNetwork[] = "hostNetwork";
inline constexpr char kHostPid[] = "hostPID";
inline constexpr char kRunAsUser[] = "runAsUser";
inline constexpr char kRunAsGroup[] = "runAsGroup";
inline constexpr char kFsGroup[] = "fsGroup";

template <const char* member>
void of_spec(const Reading& reading) {
  reading.add(member_of(pod_spec(reading), member));
}
template <const char* member>
void of_pod_security(const Reading& reading) {
  reading.add(security(pod_spec(reading), member));
}

void supplemental_groups(const Reading& reading) {
  for (ElementWalk walk(security(pod_spec(reading), "supplementalGroups")); walk.next();) {
    reading.add(walk.value());
  }
}

void first_container(const Reading& reading, ReadContainer read) {
  const std::string_view first = element_of(member_of(pod_spec(reading), kContainers), 0);
  if (!first.empty()) read(reading, first);
}
void first_image(const Reading& reading) { first_container(reading, image); }
void first_repository(const Reading& reading) { first_container(reading, image_repository); }

void any_privileged(const Reading& reading) {
  const std::string_view containers = member_of(pod_spec(reading), kContainers);
  if (!is_array(containers)) return;
  bool any = false;
  for (ElementWalk walk(containers); walk.next();) {
    any = any || security(walk.value(), "privileged") == "true";
  }
  reading.out.add(any ? "true" : "false");
}

ElementWalk volumes(const Reading& reading) {
  return ElementWalk(member_of(pod_spec(reading), "volumes"));
}

void host_paths(const Reading& reading) {
  ElementWalk walk = volumes(reading);
  for (std::size_t index = 0; walk.next(); ++index) {
    if (reading.wants(index)) reading.add(member_of(member_of(walk.value(), "hostPath"), "path"));
  }
}

void flex_drivers(const Reading& reading) {
  ElementWalk walk = volumes(reading);
  for (std::size_t index = 0; walk.next(); ++index) {
    if (reading.wants(index)) {
      reading.add(member_of(member_of(walk.value(), "flexVolume"), "driver"));
    }
  }
}

void volume_types(const Reading& reading) {
  ElementWalk walk = volumes(reading);
  for (std::size_t index = 0; walk.next(); ++index) {
    if (!reading.wants(index)) continue;
    for (MemberWalk members(walk.value()); members.next();) {
      if (members.name() != "name") reading.add_made(std::string(members.name()));
    }
  }
}

/// Whether a volume mounts this path, or for `path*` one that begins with it.
void mounts_path(const Reading& reading) {
  std::string_view wanted = reading.use.argument;
  const bool prefix = wanted.ends_with('*');
  if (prefix) wanted.remove_suffix(1);
  bool found = false;
  for (ElementWalk walk = volumes(reading); walk.next();) {
    const std::string path = text_of(member_of(member_of(walk.value(), "hostPath"), "path"));
    if (path.empty()) continue;
    found = found || (prefix ? std::string_view(path).starts_with(wanted) : path == wanted);
  }
  reading.out.add(found ? "true" : "false");
}

}  // namespace

void add_pod_fields(std::vector<FieldInfo>& fields) {
  add_container_fields<kContainers>(fields);
  add_container_fields<kInitContainers>(fields);
  add_container_fields<kEphemeralContainers>(fields);
  const auto spec = [&fields](const char* name, const char* path, void (*read)(const Reading&)) {
    fields.push_back({name, false, Argument::None, Level::Request,
                      std::string("requestObject.spec.") + path, read});
  };
  spec("ka.req.container.image", "containers.image", first_image);
  spec("ka.req.container.image.repository", "containers.image", first_repository);
  spec("ka.req.container.privileged", "containers.securityContext.privileged", any_privileged);
  spec("ka.req.container.host_network", "hostNetwork", of_spec<kHostNetwork>);
  spec("ka.req.pod.host_ipc", "hostIPC", of_spec<kHostIpc>);
  spec("ka.req.pod.host_network", "hostNetwork", of_spec<kHostNetwork>);
  spec("ka.req.pod.host_pid", "hostPID", of_spec<kHostPid>);
  spec("ka.req.pod.run_as_user", "securityContext.runAsUser", of_pod_security<kRunAsUser>);
  spec("ka.req.pod.run_as_group", "securityContext.runAsGroup", of_pod_security<kRunAsGroup>);
  spec("ka.req.pod.fs_group", "securityContext.fsGroup", of_pod_security<kFsGroup>);
  const auto list = [&fields](const char* name, const char* path, Argument argument,
                              void (*read)(const Reading&)) {
    fields.push_back(
        {name, true, argument, Level::Request, std::string("requestObject.spec.") + path, read});
  };
  list("ka.req.pod.supplemental_groups", "securityContext.supplementalGroups", Argument::None,
       supplemental_groups);
  list("ka.req.pod.volumes.hostpath", "volumes.hostPath.path", Argument::Index, host_paths);
  list("ka.req.pod.volumes.flexvolume_driver", "volumes.flexVolume.driver", Argument::Index,
       flex_drivers);
  list("ka.req.pod.volumes.volume_type", "volumes", Argument::Index, volume_types);
  fields.push_back({"ka.req.volume.hostpath", false, Argument::Key, Level::Request,
                    "requestObject.spec.volumes.hostPath.path", mounts_path});
}

}  // namespace kaudit::audit::search
