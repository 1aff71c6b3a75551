#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace kaudit::policy::lint {

enum class Severity : std::uint8_t { Info, Warning, Error };
std::string_view to_string(Severity severity) noexcept;

/// What can be wrong with a policy. Codes are stable: people's files contain them, after
/// `kaudit:ignore`. KA0 the server refuses it, KA1 the server drops part of it, KA2 it never
/// matches, KA3 too little is recorded, KA4 too much.
enum class Code : std::uint16_t {
  Malformed = 1,
  WrongApiVersion = 2,
  WrongType = 3,
  NoRules = 4,
  BadLevel = 5,
  BadStage = 6,
  BadGroup = 7,
  BadUrl = 8,
  PathsAndResources = 9,
  NamesWithoutResources = 10,
  TooLarge = 11,

  MisspeltField = 101,
  MisplacedField = 102,
  InventedField = 103,
  DuplicateKey = 104,
  SecondDocument = 105,
  EmptyCondition = 106,
  UnusedIgnore = 107,

  UnreachableRule = 201,
  NoSuchGroup = 202,
  KindForResource = 203,
  UnknownResource = 204,
  WrongGroup = 205,
  DeadWildcard = 206,
  UnknownVerb = 207,
  NamelessVerb = 208,
  RetiredApi = 209,
  DeadIdentity = 210,
  WrongIdentityList = 211,
  StrayCharacters = 212,
  DeadUrl = 213,
  NamespaceOfClusterScoped = 214,
  GroupWildcard = 215,

  RecordsNothing = 301,
  NoCatchAll = 302,
  FailedLogins = 303,
  ExecUnrecorded = 304,
  ExecByGetLower = 305,
  SecretReads = 306,
  WorkloadChanges = 307,
  PrivilegeChanges = 308,
  RequestReceivedOmitted = 309,
  StrictWithoutRequestReceived = 310,
  AllStagesOmitted = 311,
  OutcomeOmitted = 312,
  ComponentActs = 313,

  SecretBodies = 401,
  TokenBodies = 402,
  ConfigMapBodies = 403,
  CertificateBodies = 404,
  HealthNoise = 405,
  LeaseNoise = 406,
  EventNoise = 407,
  EndpointSliceNoise = 408,
  ControllerNoise = 409,
  RepeatedSetting = 410,
  HugeAnswers = 411,
  ExtensionBodies = 412,
};

struct Lint {
  Code code;
  std::string_view id;  ///< `KA101`
  Severity severity;
  std::string_view name;     ///< `misspelt-field`
  std::string_view summary;  ///< what it finds, one sentence
};

/// All lints in the order of their codes.
std::span<const Lint> lints() noexcept;
const Lint& lint_of(Code code) noexcept;
/// By its id, in capitals.
const Lint* find_lint(std::string_view id) noexcept;

}  // namespace kaudit::policy::lint
