#include "apiserver/admission/admission_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kaudit::apiserver::admission {
namespace {

using api::AdmissionPlugin;
using ::testing::ElementsAre;

std::vector<std::string> errors_of(const std::vector<std::string>& arguments,
                                   AdmissionOptions& options) {
  FlagSet flags;
  options.add_flags(flags);
  EXPECT_THAT(flags.parse(arguments), ::testing::IsEmpty());
  std::vector<std::string> texts;
  for (const Error& error : options.validate()) texts.push_back(error.message);
  return texts;
}

TEST(AdmissionOptions, SwitchPluginsOnAndOff) {
  AdmissionOptions options;
  EXPECT_THAT(errors_of({"--disable-admission-plugins=ServiceAccount,ResourceQuota",
                         "--enable-admission-plugins=NodeRestriction,LimitRanger"},
                        options),
              ::testing::IsEmpty());
  const api::AdmissionPlugins& plugins = options.plugins();
  EXPECT_FALSE(plugins.is_on(AdmissionPlugin::ServiceAccount));
  EXPECT_FALSE(plugins.is_on(AdmissionPlugin::ResourceQuota));
  EXPECT_TRUE(plugins.is_on(AdmissionPlugin::LimitRanger));
  EXPECT_TRUE(plugins.was_asked_for(AdmissionPlugin::LimitRanger));
  EXPECT_FALSE(plugins.was_asked_for(AdmissionPlugin::Priority));
  EXPECT_THAT(plugins.without_effect(), ElementsAre("NodeRestriction"));
}

TEST(AdmissionOptions, RefuseUnknownPluginsAndThoseInBothLists) {
  AdmissionOptions options;
  EXPECT_THAT(
      errors_of({"--enable-admission-plugins=Limitranger,Priority",
                 "--disable-admission-plugins=Nothing,Priority"},
                options),
      ElementsAre("enable-admission-plugins plugin \"Limitranger\" is unknown (did you mean "
                  "LimitRanger?)",
                  "disable-admission-plugins plugin \"Nothing\" is unknown",
                  "[Priority] in enable-admission-plugins and disable-admission-plugins "
                  "overlapped"));
}

}  // namespace
}  // namespace kaudit::apiserver::admission
