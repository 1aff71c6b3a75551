// `kaudit generate`: the events of a cluster that is made up.
#include <charconv>
#include <chrono>
#include <cstdio>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <CLI/CLI.hpp>

#include "base/json/json_text.hpp"
#include "base/text/duration.hpp"
#include "base/text/quote.hpp"
#include "base/text/rfc3339.hpp"
#include "cli/commands.hpp"
#include "cli/generate/event_stream.hpp"
#include "cli/generate/generated_output.hpp"
#include "cli/policy/figures.hpp"
#include "cli/policy/input/policy_file.hpp"
#include "cli/progress.hpp"
#include "cli/report_format.hpp"
#include "cli/standard_output.hpp"
#include "policy/evaluator.hpp"

namespace kaudit::cli {
namespace {

using Clock = std::chrono::steady_clock;

struct GenerateOptions {
  std::uint64_t seed = 1;
  std::string start = "2026-01-01T00:00:00Z";
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
  std::string span;
  std::string rate;
  Profile profile = Profile::Quiet;
  std::string policy;
  std::string to = "-";
  std::uint64_t rotate = 0;
  ReportFormat format = ReportFormat::Text;
};

/// What the options come to.
struct GeneratePlan {
  std::int64_t start_us = 0;
  std::int64_t end_us = std::numeric_limits<std::int64_t>::max();
  double per_second = 0;  ///< 0: as fast as possible
};

Result<GeneratePlan> plan_of(const GenerateOptions& options) {
  GeneratePlan plan;
  const auto start = parse_rfc3339(options.start, TimeForm::Time);
  if (!start) {
    return fail("--start: not a time like 2026-01-01T00:00:00Z: " + go_quoted(options.start));
  }
  plan.start_us = start->seconds * 1'000'000;
  if (options.count == 0 && options.bytes == 0 && options.span.empty()) {
    return fail("how much? Give --count N, --bytes SIZE or --for DURATION");
  }
  if (!options.span.empty()) {
    const auto span = parse_duration(options.span);
    if (!span) return fail("--for: " + span.error().message);
    if (span->count() <= 0) return fail("--for: a duration of more than nothing, 1h30m say");
    plan.end_us = plan.start_us + span->count() / 1000;
  }
  if (!options.rate.empty()) {
    std::string number = options.rate;
    if (number.ends_with("/s")) number.resize(number.size() - 2);
    const auto [end, error] =
        std::from_chars(number.data(), number.data() + number.size(), plan.per_second);
    if (error != std::errc() || end != number.data() + number.size() || !(plan.per_second > 0) ||
        plan.per_second > 1e9) {
      return fail("--rate: events a second, 500/s say, and not " + go_quoted(options.rate));
    }
  }
  return plan;
}

/// Holds the events to a rate of the wall clock.
class Pace {
 public:
  explicit Pace(double per_second) : per_second_(per_second), begun_(Clock::now()) {}

  /// Waits until this event is due; what waits in the output is handed on before.
  Result<void> wait_for(std::uint64_t events, GeneratedOutput& output) const {
    if (per_second_ <= 0) return {};
    const auto due =
        begun_ + std::chrono::duration_cast<Clock::duration>(
                     std::chrono::duration<double>(static_cast<double>(events) / per_second_));
    if (due <= Clock::now() + kLeast) return {};
    if (auto flushed = output.flush(); !flushed) return flushed;
    std::this_thread::sleep_until(due);
    return {};
  }
  double seconds() const { return std::chrono::duration<double>(Clock::now() - begun_).count(); }

 private:
  /// Shorter waits are saved up.
  static constexpr std::chrono::milliseconds kLeast{2};
  double per_second_;
  Clock::time_point begun_;
};

struct Generated {
  std::uint64_t events = 0;
  std::uint64_t requests = 0;
  std::int64_t span_us = 0;  ///< of the events' own time
};

Result<Generated> generate_events(const GenerateOptions& options, const GeneratePlan& plan,
                                  const audit::Evaluator* evaluator, const Pace& pace,
                                  GeneratedOutput& output) {
  const Traffic traffic = traffic_of(options.profile);
  EventStream stream(traffic, options.seed, plan.start_us, evaluator);
  Progress progress;
  Generated made;
  const std::uint64_t most =
      options.count == 0 ? std::numeric_limits<std::uint64_t>::max() : options.count;
  while (made.events < most) {
    const audit::Event* const event = stream.next();
    if (event == nullptr) return fail("the policy records none of these requests");
    if (stream.now_us() >= plan.end_us) break;
    if (auto waited = pace.wait_for(made.events, output); !waited) {
      return tl::unexpected(waited.error());
    }
    if (auto taken = output.take(*event); !taken) return tl::unexpected(taken.error());
    ++made.events;
    made.span_us = stream.now_us() - plan.start_us;
    progress.show(made.events, output.bytes());
    if (options.bytes > 0 && output.bytes() >= options.bytes) break;
  }
  made.requests = stream.requests();
  if (auto flushed = output.flush(); !flushed) return tl::unexpected(flushed.error());
  return made;
}

/// To standard error: events are on standard output.
void say_summary(const Generated& made, const GeneratedOutput& output, double seconds,
                 ReportFormat format) {
  const auto per_second = [&](std::uint64_t number) {
    return static_cast<std::uint64_t>(static_cast<double>(number) / (seconds > 0 ? seconds : 1));
  };
  const Latencies& took = output.latencies();
  const auto within = [&](double share) {
    return std::chrono::nanoseconds(took.percentile(share));
  };
  const std::chrono::nanoseconds longest(took.largest());
  if (format == ReportFormat::Json) {
    const auto number = [](std::uint64_t value) { return std::to_string(value); };
    const auto ns = [](std::chrono::nanoseconds value) { return std::to_string(value.count()); };
    std::string out =
        "{\"events\":" + number(made.events) + ",\"requests\":" + number(made.requests) +
        ",\"bytes\":" + number(output.bytes()) + ",\"lost\":" + number(output.lost()) +
        ",\"seconds\":" + json_number(seconds) +
        ",\"eventsPerSecond\":" + number(per_second(made.events)) +
        ",\"span\":" + json_number(static_cast<double>(made.span_us) / 1e6) +
        ",\"writes\":" + number(took.count()) + ",\"nanoseconds\":{\"p50\":" + ns(within(0.5)) +
        ",\"p90\":" + ns(within(0.9)) + ",\"p99\":" + ns(within(0.99)) + ",\"max\":" + ns(longest) +
        "}}\n";
    std::fputs(out.c_str(), stderr);
    return;
  }
  std::string out = counted(made.events, "event") + " of " + counted(made.requests, "request") +
                    " in " + duration_text(std::chrono::seconds(made.span_us / 1'000'000)) +
                    " of their own time, " + byte_text(output.bytes()) + "; " +
                    grouped(per_second(made.events)) + " events/s, " +
                    byte_text(per_second(output.bytes())) + "/s";
  if (output.lost() > 0) out += "; " + counted(output.lost(), "event") + " NOT delivered";
  out += "\nthe other side took " + grouped(took.count()) + " pieces: p50 " +
         duration_text(within(0.5)) + ", p90 " + duration_text(within(0.9)) + ", p99 " +
         duration_text(within(0.99)) + ", longest " + duration_text(longest) + "\n";
  std::fputs(out.c_str(), stderr);
}

Exit generate(const GenerateOptions& options) {
  const auto plan = plan_of(options);
  if (!plan) {
    complain(plan.error().message);
    return Exit::Usage;
  }
  std::shared_ptr<const audit::Evaluator> evaluator;
  if (!options.policy.empty()) {
    LoadedFile loaded = load_policy(options.policy);
    if (!loaded.policy) return loaded.exit;
    evaluator = policy::compile(*loaded.policy);
  }
  auto output = open_generated_output(options.to, options.rotate);
  if (!output) {
    complain(output.error().message);
    return Exit::Usage;
  }
  const Pace pace(plan->per_second);
  const auto made = generate_events(options, *plan, evaluator.get(), pace, **output);
  if (!made) {
    complain(made.error().message);
    return Exit::Usage;
  }
  say_summary(*made, **output, pace.seconds(), options.format);
  return (*output)->lost() > 0 ? Exit::Findings : Exit::Fine;
}

}  // namespace

void add_generate_command(CLI::App& app, Exit& exit) {
  auto options = std::make_shared<GenerateOptions>();
  CLI::App* command = app.add_subcommand(
      "generate", "Make up the audit events of a cluster: the same seed, the same bytes");
  command->footer(
      "Events go to --to as the log backend writes them; what is said of them goes to stderr. Exit "
      "code: 1 when a webhook did not take all, 2 wrong usage or an output that fails. What a "
      "policy "
      "would cost: kaudit generate --for 1h --profile busy --policy policy.yaml >/dev/null");
  command->add_option("--seed", options->seed, "Another seed makes another cluster")
      ->capture_default_str();
  command->add_option("--start", options->start, "When the events' own time begins")
      ->type_name("TIME")
      ->capture_default_str();
  command->add_option("--count", options->count, "Stop after so many events");
  command->add_option("--bytes", options->bytes, "Stop when so much is written, 1GB for instance")
      ->transform(CLI::AsSizeValue(true))
      ->type_name("SIZE");
  command->add_option("--for", options->span, "Stop after so much of the events' own time, 1h30m")
      ->type_name("DURATION");
  command->add_option("--rate", options->rate, "Events a second; without it as fast as possible")
      ->type_name("N/s");
  const std::map<std::string, Profile> profiles{
      {"quiet", Profile::Quiet}, {"busy", Profile::Busy}, {"attack", Profile::Attack}};
  command
      ->add_option("--profile", options->profile,
                   "quiet: 3 nodes, 8 requests a second; busy: 100 nodes, 500 a second; attack: a "
                   "quiet cluster that somebody breaks into")
      ->transform(CLI::CheckedTransformer(profiles).description(""))
      ->type_name("quiet|busy|attack");
  command->add_option("--policy", options->policy,
                      "Record what this policy says; without it everything at level Metadata");
  command
      ->add_option(
          "--to", options->to,
          "- is stdout; a kubeconfig that is there: its webhook, 400 events a POST; else a "
          "file, which is written anew")
      ->type_name("-|FILE|KUBECONFIG")
      ->capture_default_str();
  command->add_option("--rotate", options->rotate, "Move the file aside before it is larger, 100MB")
      ->transform(CLI::AsSizeValue(true))
      ->type_name("SIZE");
  add_format_option(*command, options->format, "The summary on stderr: for people, or JSON");
  command->callback([options, &exit] { exit = generate(*options); });
}

}  // namespace kaudit::cli
