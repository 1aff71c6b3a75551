#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "apiserver/api/cluster/address_range.hpp"
#include "apiserver/objects/tree/json.hpp"
#include "apiserver/store/observer.hpp"
#include "apiserver/store/pending_changes.hpp"
#include "base/mutex.hpp"

namespace kaudit::apiserver::api {

/// Gives Services their addresses, and knows by the store which ones are taken. Nothing is reserved
/// between the choice and the write: two creates at the same moment begin to look at places that
/// follow from their uids. Thread-safe.
class ServiceAddresses final : public store::Observer {
 public:
  explicit ServiceAddresses(ServiceRanges ranges = {}) : ranges_(std::move(ranges)) {}

  const ServiceRanges& ranges() const noexcept { return ranges_; }
  /// That of the Service kubernetes, which no other one gets.
  std::string first() const { return ranges_.primary().at(1); }

  /// Fills in `clusterIP`, `clusterIPs`, `ipFamilies` and `ipFamilyPolicy` of the spec of a new
  /// Service, where they are missing. A range that is full gives none.
  void allocate(objects::Json& spec, std::uint64_t seed) const;

  /// Why a Service cannot have an address that it has chosen; "" when it can.
  std::string objection(std::string_view address) const;

  void committed(const store::ChangePtr& change) override;
  void settle() noexcept override;

 private:
  std::string free_address(const AddressRange& range, std::uint64_t seed) const;

  const ServiceRanges ranges_;
  mutable Mutex mutex_;
  store::PendingChanges pending_;
  std::unordered_map<std::string, std::size_t> taken_ KAUDIT_GUARDED_BY(mutex_);  ///< how often
};

}  // namespace kaudit::apiserver::api
