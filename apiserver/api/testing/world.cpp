#include "apiserver/api/testing/world.hpp"

#include <exception>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>

#include "apiserver/api/custom/definition_feed.hpp"
#include "apiserver/request/request_source.hpp"
#include "apiserver/request/url.hpp"
#include "apiserver/store/observer_list.hpp"

namespace kaudit::apiserver::api::testing {
namespace {

audit::RequestFacts facts_of(const RequestScope& scope) {
  audit::RequestFacts facts;
  facts.request_uri = scope.url.request_uri;
  facts.verb = scope.info.verb;
  facts.object_ref = request::object_of(scope.info);
  return facts;
}

}  // namespace

namespace {

store::MemoryStoreOptions observed(const ApiOptions& options,
                                   store::MemoryStoreOptions store_options) {
  if (!store_options.observer) {
    store_options.observer =
        std::make_shared<store::ObserverList>(std::vector<std::shared_ptr<store::Observer>>{
            std::make_shared<DefinitionFeed>(options.definitions), options.addresses});
  }
  return store_options;
}

}  // namespace

World::World(ApiOptions options, store::MemoryStoreOptions store_options)
    : store_(std::make_shared<store::MemoryStore>(observed(options, std::move(store_options)))) {
  options.store = store_;
  api_.emplace(std::move(options));
  api_->bootstrap();
}

Answered World::ask(const Asked& asked, const std::function<void(RequestScope&)>& meanwhile) {
  http::Request request;
  request.method = asked.method;
  request.target = asked.target;
  for (const auto& [name, value] : asked.headers) request.headers.add(name, value);
  apiserver::testing::FakeExchange exchange(io_, std::move(request), asked.body);
  exchange.body_error = asked.body_error;
  exchange.on_write = on_write;

  RequestScope scope(exchange);
  scope.url = request::Url::parse(asked.method, asked.target).value();
  scope.info = request::make_request_info(asked.method, scope.url).value();
  scope.user = asked.user;
  if (!api_->serves(scope.info)) throw std::logic_error(asked.target + " is no resource");
  audit::Decision decision;
  decision.level = asked.level;
  audit::Context context(facts_of(scope), decision);
  scope.audit = &context;

  bool done = false;
  std::exception_ptr thrown;
  const auto ended = [&](const std::exception_ptr& error) {
    done = true;
    thrown = error;
  };
  boost::asio::co_spawn(io_, apiserver::testing::serve(scope, api_->handle(scope)), ended);
  io_.restart();
  io_.poll();
  if (!done && meanwhile) meanwhile(scope);
  while (!done && io_.run_one() != 0) {
  }
  if (thrown) std::rethrow_exception(thrown);
  return {exchange.status, exchange.headers, exchange.body, exchange.finished,
          context.make_event(audit::Stage::ResponseComplete, Timestamp::now())};
}

}  // namespace kaudit::apiserver::api::testing
