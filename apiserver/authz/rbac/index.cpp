#include "apiserver/authz/rbac/index.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace kaudit::apiserver::authz::rbac {
namespace {

constexpr char kRole = 'R';

using Keys = std::set<std::pair<char, std::string>>;

/// Under which users and groups a binding is found.
Keys keys_of(const Binding& binding) {
  Keys keys;
  for (const Subject& subject : binding.subjects) {
    switch (subject.kind) {
      case SubjectKind::User:
        keys.emplace('U', subject.name);
        break;
      case SubjectKind::Group:
        keys.emplace('G', subject.name);
        break;
      case SubjectKind::ServiceAccount:
        if (!subject.ns.empty()) keys.emplace('U', service_account_user(subject.ns, subject.name));
        break;
      case SubjectKind::Unknown:
        break;
    }
  }
  return keys;
}

bool by_name(const BindingPtr& a, const BindingPtr& b) { return a->name < b->name; }

bool is_service_account(const Subject& subject, std::string_view user) noexcept {
  constexpr std::string_view kPrefix = "system:serviceaccount:";
  if (subject.ns.empty() || !user.starts_with(kPrefix)) return false;
  user.remove_prefix(kPrefix.size());
  return user.size() == subject.ns.size() + 1 + subject.name.size() &&
         user.starts_with(subject.ns) && user[subject.ns.size()] == ':' &&
         user.ends_with(subject.name);
}

bool is_user(const Subject& subject, const audit::UserInfo& user) noexcept {
  switch (subject.kind) {
    case SubjectKind::User:
      return subject.name == user.username;
    case SubjectKind::Group:
      return std::find(user.groups.begin(), user.groups.end(), subject.name) != user.groups.end();
    case SubjectKind::ServiceAccount:
      return is_service_account(subject, user.username);
    case SubjectKind::Unknown:
      break;
  }
  return false;
}

}  // namespace

const Role* Snapshot::role(const RoleRef& ref, std::string_view ns) const noexcept {
  const bool cluster = ref.kind == "ClusterRole";
  if (!cluster && (ref.kind != "Role" || ns.empty())) return nullptr;
  const RolePtr* found = roles_.find({kRole, cluster ? std::string_view() : ns, ref.name});
  return found == nullptr ? nullptr : found->get();
}

const Subject* Snapshot::first_subject(const Binding& binding,
                                       const audit::UserInfo& user) noexcept {
  const auto& all = binding.subjects;
  const auto found = std::find_if(
      all.begin(), all.end(), [&user](const Subject& subject) { return is_user(subject, user); });
  return found == all.end() ? nullptr : &*found;
}

Snapshot::Bindings::Bindings(List bindings) : all(std::move(bindings)) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const BindingPtr& binding : all) {
    if (seen.emplace(binding->role.kind, binding->role.name).second) {
      of_each_role.push_back(binding);
    }
  }
}

void Snapshot::add(const BindingPtr& binding) {
  for (const auto& [kind, name] : keys_of(*binding)) {
    const KeyView key{kind, binding->ns, name};
    const BindingsPtr* there = by_subject_.find(key);
    List list = there ? (*there)->all : List();
    list.insert(std::upper_bound(list.begin(), list.end(), binding, by_name), binding);
    by_subject_.set(key, std::make_shared<const Bindings>(std::move(list)));
  }
}

void Snapshot::remove(const Binding& binding) {
  for (const auto& [kind, name] : keys_of(binding)) {
    const KeyView key{kind, binding.ns, name};
    const BindingsPtr* there = by_subject_.find(key);
    if (there == nullptr) continue;
    List list = (*there)->all;
    std::erase_if(list, [&binding](const BindingPtr& each) { return each->name == binding.name; });
    if (list.empty()) {
      by_subject_.erase(key);
    } else {
      by_subject_.set(key, std::make_shared<const Bindings>(std::move(list)));
    }
  }
}

Index::Index() : current_(std::make_shared<const Snapshot>()) {}

std::shared_ptr<const Snapshot> Index::snapshot() const {
  const ReaderLock lock(current_mutex_);
  return current_;
}

void Index::edit(Snapshot& next, Edit edit) {
  if (auto* role = std::get_if<Role>(&edit)) {
    const auto shared = std::make_shared<const Role>(std::move(*role));
    next.roles_.set({kRole, shared->ns, shared->name}, shared);
    return;
  }
  if (auto* binding = std::get_if<Binding>(&edit)) {
    const auto shared = std::make_shared<const Binding>(std::move(*binding));
    BindingPtr& there = bindings_[{shared->ns, shared->name}];
    if (there) next.remove(*there);
    next.add(shared);
    there = shared;
    return;
  }
  const auto& gone = std::get<Place>(edit);
  if (gone.kind == Place::Kind::Role) {
    next.roles_.erase({kRole, gone.ns, gone.name});
    return;
  }
  const auto found = bindings_.find({gone.ns, gone.name});
  if (found == bindings_.end()) return;
  next.remove(*found->second);
  bindings_.erase(found);
}

void Index::apply(std::vector<Edit> edits) {
  if (edits.empty()) return;
  const Lock writing(writer_);
  auto next = std::make_shared<Snapshot>(*snapshot());
  for (Edit& each : edits) edit(*next, std::move(each));
  const WriterLock lock(current_mutex_);
  // What went before is freed by the last who reads it, or here.
  current_ = std::move(next);
}

}  // namespace kaudit::apiserver::authz::rbac
