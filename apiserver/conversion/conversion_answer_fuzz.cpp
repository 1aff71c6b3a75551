// A conversion webhook's answer, whatever it is. What is taken must be the objects that were given,
// in the version that was asked for.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "apiserver/conversion/conversion_review.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kaudit::apiserver;
  using objects::Json;
  static const std::vector<Json> kGiven{
      *Json::parse(R"({"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"a",)"
                   R"("namespace":"n","uid":"u","labels":{"x":"y"}},"spec":{}})"),
      *Json::parse(R"({"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"b"}})")};
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  for (const auto version : {webhooks::ReviewVersion::V1, webhooks::ReviewVersion::V1Beta1}) {
    for (const std::size_t count : {1U, 2U}) {
      const conversion::ConversionRequest request{version, "u", "example.com/v2",
                                                  std::span(kGiven).first(count)};
      const auto answer = conversion::read_conversion_answer(body, request);
      if (!answer) {
        if (answer.error().text.empty()) std::abort();
        continue;
      }
      if (answer->size() != count) std::abort();
      for (std::size_t i = 0; i < count; ++i) {
        const Json& object = (*answer)[i];
        const Json* const metadata = object.find("metadata");
        if (object.text("apiVersion") != "example.com/v2" || object.text("kind") != "Widget" ||
            metadata->text("name") != kGiven[i].find("metadata")->text("name") ||
            metadata->text("uid") != kGiven[i].find("metadata")->text("uid")) {
          std::abort();
        }
      }
    }
  }
  return 0;
}
