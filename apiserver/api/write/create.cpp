#include <optional>
#include <string>
#include <utility>

#include "apiserver/api/access/grants.hpp"
#include "apiserver/api/admit/admission.hpp"
#include "apiserver/api/cluster/reactions.hpp"
#include "apiserver/api/custom/conversion.hpp"
#include "apiserver/api/custom/unenforced_rules.hpp"
#include "apiserver/api/delete/namespaces.hpp"
#include "apiserver/api/object_version.hpp"
#include "apiserver/api/operations.hpp"
#include "apiserver/api/recorded_objects.hpp"
#include "apiserver/api/resource_version.hpp"
#include "apiserver/api/rules/kind_rules.hpp"
#include "apiserver/api/rules/service_addresses_check.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/api/storage_timer.hpp"
#include "apiserver/api/warnings.hpp"
#include "apiserver/api/write/create_object.hpp"
#include "apiserver/api/write/create_rules.hpp"
#include "apiserver/api/write/field_ownership.hpp"
#include "apiserver/api/write/object_names.hpp"
#include "apiserver/api/write/object_rules.hpp"
#include "apiserver/api/write/owner_references.hpp"
#include "apiserver/api/write/write_options.hpp"
#include "apiserver/objects/codec/codec.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;
using objects::ObjectPtr;

constexpr int kNameAttempts = 8;

// The name is another object's, which may only be waiting for its finalizers. (registry/generic
// Store.Create)
audit::Status taken(const Call& call, const objects::Object& there) {
  audit::Status status = already_exists(call.resource, call.name);
  if (there.meta().terminating) status.message = "object is being deleted: " + status.message;
  return status;
}

Handled store_new(Call& call, const Json& object, DryRun dry_run) {
  const StorageTimer timer(call.scope);
  const std::string key = call.key(call.name);
  if (dry_run == DryRun::All) {
    if (const auto there = co_await call.store().get(key)) {
      co_return tl::unexpected(taken(call, **there));
    }
    co_return Reply{201, RawJson::trusted(object.dump())};
  }
  std::optional<objects::Draft> draft;
  if (has_converter(call)) {
    auto converted = co_await convert_to_store(call, object);
    if (!converted) co_return tl::unexpected(converted.error());
    draft = *std::move(converted);
  } else {
    draft = draft_of(call, object);
  }
  const auto stored = co_await call.store().create(key, *std::move(draft));
  if (!stored && stored.error() == store::Refusal::AlreadyExists) {
    if (const auto there = co_await call.store().get(key)) {
      co_return tl::unexpected(taken(call, **there));
    }
  }
  if (!stored) co_return tl::unexpected(refused(call, stored.error()));
  // Only what is stored is indexed: a refused object must not count as anybody's dependent.
  call.options.owners->learn(call.ref(), **stored);
  co_await react(call.options, call.ref(), nullptr, *stored);
  ObjectPtr made = *stored;
  if (has_converter(call)) {
    auto converted = co_await convert_stored(call, made);
    if (!converted) co_return tl::unexpected(converted.error());
    made = *std::move(converted);
  }
  co_return Reply{201, objects::json_of(in_version_of(call, made))};
}

// Gives a name that nobody chose. (registry/rest BeforeCreate)
void name_at_random(Call& call, Json& object, std::string_view base) {
  call.name = generated_name(base);
  object.find("metadata")->set("name", Json(call.name));
  // What decoding made of the name is made again: a Namespace's label.
  if (call.resource.group.empty() && call.resource.kind == "Namespace") {
    object = objects::canonical_object(call.type(), object).value();
  }
  normalise_metadata(call.resource, object);
}

// A client that lets the server choose the name may try again. (registry/rest
// CheckGeneratedNameError)
Expected<Reply> with_hint(const Call& call, Expected<Reply> reply, std::string_view base) {
  if (reply || base.empty() || reply.error().reason != "AlreadyExists") return reply;
  return tl::unexpected(generated_name_exists(call.resource, call.name));
}

// Those who may change the object before its rules see it. (pkg/endpoints/handlers createHandler)
boost::asio::awaitable<Expected<void>> mutate_new(Call& call, AdmissionRequest& request) {
  apply_admission_defaults(call, *request.object);
  auto mutated = co_await call.options.admission->mutate(request);
  if (!mutated) co_return mutated;
  if (auto repeated = drop_repeated_owners(*request.object, OwnersSeen::AfterAdmission)) {
    add_warnings(call.scope.headers, {*std::move(repeated)});
  }
  co_return match_namespace(call, *request.object);
}

}  // namespace

Handled create_object(Call& call, WrittenObject& written) {
  Json& object = written.object;
  call.name = object.find("metadata")->text("name");
  const std::string_view stated = object.find("metadata")->text("resourceVersion");
  const std::uint64_t version = stated.empty() ? 0 : parse_version_number(stated).value_or(0);
  const std::string base(object.find("metadata")->text("generateName"));
  const bool generated = call.name.empty() && !base.empty();
  // Kubernetes' order, since the first error is the answer: the namespace before the object's own
  // faults, and both before the store can say that the name is taken.
  if (call.resource.namespaced()) {
    if (auto open = co_await check_namespace(call, object); !open) {
      co_return tl::unexpected(open.error());
    }
  }
  if (call.definition && call.definition->terminating) {
    co_return tl::unexpected(
        forbidden(call.resource, call.name,
                  "create not allowed while custom resource definition is terminating"));
  }
  AdmissionRequest admission(call, AdmissionOperation::Create, call.type());
  admission.object = &object;
  admission.dry_run = written.options.dry_run;
  const bool concerned = admission_concerns(call, AdmissionOperation::Create);
  if (concerned) {
    const auto mutated = co_await mutate_new(call, admission);
    if (!mutated) co_return tl::unexpected(mutated.error());
    if (!generated) call.name = object.find("metadata")->text("name");
  }
  if (auto granted = check_grant(call, nullptr, object); !granted) {
    co_return tl::unexpected(granted.error());
  }
  prepare_for_create(call, object);
  Expected<Reply> reply = tl::unexpected(audit::Status());
  for (int attempt = 0; attempt < kNameAttempts; ++attempt) {
    if (generated) name_at_random(call, object, base);
    apply_create_rules(call, object);
    if (auto valid = check_new(call, object); !valid) co_return tl::unexpected(valid.error());
    if (attempt == 0) add_kind_warnings(call, nullptr, object);
    if (concerned) {
      const auto valid = co_await call.options.admission->validate(admission);
      if (!valid) {
        co_await follow_write(call, WriteEnd::Refused);
        co_return tl::unexpected(valid.error());
      }
    }
    if (auto allocated = check_service_addresses(call, object); !allocated) {
      co_return tl::unexpected(allocated.error());
    }
    // The storage refuses it, and a dry run does not get there. What is not a version at all is
    // dropped like any other member that the server sets. (apiserver pkg/storage/etcd3 Create)
    if (version != 0 && written.options.dry_run == DryRun::No) {
      co_return tl::unexpected(
          unexpected("resourceVersion should not be set on objects to be created"));
    }
    // After the checks, which are about what the client sent. The sleep comes last, and once, so
    // that a refused object is refused at once, however many names are tried.
    if (attempt == 0) {
      const auto slept = co_await slept_as_asked(call, object);
      if (!slept) co_return tl::unexpected(slept.error());
    }
    reply = co_await store_new(call, object, written.options.dry_run);
    if (reply || !generated || reply.error().reason != "AlreadyExists") break;
  }
  co_await follow_write(call, reply ? WriteEnd::Created : WriteEnd::Refused);
  co_return with_hint(call, std::move(reply), base);
}

Handled create(Call& call) {
  auto written = co_await read_object(call, "CreateOptions");
  if (!written) co_return tl::unexpected(written.error());
  // Before the rules of creation: what they fill in belongs to nobody.
  track_create(call, written->options.field_manager, written->object);
  co_return co_await create_object(call, *written);
}

}  // namespace kaudit::apiserver::api
