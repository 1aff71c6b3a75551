// `kaudit trace`: a request's way through a server with an explorer, as text.
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/client/http_client.hpp"
#include "base/files/colours.hpp"
#include "cli/commands.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {
namespace {

using TraceJson = nlohmann::json;

constexpr std::size_t kMaxAnswer = std::size_t{16} << 20U;
constexpr auto kPatience = std::chrono::seconds(30);
/// How often the explorer is asked for what comes last: deliveries follow the answer.
constexpr int kLooks = 20;
constexpr auto kBetweenLooks = std::chrono::milliseconds(100);

struct TraceOptions {
  std::string server;
  std::string audit_id;
  std::vector<std::string> command;
};

/// The explorer as the address on its line says: `http://HOST:PORT/?token=TOKEN`.
Result<client::ClientConfig> explorer_at(const std::string& address) {
  constexpr std::string_view kToken = "?token=";
  const std::size_t mark = address.find(kToken);
  if (mark == std::string::npos) {
    return fail(
        "--server is the address that the line \"Explorer on\" of the server has last, with "
        "its token");
  }
  auto url = client::parse_url(address.substr(0, mark));
  if (!url) return tl::unexpected(url.error());
  client::ClientConfig config;
  config.server = *std::move(url);
  config.server.path = config.server.raw_path = "/explorer/v1/trace";
  config.credentials.token = address.substr(mark + kToken.size());
  config.compression = client::Compression::NotOffered;
  config.user_agent = "kaudit";
  config.kept_body = kMaxAnswer;
  return config;
}

class TraceClient {
 public:
  explicit TraceClient(std::unique_ptr<client::HttpClient> http) : http_(std::move(http)) {}

  /// What the explorer answers to a question.
  Result<TraceJson> ask(const TraceJson& question) {
    const client::Patience patience{std::chrono::steady_clock::now() + kPatience, never_};
    const auto answer = http_->post(question.dump(), patience);
    if (!answer) return fail(answer.error().text);
    const TraceJson json = TraceJson::parse(answer->body, nullptr, false);
    if (!json.is_object()) return fail("the explorer does not answer as one");
    if (answer->status != 200) return fail(json.value("error", "the explorer refuses"));
    return json;
  }

 private:
  std::unique_ptr<client::HttpClient> http_;
  const client::GiveUpSignal never_;
};

/// Colours are the explorer's to put in and ours to ask for.
TraceJson question_about(const char* member, const TraceJson& value) {
  return {{member, value}, {"colour", takes_colours(stdout)}};
}

Exit show_answer(const Result<TraceJson>& answer) {
  if (!answer) {
    complain(answer.error().message);
    return Exit::Usage;
  }
  const std::string text = answer->value("text", "");
  print_as_is(text);
  return text.empty() ? Exit::Findings : Exit::Fine;
}

/// What has just happened takes the explorer a moment to put together.
bool is_unfinished(const TraceJson& answer, int look) {
  constexpr int kMoment = 5;
  return answer.value("pending", 0) > 0 || (answer.value("text", "").empty() && look < kMoment);
}

/// Asks until the backends are done with the events, or for long enough.
Exit show_when_done(TraceClient& client, const TraceJson& question) {
  Result<TraceJson> answer = client.ask(question);
  for (int look = 1; look < kLooks && answer && is_unfinished(*answer, look); ++look) {
    std::this_thread::sleep_for(kBetweenLooks);
    answer = client.ask(question);
  }
  return show_answer(answer);
}

/// Runs the command as it is; its exit code is not ours.
Result<void> run_command(std::vector<std::string> command) {
  std::vector<char*> arguments;
  for (std::string& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int error =
      ::posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments.data(), environ);
  if (error != 0) return fail("cannot run " + command.front() + ": " + std::strerror(error));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return {};
}

Exit trace_requests(const TraceOptions& options) {
  if (options.audit_id.empty() == options.command.empty()) {
    complain("give either an audit ID, or -- and a command");
    return Exit::Usage;
  }
  auto config = explorer_at(options.server);
  auto http = config ? client::HttpClient::make(*std::move(config))
                     : Result<std::unique_ptr<client::HttpClient>>(tl::unexpected(config.error()));
  if (!http) {
    complain(http.error().message);
    return Exit::Usage;
  }
  TraceClient client(*std::move(http));
  if (!options.audit_id.empty()) {
    return show_when_done(client, question_about("auditID", options.audit_id));
  }
  const auto before = client.ask(TraceJson::object());
  if (!before) return show_answer(before);
  if (auto ran = run_command(options.command); !ran) {
    complain(ran.error().message);
    return Exit::Usage;
  }
  return show_when_done(client, question_about("after", before->value("last", std::uint64_t{0})));
}

}  // namespace

void add_trace_command(CLI::App& app, Exit& exit) {
  auto options = std::make_shared<TraceOptions>();
  CLI::App* command = app.add_subcommand(
      "trace",
      "Show a request's way through a server with --explorer: the filters with times, the rule "
      "and why, the events and what each backend did with them. Or run a command (kubectl, say) "
      "and show the requests that came meanwhile");
  command->footer(
      "kaudit trace AUDITID --server URL\n"
      "kaudit trace --server URL -- kubectl get pods\n"
      "Exit code: 1 when there is nothing to show, 2 when the explorer cannot be asked.");
  command->add_option("AUDITID", options->audit_id, "The audit ID of the request");
  command
      ->add_option("--server", options->server,
                   "The address that the server's line \"Explorer on\" has last, with its token")
      ->envname("KAUDIT_EXPLORER")
      ->required();
  command->add_option("COMMAND", options->command,
                      "After --: a command to run; what comes meanwhile is shown");
  command->callback([options, command, &exit] {
    // CLI11 gives the first word after -- to AUDITID.
    if (!options->command.empty() && !options->audit_id.empty()) {
      options->command.insert(options->command.begin(), options->audit_id);
      options->audit_id.clear();
    }
    exit = trace_requests(*options);
  });
}

}  // namespace kaudit::cli
