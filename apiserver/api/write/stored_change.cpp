#include "apiserver/api/write/stored_change.hpp"

#include <string>
#include <utility>

#include "apiserver/api/access/grants.hpp"
#include "apiserver/api/cluster/reactions.hpp"
#include "apiserver/api/custom/kind_warnings.hpp"
#include "apiserver/api/delete/cleanup.hpp"
#include "apiserver/api/delete/delete_plan.hpp"
#include "apiserver/api/object_version.hpp"
#include "apiserver/api/recorded_objects.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/storage_timer.hpp"
#include "apiserver/api/write/field_ownership.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

// How often a write that names no version is tried again because another write came first.
constexpr int kAttempts = 100;

store::Outcome<objects::ObjectPtr> pretended(const Call& call, const objects::ObjectPtr& current,
                                             const Json& wanted) {
  return draft_of(call, wanted).seal(current->meta().resource_version);
}

}  // namespace

Handled change_stored(Call& call, const Change& change, UidRule uid_rule, DryRun dry_run) {
  const std::string key = call.key(call.name);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const auto current = co_await call.store().get(key);
    if (!current) co_return tl::unexpected(refused(call, current.error()));
    const Json tree = tree_of(call, **current);
    // The caller's change, then the kind's rules for it, then the times: where the rules undo the
    // change, managedFields must not look newer than before.
    auto wanted = change(tree);
    if (!wanted) co_return tl::unexpected(wanted.error());
    if (auto granted = check_grant(call, &tree, *wanted); !granted) {
      co_return tl::unexpected(granted.error());
    }
    auto object = merged_update(call, tree, *std::move(wanted), uid_rule);
    if (!object) co_return tl::unexpected(object.error());
    keep_times_if_unchanged(tree, *object);
    if (attempt == 0) {
      add_kind_warnings(call, &tree, *object);
      const auto slept = co_await slept_as_asked(call, *object);
      if (!slept) co_return tl::unexpected(slept.error());
    }
    const StorageTimer timer(call.scope);
    const std::uint64_t version = (*current)->meta().resource_version;
    store::Outcome<objects::ObjectPtr> stored;
    if (dry_run == DryRun::All) {
      stored = pretended(call, *current, *object);
    } else if (ready_to_go(*object)) {
      stored = co_await call.store().remove(key, version);  // its last finalizer is gone
      // After the removal: a dependent would otherwise find its owner still there.
      if (stored) {
        co_await clean_up(call.options, call.ref(), Deletion(*stored, true));
        stored = pretended(call, *stored, *object);
      }
    } else {
      stored = co_await call.store().update(key, draft_of(call, *object), version);
      if (stored) {
        call.options.owners->replace(call.ref(), **current, **stored);
        co_await react(call.options, call.ref(), *current, *stored);
      }
    }
    if (stored) {
      auto shown = shown_object(call, *stored);
      if (!shown) co_return tl::unexpected(shown.error());
      co_return Reply{200, *std::move(shown)};
    }
    if (stored.error() != store::Refusal::Changed) {
      co_return tl::unexpected(refused(call, stored.error()));
    }
  }
  co_return tl::unexpected(refused(call, store::Refusal::Changed));
}

}  // namespace kaudit::apiserver::api
