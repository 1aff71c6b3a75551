#include "apiserver/explorer/explorer.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "apiserver/explorer/page_files.hpp"
#include "apiserver/explorer/record_json.hpp"
#include "apiserver/explorer/replies.hpp"
#include "apiserver/explorer/rows/row_filter.hpp"
#include "apiserver/explorer/rows/rows.hpp"
#include "apiserver/explorer/workbench.hpp"
#include "audit/search/slices.hpp"
#include "base/json/json_writer.hpp"
#include "base/json/object_writer.hpp"
#include "base/logging.hpp"
#include "base/text/ip_address.hpp"

namespace kaudit::apiserver::explorer {

using boost::asio::awaitable;

namespace {

constexpr std::string_view kApi = "/explorer/v1/";
constexpr auto kStopGrace = std::chrono::milliseconds(500);

constexpr std::string_view kNoCookie =
    "This page opens with the address that the server printed last:\n"
    "look for the line \"Explorer on http://…\" in its log. Each address opens it once;\n"
    "the next one is printed then.\n";

}  // namespace

Explorer::Explorer(Context context)
    : context_(std::move(context)), gate_(context_.options.allowed_hosts) {}

Result<void> Explorer::start() {
  const Listener listener = context_.options.listener();
  http::ServerOptions options;
  options.security = http::Security::Plain;
  options.bind_address = listener.address;
  options.port = listener.port;
  options.threads = 1;
  options.header_limit = std::size_t{64} * 1024;
  server_ = std::make_unique<http::Server>(
      std::move(options), std::shared_ptr<http::Handler>(std::shared_ptr<void>(), this));
  if (auto started = server_->start(); !started) {
    return fail("the explorer " + started.error().message);
  }
  authority_ = bracketed(listener.address) + ":" + std::to_string(server_->port());
  gate_.listens_on(authority_, server_->port());
  say_where();
  return {};
}

void Explorer::stop() {
  stopping_ = true;
  if (server_) server_->stop(kStopGrace);
}

void Explorer::say_where() const {
  log_info("Explorer on http://{}/?token={}", authority_, gate_.token());
}

awaitable<void> Explorer::handle(http::Exchange& exchange) {
  const http::Request& request = exchange.request();
  if (const auto refusal = gate_.judge_origin(request)) {
    co_await exchange.send(
        reply(refusal->status, "text/plain; charset=utf-8", refusal->reason + "\n"));
    co_return;
  }
  const auto url = request::Url::parse(request.method, request.target);
  if (!url) {
    co_await exchange.send(error_reply(400, "the URL cannot be read"));
    co_return;
  }
  const std::string_view path = url->path();
  if (path.starts_with(kApi)) {
    co_await api(exchange, *url, path.substr(kApi.size()));
  } else {
    co_await page(exchange, *url);
  }
}

awaitable<void> Explorer::page(http::Exchange& exchange, const request::Url& url) {
  const http::Request& request = exchange.request();
  if (request.method != "GET" && request.method != "HEAD") {
    co_await exchange.send(error_reply(405, "the page is read only"));
    co_return;
  }
  std::optional<std::string> cookie;
  if (url.has_parameter("token")) cookie = gate_.redeem(url.parameter("token"));
  if (cookie) say_where();
  if (!cookie && !gate_.knows(request)) {
    co_await exchange.send(reply(403, "text/plain; charset=utf-8", std::string(kNoCookie)));
    co_return;
  }
  const PageFile* const file = find_page_file(url.path());
  if (file == nullptr) {
    co_await exchange.send(reply(404, "text/plain; charset=utf-8", "There is no such page.\n"));
    co_return;
  }
  http::Response answer = reply(200, file->content_type, std::string(file->text));
  if (cookie) answer.headers.add("Set-Cookie", *cookie);
  co_await exchange.send(std::move(answer));
}

awaitable<void> Explorer::api(http::Exchange& exchange, const request::Url& url,
                              std::string_view what) {
  const std::string& method = exchange.request().method;
  constexpr std::string_view kRequest = "requests/";
  constexpr std::string_view kPolicy = "policies/";
  if (!gate_.knows(exchange.request())) {
    co_await exchange.send(error_reply(403, kNoCookie));
  } else if (method == "GET" && what == "state") {
    co_await exchange.send(json_reply(200, state()));
  } else if (method == "GET" && what == "backends") {
    co_await exchange.send(json_reply(200, backends()));
  } else if (method == "GET" && what == "semantics") {
    co_await exchange.send(
        reply(200, "text/markdown; charset=utf-8", std::string(semantics_text())));
  } else if (method == "GET" && what == "requests") {
    co_await requests(exchange, url);
  } else if (method == "GET" && what.starts_with(kRequest)) {
    co_await request(exchange, what.substr(kRequest.size()));
  } else if (method == "GET" && what.starts_with(kPolicy)) {
    co_await policy(exchange, what.substr(kPolicy.size()));
  } else if (method == "GET" && what == "batches") {
    co_await batches(exchange, url);
  } else if (method == "GET" && what == "stream") {
    co_await stream(exchange, url);
  } else if (method == "GET" && what == "filter") {
    std::string verdict;
    append_filter_verdict(verdict, url.parameter("text"));
    co_await exchange.send(json_reply(200, std::move(verdict)));
  } else if (method == "GET" && what == "fields") {
    std::string fields;
    append_fields(fields);
    co_await exchange.send(json_reply(200, std::move(fields)));
  } else if (what == "receiver" && (method == "GET" || method == "PUT")) {
    co_await receiver(exchange);
  } else if (what == "receiver/list" && method == "GET") {
    co_await latest_list(exchange);
  } else if (method == "POST" && what == "policy/check") {
    co_await check_policy(exchange);
  } else if (method == "PUT" && what == "policy") {
    co_await apply_policy(exchange);
  } else if (method == "POST" && what == "trace") {
    co_await trace(exchange);
  } else if (method == "POST" && what == "try") {
    co_await try_request(exchange);
  } else {
    co_await exchange.send(error_reply(404, "there is no such thing, or not by this method"));
  }
}

awaitable<void> Explorer::policy(http::Exchange& exchange, std::string_view number) {
  const PolicyVersion* const version = context_.policy->find(number_in(number).value_or(0));
  if (version == nullptr) {
    co_await exchange.send(error_reply(404, "there was no such version of the policy"));
    co_return;
  }
  std::string json;
  append_policy(json, *version);
  co_await exchange.send(json_reply(200, std::move(json)));
}

awaitable<void> Explorer::check_policy(http::Exchange& exchange) {
  auto body = co_await read_object(exchange);
  if (!body) {
    co_await exchange.send(std::move(body.error()));
    co_return;
  }
  std::string assessment;
  append_assessment(assessment, body->text("text"), context_.recorder->ring());
  co_await exchange.send(json_reply(200, std::move(assessment)));
}

awaitable<void> Explorer::apply_policy(http::Exchange& exchange) {
  if (!context_.options.allow_apply) {
    co_await exchange.send(error_reply(
        403, "the server was started without --explorer-allow-apply: it keeps its policy"));
    co_return;
  }
  auto body = co_await read_object(exchange);
  if (!body) {
    co_await exchange.send(std::move(body.error()));
    co_return;
  }
  const auto version = context_.policy->replace("explorer", std::string(body->text("text")));
  if (!version) {
    co_await exchange.send(error_reply(422, version.error().message));
    co_return;
  }
  log_info("The explorer has put version {} of the audit policy in force", (*version)->number);
  std::string json;
  append_policy(json, **version);
  co_await exchange.send(json_reply(200, std::move(json)));
}

awaitable<void> Explorer::latest_list(http::Exchange& exchange) {
  std::string list = context_.receiver == nullptr ? "" : context_.receiver->latest_list();
  // Somebody else than the server could only have put there what is not JSON.
  if (!audit::search::is_valid_json(list)) {
    co_await exchange.send(error_reply(404, "no list was taken, or the latest one is too large"));
    co_return;
  }
  co_await exchange.send(json_reply(200, std::move(list)));
}

awaitable<void> Explorer::receiver(http::Exchange& exchange) {
  if (context_.receiver == nullptr) {
    co_await exchange.send(error_reply(404, "the server was started without --explorer-receiver"));
    co_return;
  }
  if (exchange.request().method == "PUT") {
    auto body = co_await read_object(exchange);
    if (!body) {
      co_await exchange.send(std::move(body.error()));
      co_return;
    }
    const auto order = read_order(*body);
    if (!order) {
      co_await exchange.send(error_reply(422, order.error().message));
      co_return;
    }
    context_.receiver->obey(*order);
  }
  std::string json;
  context_.receiver->append_state(json);
  co_await exchange.send(json_reply(200, std::move(json)));
}

awaitable<void> Explorer::try_request(http::Exchange& exchange) {
  auto body = co_await read_object(exchange);
  if (!body) {
    co_await exchange.send(std::move(body.error()));
    co_return;
  }
  auto trial = read_trial(*body);
  if (!trial) {
    co_await exchange.send(error_reply(422, trial.error().message));
    co_return;
  }
  std::string answer = co_await carry_out(*context_.chain, *context_.users, *std::move(trial));
  co_await exchange.send(json_reply(200, std::move(answer)));
}

std::string Explorer::state() const {
  std::string json;
  JsonWriter writer(json);
  {
    ObjectWriter object(writer);
    object.text(R"("serverURL":)", context_.server_url);
    object.text(R"("kubeconfig":)", context_.kubeconfig);
    object.text(R"("certFolder":)", context_.cert_folder);
    object.text(R"("pipeline":)", context_.pipeline);
    object.member(R"("allowApply":)").raw(context_.options.allow_apply ? "true" : "false");
    if (context_.receiver != nullptr) {
      std::string receiver;
      context_.receiver->append_state(receiver);
      object.member(R"("receiver":)").raw(receiver);
    }
    std::string policy;
    append_policy(policy, context_.policy->current());
    object.member(R"("policy":)").raw(policy);
    const Ring::Limits& limits = context_.recorder->ring().limits();
    JsonWriter& bounds = object.member(R"("limits":)");
    ObjectWriter bound(bounds);
    bound.member(R"("requests":)").integer(static_cast<std::int64_t>(limits.requests));
    bound.member(R"("bytes":)").integer(static_cast<std::int64_t>(limits.bytes));
    bound.member(R"("sustained":)").integer(Recorder::kSustained);
  }
  writer.flush();
  return json;
}

std::string Explorer::backends() const {
  std::string json;
  append_backends(json, context_.reports ? context_.reports() : std::vector<audit::Report>());
  return json;
}

}  // namespace kaudit::apiserver::explorer
