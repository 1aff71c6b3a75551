#include "cli/conformance/sender/sender_play.hpp"

#include <chrono>
#include <utility>

#include "cli/conformance/shell_run.hpp"

namespace kaudit::cli {

Drive::Drive(const std::string& command, std::chrono::seconds limit)
    : result_(std::async(std::launch::async,
                         [command, limit] { return run_shell(command, "", limit); })) {}

bool Drive::has_failed() {
  if (!code_ && result_.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
    code_ = result_.get();
  }
  return code_ && (!*code_ || **code_ != 0);
}

Result<void> Drive::end() {
  if (!code_) code_ = result_.get();
  const Result<int>& code = *code_;
  if (!code) return fail("--drive-command: " + code.error().message);
  if (*code != 0) return fail("--drive-command ended with exit code " + std::to_string(*code));
  return {};
}

std::optional<SenderDesk::View> SenderPlay::play(std::vector<SenderStep> steps,
                                                 const std::function<bool(const View&)>& ends,
                                                 Untaken untaken) {
  if (trouble_) return std::nullopt;
  desk_.begin(std::move(steps));
  Drive under_way = drive();
  wait_for(under_way, ends);
  View view = desk_.view();
  end(under_way);
  if (trouble_) return std::nullopt;
  if (untaken == Untaken::Lost && !view.is_taken()) ++lost_;
  return view;
}

void SenderPlay::end(Drive& drive) {
  if (auto driven = drive.end(); !driven) trouble_ = driven.error();
}

/// Waits until `holds`, the patience is over or the drive has failed.
void SenderPlay::wait_for(Drive& drive, const std::function<bool(const View&)>& holds) {
  constexpr std::chrono::milliseconds kLookAtDrive{250};
  const auto end = client::SteadyTime::clock::now() + options_.patience;
  while (!desk_.wait(kLookAtDrive, holds) && !drive.has_failed() &&
         client::SteadyTime::clock::now() < end) {
  }
}

}  // namespace kaudit::cli
