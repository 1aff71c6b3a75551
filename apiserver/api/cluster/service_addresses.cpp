#include "apiserver/api/cluster/service_addresses.hpp"

#include <algorithm>

#include "apiserver/objects/object.hpp"
#include "apiserver/objects/tree/text_list.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

constexpr std::string_view kServicePrefix = "v1/services/";
constexpr std::string_view kHeadless = "None";
// That of the network and that of the Service kubernetes come first, the broadcast last.
constexpr std::uint64_t kFirstFree = 2;

std::vector<std::string> texts_in_spec(const Json& spec, std::string_view name) {
  std::vector<std::string> texts;
  const Json* const list = spec.find(name);
  if (list == nullptr || list->array() == nullptr) return texts;
  for (const Json& each : *list->array()) {
    if (each.string()) texts.push_back(*each.string());
  }
  return texts;
}

std::vector<std::string> addresses_of(const objects::Object& service) {
  const Json tree = service.tree();
  const Json* const spec = tree.find("spec");
  if (spec == nullptr) return {};
  auto addresses = texts_in_spec(*spec, "clusterIPs");
  std::erase_if(addresses,
                [](const std::string& each) { return each.empty() || each == kHeadless; });
  return addresses;
}

// Both families where the Service wants them and there are both.
std::vector<std::string> families_of(const Json& spec, const ServiceRanges& ranges) {
  auto families = texts_in_spec(spec, "ipFamilies");
  if (families.empty()) families.emplace_back(name_of(ranges.primary().family()));
  const std::string_view policy = spec.text("ipFamilyPolicy");
  if (families.size() > 1 || ranges.ranges.size() < 2) return families;
  if (policy != "PreferDualStack" && policy != "RequireDualStack") return families;
  families.emplace_back(families.front() == name_of(IpFamily::V4) ? name_of(IpFamily::V6)
                                                                  : name_of(IpFamily::V4));
  return families;
}

}  // namespace

std::string ServiceAddresses::free_address(const AddressRange& range, std::uint64_t seed) const {
  const std::uint64_t count = range.size() - kFirstFree - 1;
  const Lock lock(mutex_);
  for (std::uint64_t i = 0; i < count; ++i) {
    std::string address = range.at(kFirstFree + (seed + i) % count);
    if (!taken_.contains(address)) return address;
  }
  return "";
}

void ServiceAddresses::allocate(Json& spec, std::uint64_t seed) const {
  auto addresses = texts_in_spec(spec, "clusterIPs");
  if (addresses.empty() && !spec.text("clusterIP").empty()) {
    addresses.emplace_back(spec.text("clusterIP"));
  }
  const bool headless = !addresses.empty() && addresses.front() == kHeadless;
  const auto families = families_of(spec, ranges_);
  for (std::size_t i = addresses.size(); !headless && i < families.size(); ++i) {
    const AddressRange* const range =
        ranges_.of(families[i] == name_of(IpFamily::V6) ? IpFamily::V6 : IpFamily::V4);
    // A family that the cluster does not have gets an address of the one that it has.
    std::string address = free_address(range != nullptr ? *range : ranges_.primary(), seed);
    if (address.empty()) break;
    addresses.push_back(std::move(address));
  }
  const auto set_if_missing = [&spec](std::string_view name, Json value) {
    const Json* const there = spec.find(name);
    if (there == nullptr || there->is_null() || (there->string() && there->string()->empty())) {
      spec.set(name, std::move(value));
    }
  };
  if (!addresses.empty()) {
    set_if_missing("clusterIP", Json(addresses.front()));
    spec.set("clusterIPs", objects::list_of(addresses));
  }
  spec.set("ipFamilies", objects::list_of(families));
  set_if_missing("ipFamilyPolicy", Json("SingleStack"));
}

std::string ServiceAddresses::objection(std::string_view address) const {
  if (ranges_.choice == ServiceRanges::Choice::Any) return "";
  const bool known = std::ranges::any_of(
      ranges_.ranges, [address](const AddressRange& range) { return range.gives(address); });
  if (!known) return "the provided network does not match the current range";
  const Lock lock(mutex_);
  return taken_.contains(std::string(address)) ? "provided IP is already allocated" : "";
}

void ServiceAddresses::committed(const store::ChangePtr& change) {
  if (!change->key->starts_with(kServicePrefix)) return;
  pending_.add(change);
}

void ServiceAddresses::settle() noexcept {
  pending_.settle([this](const std::vector<store::ChangePtr>& changes) {
    for (const store::ChangePtr& change : changes) {
      const auto before =
          change->previous ? addresses_of(*change->previous) : std::vector<std::string>();
      const auto after = change->type == store::Change::Type::Deleted
                             ? std::vector<std::string>()
                             : addresses_of(*change->object);
      const Lock lock(mutex_);
      for (const std::string& address : after) ++taken_[address];
      for (const std::string& address : before) {
        const auto found = taken_.find(address);
        if (found != taken_.end() && --found->second == 0) taken_.erase(found);
      }
    }
  });
}

}  // namespace kaudit::apiserver::api
