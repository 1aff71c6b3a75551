#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "apiserver/objects/validate/kinds_rules.hpp"
#include "apiserver/objects/validate/pods/pod_spec.hpp"
#include "apiserver/objects/validate/words/members.hpp"
#include "apiserver/objects/validate/words/text_rules.hpp"
#include "base/text/quote.hpp"
#include "base/text/trim.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

const Json kNoSpec{Json::Object()};

const Json& spec_of(const Json& pod) {
  const Json* spec = member(&pod, "spec");
  return spec != nullptr && spec->object() ? *spec : kNoSpec;
}

void check_image_texts(const FieldPath& spec_path, const Json& spec, Findings& findings) {
  static constexpr MemberName kLists[] = {"containers", "initContainers"};
  for (const MemberName& list : kLists) {
    const FieldPath path = spec_path.child(list.text());
    std::size_t index = 0;
    for (const Json& container : items(&spec, list)) {
      const FieldPath at = path.at(index++);
      const std::string_view image = text(&container, "image");
      if (trim_space(image) != image) {
        findings.invalid(at.child("image"), image, "must not have leading or trailing whitespace");
      }
    }
  }
}

// False when the rest cannot be compared.
bool check_same_containers(const FieldPath& spec_path, std::string_view list, const Json& before,
                           const Json& after, Findings& findings) {
  const auto containers = items(&after, list);
  if (containers.size() == items(&before, list).size()) return true;
  findings.forbidden(spec_path.child(list), "pod updates may not add or remove containers");
  return false;
}

// False when the rest is not looked at.
bool check_deadline(const FieldPath& spec_path, const Json& before, const Json& after,
                    Findings& findings) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  const FieldPath path = spec_path.child("activeDeadlineSeconds");
  const auto old = number(&before, "activeDeadlineSeconds");
  const auto now = number(&after, "activeDeadlineSeconds");
  if (!now) {
    if (old) {
      findings.invalid(path, static_cast<const Json*>(nullptr),
                       "must not update from a positive integer to nil value");
    }
    return true;
  }
  if (*now < 0 || *now > kMost) {
    findings.invalid(path, *now, range_error(0, kMost));
    return false;
  }
  if (old && *old < *now) {
    findings.invalid(path, *now, "must be less than or equal to previous value");
    return false;
  }
  return true;
}

Json without_seconds(const Json& toleration) {
  Json copy = toleration;
  copy.erase("tolerationSeconds");
  return copy;
}

void check_added_tolerations(const FieldPath& path, const Json& before, const Json& after,
                             Findings& findings) {
  const auto now = items(&after, "tolerations");
  for (const Json& old : items(&before, "tolerations")) {
    const bool stays = std::any_of(now.begin(), now.end(), [&old](const Json& each) {
      return without_seconds(each) == without_seconds(old);
    });
    if (!stays) {
      return findings.forbidden(
          path, "existing toleration can not be modified except its tolerationSeconds");
    }
  }
  check_tolerations(path, after, findings);
}

void check_deleted_gates(const FieldPath& path, const Json& before, const Json& after,
                         Findings& findings) {
  const auto old = items(&before, "schedulingGates");
  std::size_t index = 0;
  for (const Json& gate : items(&after, "schedulingGates")) {
    const FieldPath at = path.at(index++);
    const std::string_view name = text(&gate, "name");
    const bool is_old = std::any_of(
        old.begin(), old.end(), [name](const Json& each) { return text(&each, "name") == name; });
    if (is_old) continue;
    findings.forbidden(
        at.child("name"),
        "only deletion is allowed, but found new scheduling gate '" + std::string(name) + "'");
  }
}

void copy_images(Json& to, const Json& from, std::string_view list) {
  Json* containers = to.find(list);
  const auto old = items(&from, list);
  if (containers == nullptr || containers->array() == nullptr) return;
  for (std::size_t i = 0; i < containers->array()->size() && i < old.size(); ++i) {
    (*containers->array())[i].set("image", Json(text(&old[i], "image")));
  }
}

void copy_member(Json& to, const Json& from, std::string_view name) {
  if (const Json* value = from.find(name)) {
    to.set(name, *value);
  } else {
    to.erase(name);
  }
}

// Members in any order.
bool same_objects(const Json& a, const Json& b) {
  Json left = a;
  Json right = b;
  left.sort_members();
  right.sort_members();
  return left == right;
}

// What is left when all that may change is as it was.
bool changes_more(const Json& before, Json after) {
  for (const std::string_view list : {"containers", "initContainers"}) {
    copy_images(after, before, list);
  }
  for (const std::string_view name : {"activeDeadlineSeconds", "schedulingGates", "tolerations"}) {
    copy_member(after, before, name);
  }
  const auto old_grace = number(&before, "terminationGracePeriodSeconds");
  if (old_grace && *old_grace < 0 && number(&after, "terminationGracePeriodSeconds") == 1) {
    copy_member(after, before, "terminationGracePeriodSeconds");
  }
  if (!items(&before, "schedulingGates").empty()) {
    for (const std::string_view name : {"nodeSelector", "affinity"}) {
      copy_member(after, before, name);
    }
  }
  return !same_objects(before, after);
}

void check_same_order(const FieldPath& path, std::string_view list, const Json& before,
                      const Json& after, Findings& findings) {
  const auto old = items(&before, list);
  const auto now = items(&after, list);
  if (old.size() != now.size()) {
    return findings.forbidden(path, std::string(list) + " may not be added or removed on resize");
  }
  for (std::size_t i = 0; i < now.size(); ++i) {
    const FieldPath at = path.at(i);
    if (text(&old[i], "name") != text(&now[i], "name")) {
      findings.forbidden(at.child("name"),
                         std::string(list) + " may not be renamed or reordered on resize");
    }
  }
}

void check_none_removed(const FieldPath& path, const Json* before, const Json* after,
                        Findings& findings) {
  for (const std::string_view part : {"requests", "limits"}) {
    const auto old = entries(before, part);
    const bool some_are = std::any_of(old.begin(), old.end(), [&](const Json::Member& each) {
      return member(after, {part, each.name}) == nullptr;
    });
    if (some_are) {
      findings.forbidden(path.child(part), "resource " + std::string(part) + " cannot be removed");
    }
  }
}

}  // namespace

void check_pod(const Json& pod, Findings& findings) {
  const FieldPath path("spec");
  const Json& spec = spec_of(pod);
  check_pod_spec(path, spec, PodSpecOf::Pod, findings);
  check_image_texts(path, spec, findings);
}

void check_pod_create(const Json& pod, Findings& findings) {
  const FieldPath path("spec");
  const Json& spec = spec_of(pod);
  if (!items(&spec, "ephemeralContainers").empty()) {
    findings.forbidden(path.child("ephemeralContainers"), "cannot be set on create");
  }
  if (!text(&spec, "nodeName").empty() && !items(&spec, "schedulingGates").empty()) {
    findings.forbidden(path.child("nodeName"),
                       "cannot be set until all schedulingGates have been cleared");
  }
}

void check_pod_change(const Json& before, const Json& after, Findings& findings) {
  const FieldPath path("spec");
  const Json& old = spec_of(before);
  const Json& spec = spec_of(after);
  if (!check_same_containers(path, "containers", old, spec, findings) ||
      !check_same_containers(path, "initContainers", old, spec, findings) ||
      !check_deadline(path, old, spec, findings)) {
    return;
  }
  check_added_tolerations(path.child("tolerations"), old, spec, findings);
  check_deleted_gates(path.child("schedulingGates"), old, spec, findings);
  if (!changes_more(old, spec)) return;
  // A real server goes on with the difference, as Go prints its own types.
  findings.forbidden(path,
                     "pod updates may not change fields other than `spec.containers[*].image`,"
                     "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
                     "`spec.tolerations` (only additions to existing tolerations),"
                     "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was "
                     "previously negative)\n");
}

void check_ephemeral_containers_change(const Json& before, const Json& after, Findings& findings) {
  const FieldPath spec_path("spec");
  const FieldPath path = spec_path.child("ephemeralContainers");
  const auto now = items(&spec_of(after), "ephemeralContainers");
  for (const Json& old : items(&spec_of(before), "ephemeralContainers")) {
    const std::string_view name = text(&old, "name");
    const auto found = std::find_if(
        now.begin(), now.end(), [name](const Json& each) { return text(&each, "name") == name; });
    if (found == now.end()) {
      findings.forbidden(
          path, "existing ephemeral containers " + go_quoted(name) + " may not be removed\n");
    } else if (!same_objects(*found, old)) {
      findings.forbidden(
          path, "existing ephemeral containers " + go_quoted(name) + " may not be changed\n");
    }
  }
}

void check_resize(const Json& before, const Json& after, Findings& findings) {
  const FieldPath path("spec");
  const std::size_t so_far = findings.size();
  for (const std::string_view list : {"containers", "initContainers"}) {
    check_same_order(path.child(list), list, spec_of(before), spec_of(after), findings);
  }
  if (findings.size() > so_far) return;
  for (const std::string_view list : {"initContainers", "containers"}) {
    const auto old = items(&spec_of(before), list);
    const auto now = items(&spec_of(after), list);
    const FieldPath at = path.child(list);
    for (std::size_t i = 0; i < now.size(); ++i) {
      const FieldPath container = at.at(i);
      check_none_removed(container.child("resources"), member(&old[i], "resources"),
                         member(&now[i], "resources"), findings);
    }
  }
}

}  // namespace kaudit::apiserver::objects::validate
