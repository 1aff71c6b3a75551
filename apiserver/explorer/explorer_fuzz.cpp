// What reaches the explorer from outside: the headers that the gate judges, the trials that are
// read, and policies that are held against an empty ring.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "apiserver/explorer/explorer_options.hpp"
#include "apiserver/explorer/gate.hpp"
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
  explorer::ExplorerOptions options;
  options.explorer = std::string(text);
  if (options.validate().empty() && options.listener().address.empty()) __builtin_trap();

  static const explorer::Ring kEmpty;
  std::string assessment;
  explorer::append_assessment(assessment, text, kEmpty);
  if (!objects::Json::parse(assessment)) __builtin_trap();
  return 0;
}
