#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "cli/generate/traffic.hpp"

namespace kaudit::cli {

/// As clients of this version call themselves, behind their names.
inline constexpr const char* kVersion = "v1.37.2 (linux/amd64) kubernetes/3f7a50f";

/// Adds actors to a traffic, which must outlive it. Each gives its number. Not thread-safe.
class Cast {
 public:
  explicit Cast(Traffic& traffic) : traffic_(traffic) {}

  std::size_t add(Actor actor);
  /// A service account's token, with what it carries since Kubernetes 1.32.
  std::size_t service_account(const std::string& ns, const std::string& name,
                              const std::string& agent, const std::string& address,
                              const std::string& role);
  /// A part of the control plane, with a client certificate.
  std::size_t component(const std::string& user, const std::string& agent,
                        const std::string& reason);
  std::size_t node(std::size_t number);
  std::size_t person(const std::string& name, const std::string& group, const std::string& agent,
                     const std::string& address);
  std::size_t anonymous(const std::string& agent, const std::string& address);
  /// Whose login fails.
  std::size_t nobody(const std::string& agent, const std::string& address);

  Actor& operator[](std::size_t index) { return traffic_.actors[index]; }

 private:
  void add_certificate(Actor& actor) const;

  Traffic& traffic_;
};

// The parts that profiles are made of.
void add_cluster(Traffic& traffic, Cast& cast, std::size_t nodes);
void add_people(Traffic& traffic, Cast& cast, std::uint32_t weight);
void add_workloads(Traffic& traffic, Cast& cast);
void add_attacker(Traffic& traffic, Cast& cast);

// Queries that several patterns have.
inline constexpr const char* kWatchPods =
    "?allowWatchBookmarks=true&fieldSelector=spec.nodeName%3D$actor&resourceVersion=$rv&"
    "timeoutSeconds=$seconds&watch=true";
inline constexpr const char* kWatch =
    "?allowWatchBookmarks=true&resourceVersion=$rv&timeout=$secondss&timeoutSeconds=$seconds&"
    "watch=true";
inline constexpr const char* kList = "?limit=500&resourceVersion=0";
inline constexpr const char* kServerSide =
    "?fieldManager=kubectl-client-side-apply&fieldValidation=Strict";

}  // namespace kaudit::cli
