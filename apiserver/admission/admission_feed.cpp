#include "apiserver/admission/admission_feed.hpp"

#include <string_view>
#include <utility>

#include "apiserver/store/change.hpp"

namespace kaudit::apiserver::admission {
namespace {

constexpr std::string_view kMutating =
    "admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/";
constexpr std::string_view kValidating =
    "admissionregistration.k8s.io/v1/validatingwebhookconfigurations/";
constexpr std::string_view kLimitRanges = "v1/limitranges/";
constexpr std::string_view kQuotas = "v1/resourcequotas/";

void count(std::atomic<std::ptrdiff_t>& number, const store::Change& change) {
  switch (change.type) {
    case store::Change::Type::Added:
      ++number;
      break;
    case store::Change::Type::Deleted:
      --number;
      break;
    case store::Change::Type::Modified:
      break;
  }
}

}  // namespace

void AdmissionFeed::committed(const store::ChangePtr& change) {
  const std::string_view key = *change->key;
  if (key.starts_with(kLimitRanges)) return count(limit_ranges_, *change);
  if (key.starts_with(kQuotas)) return count(quotas_, *change);
  if (!key.starts_with(kMutating) && !key.starts_with(kValidating)) return;
  pending_.add(change);
}

void AdmissionFeed::settle() noexcept {
  pending_.settle([this](const std::vector<store::ChangePtr>& changes) {
    const Lock lock(mutex_);
    for (const store::ChangePtr& change : changes) apply(*change);
  });
}

void AdmissionFeed::apply(const store::Change& change) {
  Kind& kind = std::string_view(*change.key).starts_with(kMutating) ? mutating_ : validating_;
  const std::string& name = change.object->meta().name;
  if (change.type == store::Change::Type::Deleted) {
    kind.by_name.erase(name);
  } else {
    kind.by_name[name] = webhooks_of(change.object->tree());
  }
  rebuild(kind);
}

void AdmissionFeed::rebuild(Kind& kind) {
  auto all = std::make_shared<Webhooks>();
  for (const auto& [name, hooks] : kind.by_name) {
    all->insert(all->end(), hooks.begin(), hooks.end());
  }
  kind.any.store(!all->empty(), std::memory_order_release);
  kind.all = std::move(all);
}

AdmissionFeed::WebhooksPtr AdmissionFeed::current(const Kind& kind) const {
  const Lock lock(mutex_);
  return kind.all;
}

}  // namespace kaudit::apiserver::admission
