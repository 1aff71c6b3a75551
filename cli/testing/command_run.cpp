#include "cli/testing/command_run.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <gtest/gtest.h>

#include "cli/frame.hpp"

namespace kaudit::cli::testing {

CommandRun run_policy_command(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "policy");
  return run_command(std::move(arguments));
}

CommandRun run_command(std::vector<std::string> arguments) {
  CommandRun run;
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  run.exit = run_kaudit(std::move(arguments));
  run.out = ::testing::internal::GetCapturedStdout();
  run.err = ::testing::internal::GetCapturedStderr();
  return run;
}

ScratchFolder::ScratchFolder()
    : folder_((std::filesystem::temp_directory_path() / "kaudit-cli.XXXXXX").string()) {
  if (::mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("cannot make " + folder_);
}

ScratchFolder::~ScratchFolder() { std::filesystem::remove_all(folder_); }

std::string ScratchFolder::write(const std::string& name, const std::string& text) const {
  std::ofstream(path(name), std::ios::binary) << text;
  return path(name);
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace kaudit::cli::testing
