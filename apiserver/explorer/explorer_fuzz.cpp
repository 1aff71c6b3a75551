// What reaches the explorer from outside: the headers that the gate judges, the trials that are
// read, filters, orders and lists for the receiver, and policies that are held against an empty
// ring.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "apiserver/explorer/explorer_options.hpp"
#include "apiserver/explorer/gate.hpp"
#include "apiserver/explorer/receiver/receiver_ledger.hpp"
#include "apiserver/explorer/rows/filter_words.hpp"
#include "apiserver/explorer/rows/row_filter.hpp"
#include "apiserver/explorer/trial.hpp"
#include "apiserver/explorer/workbench.hpp"
#include "base/text/list.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kaudit;
  using namespace kaudit::apiserver;
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  explorer::Gate gate({"lab.example.com"});
  gate.listens_on("127.0.0.1:8090", 8090);
  http::Request request;
  request.method = "POST";
  std::string_view rest = text;
  for (const char* name : {"Host", "Origin", "Cookie", "Sec-Fetch-Site", "Authorization"}) {
    request.headers.add(name, std::string(take_until(rest, '\n')));
  }
  const bool refused = gate.judge_origin(request).has_value();
  // Nobody guesses a secret.
  if (gate.knows(request) || gate.redeem(text)) __builtin_trap();
  const auto host = request.headers.first("Host").value_or("");
  if (!refused && host.find("evil") != host.npos) __builtin_trap();

  if (const auto json = objects::Json::parse(text); json && json->object() != nullptr) {
    const auto trial = explorer::read_trial(*json);
    if (trial && trial->target.find_first_of(" \r\n") != std::string::npos) __builtin_trap();
  }
  if (const auto json = objects::Json::parse(text); json && json->object() != nullptr) {
    const auto order = explorer::read_order(*json);
    if (order && (order->lists < 0 || order->delay.count() < 0)) __builtin_trap();
  }
  // Words always stand for an expression that can be read.
  const bool words =
      text.size() <= explorer::RowFilter::kMaxBytes / 256 && explorer::is_made_of_words(text);
  auto filter = explorer::RowFilter::read(text);
  if (words && !filter) __builtin_trap();
  if (filter) {
    const auto event = std::make_shared<audit::Event>();
    filter->matches(explorer::RowFilter::Subject{event, nullptr, nullptr});
  }
  std::string verdict;
  explorer::append_filter_verdict(verdict, text);
  if (!objects::Json::parse(verdict)) __builtin_trap();
  explorer::ReceiverLedger ledger;
  ledger.begin(text);
  verdict.clear();
  ledger.append_to(verdict, "http://127.0.0.1:1");
  if (!objects::Json::parse(verdict)) __builtin_trap();

  explorer::ExplorerOptions options;
  options.explorer = std::string(text);
  if (options.validate().empty() && options.listener().address.empty()) __builtin_trap();

  static const explorer::Ring kEmpty;
  std::string assessment;
  explorer::append_assessment(assessment, text, kEmpty);
  if (!objects::Json::parse(assessment)) __builtin_trap();
  return 0;
}
