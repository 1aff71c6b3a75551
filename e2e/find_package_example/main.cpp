// The audit pipeline in a server of one's own: the policy decides, a context makes the events of
// one (made-up) request, and a log backend writes them to standard output. value() throws on an
// error.
#include <array>
#include <kaudit/audit/context.hpp>
#include <kaudit/backends/log/log_options.hpp>
#include <kaudit/backends/pipeline.hpp>
#include <kaudit/policy/evaluator.hpp>
#include <kaudit/policy/loader.hpp>

namespace audit = kaudit::audit;

int main(int, char** argv) {
  const auto loaded = kaudit::policy::load_policy_file(argv[1]).value();
  const auto evaluator = kaudit::policy::compile(loaded.policy);

  audit::Counters counters;
  kaudit::backends::AuditOptions options;
  options.policy_file = argv[1];
  options.of<kaudit::backends::LogOptions>().path = "-";
  const auto pipeline = kaudit::backends::build_pipeline(options, counters).value();
  if (!pipeline->start()) return 1;

  audit::RequestFacts facts;
  facts.audit_id = "made-up";
  facts.request_uri = "/shelves/7";
  facts.verb = "delete";
  facts.user.edit().username = "jane";
  facts.received = kaudit::Timestamp::now();
  audit::Context context(facts, evaluator->evaluate({.user = &*facts.user, .verb = facts.verb}));

  context.set_response_code(200);
  for (const auto stage : {audit::Stage::RequestReceived, audit::Stage::ResponseComplete}) {
    const std::array events{context.make_event(stage, kaudit::Timestamp::now())};
    if (events[0]) pipeline->process(events);
  }
  pipeline->shutdown();
}
