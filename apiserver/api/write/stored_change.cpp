#include "apiserver/api/write/stored_change.hpp"

#include <optional>
#include <string>
#include <utility>

#include "apiserver/api/access/grants.hpp"
#include "apiserver/api/admit/admission.hpp"
#include "apiserver/api/cluster/reactions.hpp"
#include "apiserver/api/custom/conversion.hpp"
#include "apiserver/api/custom/unenforced_rules.hpp"
#include "apiserver/api/delete/cleanup.hpp"
#include "apiserver/api/delete/delete_plan.hpp"
#include "apiserver/api/object_version.hpp"
#include "apiserver/api/recorded_objects.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/storage_timer.hpp"
#include "apiserver/api/subresources/scale.hpp"
#include "apiserver/api/warnings.hpp"
#include "apiserver/api/write/field_ownership.hpp"
#include "apiserver/api/write/owner_references.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

// How often a write that names no version is tried again because another write came first.
constexpr int kAttempts = 100;

store::Outcome<objects::ObjectPtr> pretended(objects::Draft draft,
                                             const objects::ObjectPtr& current) {
  return std::move(draft).seal(current->meta().resource_version);
}

// As the store has it, in the call's version.
boost::asio::awaitable<Expected<objects::ObjectPtr>> seen_by(const Call& call,
                                                             objects::ObjectPtr stored) {
  if (!has_converter(call)) co_return stored;
  co_return co_await convert_stored(call, std::move(stored));
}

boost::asio::awaitable<Expected<objects::Draft>> to_store(const Call& call, const Json& object) {
  if (!has_converter(call)) co_return draft_of(call, object);
  co_return co_await convert_to_store(call, object);
}

// A write in the eyes of admission: of the object, or of the Scale that stands for it.
class AdmittedChange {
 public:
  AdmittedChange(Call& call, const Json& current, DryRun dry_run)
      : call_(call),
        current_(current),
        request_(call, AdmissionOperation::Update, body_type(call)) {
    request_.dry_run = dry_run;
  }

  // Those who may change it, before the rules of updates see it.
  boost::asio::awaitable<Expected<void>> mutate(Json& wanted) {
    if (auto shown = show(wanted); !shown) co_return shown;
    auto mutated = co_await call_.options.admission->mutate(request_);
    if (!mutated) co_return mutated;
    if (!is_scale(call_)) {
      wanted = std::move(object_);
      if (auto repeated = drop_repeated_owners(wanted, OwnersSeen::AfterAdmission)) {
        add_warnings(call_.scope.headers, {*std::move(repeated)});
      }
      co_return Expected<void>();
    }
    const auto before = scale_of(call_, wanted);
    if (before && *before == object_) co_return Expected<void>();
    auto scaled = with_scale(call_, wanted, object_);
    if (!scaled) co_return tl::unexpected(scaled.error());
    wanted = *std::move(scaled);
    co_return Expected<void>();
  }

  // Those who only say yes or no, when it is what it is going to be.
  boost::asio::awaitable<Expected<void>> validate(const Json& merged) {
    if (auto shown = show(merged); !shown) co_return shown;
    co_return co_await call_.options.admission->validate(request_);
  }

 private:
  Expected<void> show(const Json& object) {
    if (!is_scale(call_)) {
      object_ = object;
      request_.old_object = &current_;
    } else {
      auto scale = scale_of(call_, object);
      auto old_scale = scale_of(call_, current_);
      if (!scale) return tl::unexpected(scale.error());
      if (!old_scale) return tl::unexpected(old_scale.error());
      object_ = *std::move(scale);
      old_scale_ = *std::move(old_scale);
      request_.old_object = &old_scale_;
    }
    request_.object = &object_;
    return {};
  }

  Call& call_;
  const Json& current_;
  AdmissionRequest request_;
  Json object_;
  Json old_scale_;
};

}  // namespace

Handled change_stored(Call& call, const Change& change, UidRule uid_rule, DryRun dry_run) {
  const std::string key = call.key(call.name);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const auto current = co_await call.store().get(key);
    if (!current) co_return tl::unexpected(refused(call, current.error()));
    const auto seen = co_await seen_by(call, *current);
    if (!seen) co_return tl::unexpected(seen.error());
    const Json tree = tree_of(call, **seen);
    // The caller's change, then the kind's rules for it, then the times: where the rules undo the
    // change, managedFields must not look newer than before.
    auto wanted = change(tree);
    if (!wanted) co_return tl::unexpected(wanted.error());
    std::optional<AdmittedChange> admitted;
    if (admission_concerns(call, AdmissionOperation::Update)) {
      admitted.emplace(call, tree, dry_run);
      const auto mutated = co_await admitted->mutate(*wanted);
      if (!mutated) co_return tl::unexpected(mutated.error());
    }
    if (auto granted = check_grant(call, &tree, *wanted); !granted) {
      co_return tl::unexpected(granted.error());
    }
    auto object = merged_update(call, tree, *std::move(wanted), uid_rule);
    if (!object) co_return tl::unexpected(object.error());
    keep_times_if_unchanged(tree, *object);
    if (admitted) {
      const auto valid = co_await admitted->validate(*object);
      if (!valid) co_return tl::unexpected(valid.error());
    }
    if (attempt == 0) {
      add_kind_warnings(call, &tree, *object);
      const auto slept = co_await slept_as_asked(call, *object);
      if (!slept) co_return tl::unexpected(slept.error());
    }
    auto draft = co_await to_store(call, *object);
    if (!draft) co_return tl::unexpected(draft.error());
    const StorageTimer timer(call.scope);
    const std::uint64_t version = (*current)->meta().resource_version;
    store::Outcome<objects::ObjectPtr> stored;
    if (dry_run == DryRun::All) {
      stored = pretended(*std::move(draft), *current);
    } else if (ready_to_go(*object)) {
      stored = co_await call.store().remove(key, version);  // its last finalizer is gone
      // After the removal: a dependent would otherwise find its owner still there.
      if (stored) {
        co_await clean_up(call.options, call.ref(), Deletion(*stored, true));
        stored = pretended(*std::move(draft), *stored);
        co_await follow_write(call, WriteEnd::Deleted);
      }
    } else {
      stored = co_await call.store().update(key, *std::move(draft), version);
      if (stored) {
        call.options.owners->replace(call.ref(), **current, **stored);
        co_await react(call.options, call.ref(), *current, *stored);
        co_await follow_write(call, WriteEnd::Updated);
      }
    }
    if (stored) {
      const auto answered = co_await seen_by(call, *stored);
      if (!answered) co_return tl::unexpected(answered.error());
      auto shown = shown_object(call, *answered);
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
