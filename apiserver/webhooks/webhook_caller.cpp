#include "apiserver/webhooks/webhook_caller.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "audit/status.hpp"
#include "audit/status_reader.hpp"
#include "base/client/give_up_signal.hpp"
#include "base/client/http_client.hpp"
#include "base/client/response_text.hpp"
#include "base/json/raw_json.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::webhooks {

namespace asio = boost::asio;

namespace {

using Answered = client::Outcome<client::Response>;

// A Status that is a failure says it itself. (client-go rest.Request.transformResponse)
std::optional<std::string> status_text(const std::string& body) {
  const auto json = RawJson::parse(body);
  if (!json) return std::nullopt;
  audit::Status status;
  audit::StructReader in(json->view());
  in.object([&](std::string_view name) { audit::read_status_member(in, name, status); });
  if (!in.error().empty() || status.kind != "Status" || status.status != "Failure") {
    return std::nullopt;
  }
  return status.message;
}

tl::expected<std::string, CallFailure> body_of(client::Response response) {
  const auto failed = [](std::string text) {
    return tl::unexpected(CallFailure{CallFailure::Step::Call, std::move(text)});
  };
  if (!client::is_success(response)) {
    return failed(status_text(response.body).value_or(client::generic_text(response)));
  }
  if (response.is_cut) {
    return failed("the response has more than " + std::to_string(WebhookCaller::kMostBytes) +
                  " bytes");
  }
  if (response.body.empty()) {
    return failed("0-length response with status code: " + std::to_string(response.status) +
                  " and content type: " + response.content_type);
  }
  return std::move(response.body);
}

std::string key_of(const WebhookTarget& target) {
  std::string key = target.url;
  for (const std::string* part :
       {&target.service_namespace, &target.service_name, &target.service_path, &target.ca_bundle}) {
    key.append(1, '\0').append(*part);
  }
  return key + '\0' + std::to_string(target.service_port);
}

}  // namespace

/// What the thread that posts works with: it may outlive the request, whose connection can be cut.
struct WebhookCaller::Posting {
  ClientPtr client;
  std::string body;
  std::chrono::steady_clock::time_point deadline;
  std::chrono::seconds timeout{1};  ///< as the webhook is told it
  client::GiveUpSignal give_up;
};

/// Keeps a posting where give_up() finds it.
class WebhookCaller::UnderWay {
 public:
  UnderWay(WebhookCaller& caller, const std::shared_ptr<Posting>& posting) : caller_(caller) {
    const Lock lock(caller_.mutex_);
    if (caller_.gave_up_) posting->give_up.raise();
    place_ = caller_.under_way_.insert(caller_.under_way_.end(), posting);
  }
  ~UnderWay() {
    const Lock lock(caller_.mutex_);
    caller_.under_way_.erase(place_);
  }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;

  // A coroutine of its own because it runs on another executor than its caller.
  static asio::awaitable<Answered> post(std::shared_ptr<Posting> posting) {
    const client::Patience patience{posting->deadline, posting->give_up};
    co_return posting->client->post(posting->body, patience, posting->timeout);
  }

 private:
  WebhookCaller& caller_;
  std::list<std::shared_ptr<Posting>>::iterator place_;
};

WebhookCaller::WebhookCaller(ServiceResolver services, std::string user_agent)
    : services_(std::move(services)), user_agent_(std::move(user_agent)) {}

WebhookCaller::~WebhookCaller() { give_up(); }

void WebhookCaller::give_up() noexcept {
  const Lock lock(mutex_);
  gave_up_ = true;
  for (const auto& posting : under_way_) posting->give_up.raise();
}

asio::thread_pool& WebhookCaller::pool() {
  const Lock lock(mutex_);
  if (!pool_) pool_ = std::make_unique<asio::thread_pool>(kThreads);
  return *pool_;
}

tl::expected<WebhookCaller::ClientPtr, CallFailure> WebhookCaller::make_client(
    const WebhookTarget& target) const {
  const auto failed = [](std::string text) {
    return tl::unexpected(CallFailure{CallFailure::Step::Client, std::move(text)});
  };
  client::ClientConfig config;
  config.user_agent = user_agent_;
  config.kept_body = kMostBytes;
  config.compression = client::Compression::NotOffered;
  config.deadline_of = client::DeadlineOf::Caller;
  config.tls.ca.data = target.ca_bundle;
  if (target.url.empty()) {
    const std::string host = target.service_name + "." + target.service_namespace + ".svc";
    const auto address =
        services_.resolve(target.service_namespace, target.service_name, target.service_port);
    if (!address) {
      return tl::unexpected(
          CallFailure{CallFailure::Step::Call,
                      "Post " +
                          go_quoted("https://" + host + ":" + std::to_string(target.service_port) +
                                    target.service_path) +
                          ": service " + go_quoted(target.service_name) +
                          " is not known to --service-resolver: give " + target.service_namespace +
                          "/" + target.service_name + "=127.0.0.1:PORT"});
    }
    config.server.scheme = "https";
    config.server.host = host;
    config.server.port = std::to_string(target.service_port);
    config.server.path = config.server.raw_path = target.service_path;
    config.connect_to = *address;
  } else {
    auto url = client::parse_url(target.url);
    if (!url) return failed("Unparsable URL: " + url.error().message);
    config.server = *std::move(url);
  }
  auto made = client::HttpClient::make(std::move(config));
  if (!made) return failed(made.error().message);
  return ClientPtr(*std::move(made));
}

tl::expected<WebhookCaller::ClientPtr, CallFailure> WebhookCaller::client_of(
    const WebhookTarget& target) {
  std::string key = key_of(target);
  {
    const Lock lock(mutex_);
    if (const auto found = by_target_.find(key); found != by_target_.end()) {
      clients_.splice(clients_.begin(), clients_, found->second);
      return clients_.front().second;
    }
  }
  auto made = make_client(target);
  if (!made) return made;
  const Lock lock(mutex_);
  if (by_target_.contains(key)) return made;  // another request was faster
  clients_.emplace_front(key, *made);
  by_target_.emplace(std::move(key), clients_.begin());
  if (clients_.size() > kMostClients) {
    by_target_.erase(clients_.back().first);
    clients_.pop_back();
  }
  return made;
}

asio::awaitable<tl::expected<std::string, CallFailure>> WebhookCaller::post(
    const WebhookTarget& target, std::string body, std::chrono::steady_clock::time_point deadline,
    Cancellation& cancellation) {
  auto client = client_of(target);
  if (!client) co_return tl::unexpected(client.error());
  const auto posting = std::make_shared<Posting>();
  posting->client = *std::move(client);
  posting->body = std::move(body);
  posting->deadline = deadline;
  posting->timeout = std::max(posting->timeout, std::chrono::ceil<std::chrono::seconds>(
                                                    deadline - std::chrono::steady_clock::now()));
  const UnderWay under_way(*this, posting);
  // Held by the callback, too: a request that is cut may leave the posting behind.
  const Cancellation::Subscription subscription(cancellation,
                                                [posting] { posting->give_up.raise(); });
  auto answer =
      co_await asio::co_spawn(pool().get_executor(), UnderWay::post(posting), asio::use_awaitable);
  if (answer) co_return body_of(*std::move(answer));
  const bool given_up = answer.error().reason == client::FailureReason::Shutdown;
  co_return tl::unexpected(CallFailure{
      CallFailure::Step::Call,
      given_up ? std::string("context canceled") : std::move(answer.error().text), given_up});
}

}  // namespace kaudit::apiserver::webhooks
