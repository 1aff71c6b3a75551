// Any bytes as a rule file, whose rules are then asked of an event.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "audit/rules/rule_engine.hpp"

using namespace kaudit::audit;  // NOLINT(google-build-using-namespace)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::string_view kEvent =
      R"({"auditID":"1","stage":"ResponseComplete","verb":"create","user":{"username":"alice"},)"
      R"("objectRef":{"resource":"pods","namespace":"default"},"responseStatus":{"code":201},)"
      R"("requestObject":{"spec":{"containers":[{"image":"a:1"}]}},)"
      R"("stageTimestamp":"2026-11-29T06:43:58.123456Z","annotations":{"a/b.c":"d"}})";
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  rules::RuleSet set(search::Quirks::Repaired);
  set.add_file(text, "fuzz.yaml");
  set.finish();
  rules::RuleEngine engine(set);
  for (int i = 0; i < 2; ++i) engine.process(kEvent, [](rules::RuleAlert&) {});
  return 0;
}
