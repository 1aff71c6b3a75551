#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "apiserver/authz/rbac/copy_on_write_map.hpp"
#include "apiserver/authz/rbac/rbac_objects.hpp"
#include "audit/event.hpp"
#include "base/mutex.hpp"

namespace kaudit::apiserver::authz::rbac {

using RolePtr = std::shared_ptr<const Role>;
using BindingPtr = std::shared_ptr<const Binding>;

/// All roles and bindings as they were together at one moment; any thread may read it.
class Snapshot {
 public:
  /// null when there is none. `ns` is that of the binding, and does not matter to a ClusterRole.
  const Role* role(const RoleRef& ref, std::string_view ns) const noexcept;

  /// Calls `visit(binding, role)` for every binding that applies to the user: the cluster's first,
  /// then those of the namespace (none where it is ""), each group of them first those of the user
  /// and then those of the groups, by name. `role` is null where there is none of that name. A
  /// binding is visited again for each of its subjects that the user is. Ends when `visit` gives
  /// false.
  template <typename Visit>
  void for_each_binding(const audit::UserInfo& user, std::string_view ns, Visit visit) const {
    visit_all(user, ns, &Bindings::all, visit);
  }
  /// The same, but of several bindings of one subject to one role the first alone: what the others
  /// allow it allows as well.
  template <typename Visit>
  void for_each_role(const audit::UserInfo& user, std::string_view ns, Visit visit) const {
    visit_all(user, ns, &Bindings::of_each_role, visit);
  }

  /// The first subject of the binding that the user is; null when there is none.
  static const Subject* first_subject(const Binding& binding, const audit::UserInfo& user) noexcept;

 private:
  friend class Index;
  using List = std::vector<BindingPtr>;

  /// Of one subject in one namespace, by name.
  struct Bindings {
    explicit Bindings(List bindings);
    List all;
    List of_each_role;
  };
  using BindingsPtr = std::shared_ptr<const Bindings>;

  template <typename Visit>
  void visit_all(const audit::UserInfo& user, std::string_view ns, List Bindings::*list,
                 Visit& visit) const {
    if (visit_namespace(user, "", list, visit) && !ns.empty()) {
      visit_namespace(user, ns, list, visit);
    }
  }
  template <typename Visit>
  bool visit_namespace(const audit::UserInfo& user, std::string_view ns, List Bindings::*list,
                       Visit& visit) const {
    if (!visit_subject({'U', ns, user.username}, list, visit)) return false;
    for (const std::string& group : user.groups) {
      if (!visit_subject({'G', ns, group}, list, visit)) return false;
    }
    return true;
  }
  template <typename Visit>
  bool visit_subject(const KeyView& subject, List Bindings::*list, Visit& visit) const {
    const BindingsPtr* found = by_subject_.find(subject);
    if (found == nullptr) return true;
    for (const BindingPtr& binding : (**found).*list) {
      if (!visit(*binding, role(binding->role, binding->ns))) return false;
    }
    return true;
  }
  void add(const BindingPtr& binding);
  void remove(const Binding& binding);

  CopyOnWriteMap<RolePtr> roles_;
  CopyOnWriteMap<BindingsPtr> by_subject_;
};

/// A role or binding by its place.
struct Place {
  enum class Kind : std::uint8_t { Role, Binding };
  Kind kind;
  std::string ns;  ///< "" for the cluster's
  std::string name;
};

/// What has become of a role or a binding; of a Place: it is gone.
using Edit = std::variant<Role, Binding, Place>;

/// The roles and bindings that there are, indexed by whom they are about. It is fed with every
/// change, and each gives a new snapshot, which shares with the one before what is the same.
/// Thread-safe; nobody who reads waits for one who makes the next snapshot.
class Index {
 public:
  Index();

  /// Takes changes in, in their order; a snapshot shows all of them or none.
  void apply(std::vector<Edit> edits);
  std::shared_ptr<const Snapshot> snapshot() const;

 private:
  void edit(Snapshot& next, Edit edit) KAUDIT_REQUIRES(writer_);

  Mutex writer_;  ///< held while the next snapshot is made, and before current_mutex_
  /// By namespace and name: what a changed binding was about is taken out first.
  std::map<std::pair<std::string, std::string>, BindingPtr> bindings_ KAUDIT_GUARDED_BY(writer_);
  mutable SharedMutex current_mutex_;  ///< held only while the pointer is read or replaced
  std::shared_ptr<const Snapshot> current_ KAUDIT_GUARDED_BY(current_mutex_);
};

}  // namespace kaudit::apiserver::authz::rbac
