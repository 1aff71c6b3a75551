// The annotation kaudit.io/exec, and the shell's scripts, on any bytes: no crash, and an end.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "apiserver/streaming/process/builtins.hpp"
#include "apiserver/streaming/process/exec_script.hpp"

namespace process = kaudit::apiserver::streaming::process;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  process::Surroundings in;
  in.hostname = "web";
  in.files = std::make_shared<process::FileTree>(std::make_shared<process::FileBudget>(1 << 20));
  in.environment.emplace_back("X", std::string(input));
  if (auto script = process::parse_exec_script(input)) {
    in.script = std::make_shared<const process::ExecScript>(*std::move(script));
  }
  const process::ProcessPtr shell = process::start({"sh", "-c", std::string(input)}, in);
  shell->take(input);
  shell->end_input();
  process::Output output;
  // `yes` and `sleep` do not end by themselves.
  for (int turns = 0; turns < 100; ++turns) {
    if (shell->run(process::Clock::now(), output) != process::Process::State::Busy) break;
    output = {};
  }
  return 0;
}
