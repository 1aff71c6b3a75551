#include "cli/generate/traffic.hpp"

#include <array>

#include "cli/generate/cast.hpp"

namespace kaudit::cli {
namespace {

constexpr std::array<std::string_view, 8> kNamespaces{"default", "shop", "payments", "monitoring",
                                                      "ingress", "ci",   "team-a",   "team-b"};
constexpr std::array<std::string_view, 10> kApps{"web",    "api",     "worker", "checkout",
                                                 "search", "billing", "redis",  "postgres",
                                                 "mailer", "report"};

}  // namespace

std::string_view namespace_name(std::uint64_t number) {
  return kNamespaces[number % kNamespaces.size()];
}

std::string_view app_name(std::uint64_t number) { return kApps[number % kApps.size()]; }

Traffic traffic_of(Profile profile) {
  constexpr std::uint64_t kSecond = 1'000'000;
  Traffic traffic;
  Cast cast(traffic);
  switch (profile) {
    case Profile::Quiet:
      add_cluster(traffic, cast, 3);
      add_people(traffic, cast, 3);
      traffic.mean_gap_us = kSecond / 8;
      break;
    case Profile::Busy:
      add_cluster(traffic, cast, 100);
      add_people(traffic, cast, 20);
      add_workloads(traffic, cast);
      traffic.mean_gap_us = kSecond / 500;
      break;
    case Profile::Attack:
      add_cluster(traffic, cast, 3);
      add_people(traffic, cast, 3);
      add_attacker(traffic, cast);
      traffic.mean_gap_us = kSecond / 20;
      break;
  }
  return traffic;
}

}  // namespace kaudit::cli
