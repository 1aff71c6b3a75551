#include "cli/receiver/wire/fault_spec.hpp"

#include <string>

#include <gtest/gtest.h>

#include "cli/receiver/fault_plan.hpp"
#include "cli/receiver/receiver_presets.hpp"

namespace kaudit::cli {
namespace {

Fault fault_of(const char* spec) {
  auto fault = parse_fault(spec);
  if (!fault) ADD_FAILURE() << spec << ": " << fault.error().message;
  return fault.value_or(Fault{});
}

std::string error_of(const char* spec) {
  const auto fault = parse_fault(spec);
  return fault ? "accepted" : fault.error().message;
}

TEST(FaultSpec, ReadsWhatIsDoneAndWhen) {
  const Fault fault = fault_of(" status=503, every=3 ,next=2,retry-after=7");
  EXPECT_EQ(fault.effect.status, 503);
  EXPECT_EQ(fault.effect.retry_after, "7");
  EXPECT_EQ(fault.every, 3U);
  EXPECT_EQ(fault.next, 2U);
  EXPECT_EQ(fault_of("delay=1m30s").effect.delay, std::chrono::seconds(90));
  EXPECT_EQ(fault_of("reset=body").effect.cut, Cut::ResetBody);
  EXPECT_EQ(fault_of("slow-read=4ki/s").effect.slow_read, 4096U);
  EXPECT_EQ(fault_of("interim").effect.interim, 1U);
  EXPECT_EQ(fault_of("limit=12MiB").limit, 12U << 20U);
  EXPECT_EQ(fault_of("tls=wrong-name").effect.certificate, ShownCertificate::WrongName);
}

TEST(FaultSpec, HasAStatusWhereOneIsMeant) {
  EXPECT_EQ(fault_of("redirect=http://x/y").effect.status, 302);
  EXPECT_EQ(fault_of("redirect=http://x/y,status=308").effect.status, 308);
  EXPECT_EQ(fault_of("retry-after=1").effect.status, 503);
  EXPECT_EQ(fault_of("limit=1M").effect.status, 413);
  EXPECT_EQ(fault_of("path=/x").effect.status, 404);
  EXPECT_EQ(fault_of("content-type=;").effect.status, 0);
}

TEST(FaultSpec, SaysWhatWouldBeRight) {
  EXPECT_EQ(error_of("stauts=5"), "fault: \"stauts=5\": did you mean status?");
  EXPECT_EQ(error_of("status"), "fault: \"status\": write status=CODE");
  EXPECT_EQ(error_of("status=99"), "fault: \"status=99\": give a number from 200 to 999");
  EXPECT_EQ(error_of("hang=1"), "fault: \"hang=1\": takes no value");
  EXPECT_EQ(error_of("reset=x"), "fault: \"reset=x\": give one of before, after, body");
  EXPECT_EQ(error_of("hang,close"),
            "fault: \"close\": the fault already says what becomes of the connection");
  EXPECT_EQ(error_of("delay=2"),
            "fault: \"delay=2\": give a duration up to 1h, such as 2s or 150ms");
  EXPECT_NE(error_of("every=2").find("says when, but not what"), std::string::npos);
  EXPECT_NE(error_of("").find("is empty"), std::string::npos);
  EXPECT_NE(error_of("match=x,slow-read=1/s").find("look into the body"), std::string::npos);
}

TEST(Presets, AreFaultsWithASource) {
  for (const ReceiverPreset& preset : receiver_presets()) {
    EXPECT_FALSE(preset.source.empty()) << preset.name;
    EXPECT_FALSE(preset.faults.empty()) << preset.name;
    for (const std::string_view spec : preset.faults) {
      EXPECT_TRUE(parse_fault(spec)) << preset.name << ": " << spec;
    }
  }
  EXPECT_NE(find_preset("falco"), nullptr);
  EXPECT_EQ(find_preset("nobody"), nullptr);
}

TEST(FaultPlan, CountsEachFaultByItself) {
  FaultPlan plan;
  plan.add(fault_of("status=500,every=2"));
  plan.add(fault_of("delay=1s,next=1"));
  EXPECT_EQ(plan.at_head("/").delay, std::chrono::seconds(1));
  const FaultEffect second = plan.at_head("/");
  EXPECT_EQ(second.status, 500);
  EXPECT_EQ(second.delay.count(), 0);
  const auto states = plan.states();
  EXPECT_EQ(states[0].hits, 1U);
  EXPECT_EQ(states[1].left, 0U);
  EXPECT_TRUE(plan.remove(states[0].id));
  EXPECT_FALSE(plan.remove(states[0].id));
  EXPECT_EQ(plan.at_head("/").status, 0);
}

TEST(FaultPlan, LooksIntoBodiesWhereAFaultSaysSo) {
  FaultPlan plan;
  plan.add(fault_of("match=poison,status=500"));
  plan.add(fault_of("path=/only,status=404"));
  EXPECT_EQ(plan.at_head("/only").status, 0);
  EXPECT_EQ(plan.at_head("/other").status, 404);
  EXPECT_EQ(plan.at_body("/only", "good").status, 0);
  EXPECT_EQ(plan.at_body("/only", "a poison").status, 500);
}

}  // namespace
}  // namespace kaudit::cli
