// Any bytes as a body: what is accepted can be answered in protobuf, and what that reads back as is
// written as the same bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/codec/protobuf_body.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kaudit::apiserver::objects;
  if (size == 0) return 0;
  static constexpr TypeMeta kTypes[] = {
      {"v1", "Pod"},
      {"apps/v1", "StatefulSet"},
      {"v1", "ServiceList"},
      {"apiextensions.k8s.io/v1", "CustomResourceDefinition"},
      {"coordination.k8s.io/v1", "Lease"},
      {"authentication.k8s.io/v1", "TokenReview"},
      {"v1", "Status"},
      {"v1", "Secret"},
  };
  const TypeMeta type = kTypes[data[0] % std::size(kTypes)];
  const auto format = static_cast<BodyFormat>(data[0] / 8 % 3);
  const DecodeOptions options{FieldValidation::Ignore, Defaulting::None};
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto first = decode_any(type, text, format, options);
  if (!first) return 0;
  ProtobufBody body;
  const auto written = body.object(first->json);
  if (!written) {
    // Years that JSON cannot say come out as JSON that nobody can read.
    if (format == BodyFormat::Protobuf) return 0;
    std::abort();
  }
  const std::string bytes(*written);
  const auto second = decode_any(type, bytes, BodyFormat::Protobuf, options);
  if (!second) std::abort();
  const auto again = body.object(second->json);
  if (!again || *again != bytes) std::abort();
  return 0;
}
