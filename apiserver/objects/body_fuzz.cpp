// Any bytes as a body in each of the formats: what is accepted comes out as JSON that reads as
// itself.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "apiserver/objects/codec/codec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kaudit::apiserver::objects;
  if (size == 0) return 0;
  static constexpr TypeMeta kTypes[] = {
      {"v1", "Pod"},
      {"apps/v1", "StatefulSet"},
      {"v1", "Service"},
      {"apiextensions.k8s.io/v1", "CustomResourceDefinition"},
      {"coordination.k8s.io/v1", "Lease"},
      {"authentication.k8s.io/v1", "TokenReview"},
      {"v1", "LimitRange"},
      {"v1", "Secret"},
  };
  const TypeMeta type = kTypes[data[0] % std::size(kTypes)];
  const auto format = static_cast<BodyFormat>(data[0] / 8 % 3);
  const auto defaulting = data[0] / 64 % 2 == 0 ? Defaulting::None : Defaulting::AtDecode;
  const DecodeOptions options{FieldValidation::Warn, defaulting};
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto first = decode_any(type, body, format, options);
  if (!first) return 0;
  // Protobuf holds what JSON cannot (years past 9999, texts that are not UTF-8): that may be
  // refused or read as U+FFFD, once.
  const auto second = decode_any(type, first->json, BodyFormat::Json, options);
  if (format == BodyFormat::Protobuf) {
    if (!second) return 0;
  } else if (!second || second->json != first->json) {
    std::abort();
  }
  if (!second->complaints.empty()) std::abort();
  const auto third = decode_any(type, second->json, BodyFormat::Json, options);
  if (!third || third->json != second->json) std::abort();
  return 0;
}
