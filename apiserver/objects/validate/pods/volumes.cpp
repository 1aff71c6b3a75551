#include "apiserver/objects/validate/pods/volumes.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

#include "apiserver/objects/validate/words/members.hpp"
#include "apiserver/objects/validate/words/quantities.hpp"
#include "apiserver/objects/validate/words/text_rules.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

constexpr std::string_view kHostPathTypes[] = {
    "",     "BlockDevice",  "CharDevice", "Directory", "DirectoryOrCreate",
    "File", "FileOrCreate", "Socket"};

void check_mode(const FieldPath& parent, const Json* object, std::string_view name,
                Findings& findings) {
  constexpr std::int64_t kMostMode = 0777;
  const auto mode = number(object, name);
  if (mode && (*mode < 0 || *mode > kMostMode)) {
    findings.invalid(parent.child(name), *mode,
                     "must be a number between 0 and 0777 (octal), both inclusive");
  }
}

bool goes_up(std::string_view path) {
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    if (path.substr(0, slash) == "..") return true;
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return false;
}

void check_relative_path(const FieldPath& path, std::string_view value, Findings& findings) {
  if (value.starts_with('/')) findings.invalid(path, value, "must be a relative path");
  if (goes_up(value)) {
    findings.invalid(path, value, "must not contain '..'");
  }
}

void check_items(const FieldPath& source_path, const Json& source, Findings& findings) {
  const FieldPath list = source_path.child("items");
  std::size_t index = 0;
  for (const Json& item : items(&source, "items")) {
    const FieldPath path = list.at(index++);
    const std::string_view file = text(&item, "path");
    if (text(&item, "key").empty()) findings.required(path.child("key"));
    if (file.empty()) findings.required(path.child("path"));
    check_relative_path(path.child("path"), file, findings);
    if (file.starts_with("..") && !file.starts_with("../")) {
      findings.invalid(path.child("path"), file, "must not start with '..'");
    }
    check_mode(path, &item, "mode", findings);
  }
}

/// A source of which one member must be there.
struct RequiredName {
  std::string_view source;
  std::string_view member;
};
constexpr RequiredName kRequiredNames[] = {
    {"secret", "secretName"}, {"configMap", "name"},     {"persistentVolumeClaim", "claimName"},
    {"csi", "driver"},        {"gitRepo", "repository"}, {"hostPath", "path"},
};

void check_source(const FieldPath& path, std::string_view kind, const Json& source,
                  Findings& findings) {
  for (const RequiredName& each : kRequiredNames) {
    if (each.source == kind && text(&source, each.member).empty()) {
      findings.required(path.child(each.member));
    }
  }
  if (kind == "secret" || kind == "configMap") {
    check_mode(path, &source, "defaultMode", findings);
    check_items(path, source, findings);
  } else if (kind == "emptyDir") {
    if (quantity_value(text(&source, "sizeLimit")) < 0) {
      findings.forbidden(path.child("sizeLimit"),
                         "SizeLimit field must be a valid resource quantity");
    }
  } else if (kind == "hostPath") {
    const std::string_view where = text(&source, "path");
    if (goes_up(where)) {
      findings.invalid(path.child("path"), where, "must not contain '..'");
    }
    if (member(&source, "type") != nullptr) {
      check_one_of(path.child("type"), text(&source, "type"), kHostPathTypes, findings);
    }
  } else if (kind == "nfs") {
    const std::string_view where = text(&source, "path");
    if (text(&source, "server").empty()) findings.required(path.child("server"));
    if (where.empty()) findings.required(path.child("path"));
    if (!where.starts_with('/')) {
      findings.invalid(path.child("path"), where, "must be an absolute path");
    }
  } else if (kind == "projected") {
    check_mode(path, &source, "defaultMode", findings);
  }
}

void check_volume(const FieldPath& path, const Json& volume, Findings& findings) {
  bool found = false;
  if (const Json* scratch = member(&volume, "emptyDir")) {  // the first that a real server looks at
    found = true;
    check_source(path.child("emptyDir"), "emptyDir", *scratch, findings);
  }
  for (const Json::Member& each : *volume.object()) {
    if (each.name == "name" || each.name == "emptyDir" || each.value.is_null()) continue;
    if (found) {
      findings.forbidden(path.child(each.name), "may not specify more than 1 volume type");
    } else {
      found = true;
      check_source(path.child(each.name), each.name, each.value, findings);
    }
  }
  if (!found) findings.required(path, "must specify a volume type");
}

void check_mount(const FieldPath& list, std::size_t index, const Json& mount, NameSet& places,
                 const Volumes& volumes, Findings& findings) {
  const FieldPath path = list.at(index);
  const std::string_view name = text(&mount, "name");
  const std::string_view place = text(&mount, "mountPath");
  if (name.empty()) findings.required(path.child("name"));
  if (!volumes.contains(name)) findings.not_found(path.child("name"), name);
  if (place.empty()) findings.required(path.child("mountPath"));
  if (!places.insert(place).second) {
    findings.invalid(path.child("mountPath"), place, "must be unique");
  }
  // Upstream names the list, not the mount, in what is wrong with these two.
  if (const std::string_view sub = text(&mount, "subPath"); !sub.empty()) {
    check_relative_path(list.child("subPath"), sub, findings);
  }
  if (const std::string_view sub = text(&mount, "subPathExpr"); !sub.empty()) {
    if (!text(&mount, "subPath").empty()) {
      findings.invalid(path.child("subPathExpr"), sub,
                       "subPathExpr and subPath are mutually exclusive");
    }
    check_relative_path(list.child("subPathExpr"), sub, findings);
  }
}

void check_device(const FieldPath& path, const Json& device, NameSet& places,
                  const Volumes& volumes, Findings& findings) {
  const std::string_view name = text(&device, "name");
  const std::string_view place = text(&device, "devicePath");
  if (name.empty()) findings.required(path.child("name"));
  const auto volume = volumes.find(name);
  if (volume == volumes.end()) {
    findings.not_found(path.child("name"), name);
  } else if (member(volume->second, "persistentVolumeClaim") == nullptr &&
             member(volume->second, "ephemeral") == nullptr) {
    findings.invalid(path.child("name"), name,
                     "can only use volume source type of PersistentVolumeClaim or Ephemeral for "
                     "block mode");
  }
  if (place.empty()) findings.required(path.child("devicePath"));
  if (!places.insert(place).second) {
    findings.invalid(path.child("devicePath"), place, "must be unique");
  }
}

}  // namespace

Volumes check_volumes(const FieldPath& path, const Json& pod_spec, Findings& findings) {
  Volumes volumes;
  std::size_t index = 0;
  for (const Json& volume : items(&pod_spec, "volumes")) {
    if (volume.object() == nullptr) continue;
    const FieldPath at = path.at(index++);
    const FieldPath name_path = at.child("name");
    const std::string_view name = text(&volume, "name");
    const std::size_t before = findings.size();
    check_volume(at, volume, findings);
    if (name.empty()) {
      findings.required(name_path);
    } else {
      check_dns_label(name_path, name, findings);
    }
    if (volumes.contains(name)) findings.duplicate(name_path, name);
    if (findings.size() == before) volumes.emplace(name, &volume);
  }
  return volumes;
}

void check_mounts(const FieldPath& container_path, const Json& container, const Volumes& volumes,
                  Findings& findings) {
  const FieldPath mounts_path = container_path.child("volumeMounts");
  const FieldPath devices_path = container_path.child("volumeDevices");
  NameSet mount_places;
  std::size_t index = 0;
  for (const Json& mount : items(&container, "volumeMounts")) {
    check_mount(mounts_path, index++, mount, mount_places, volumes, findings);
  }
  NameSet device_places;
  index = 0;
  for (const Json& device : items(&container, "volumeDevices")) {
    check_device(devices_path.at(index++), device, device_places, volumes, findings);
  }
}

}  // namespace kaudit::apiserver::objects::validate
