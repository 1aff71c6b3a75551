#pragma once

#include <memory>

#include "apiserver/explorer/receiver/built_in_receiver.hpp"
#include "apiserver/program/program_options.hpp"
#include "base/files/temporary_folder.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::program {

/// The explorer's receiver (--explorer-receiver), listening, and the files that flags name for it.
/// Must outlive the backends. For one thread.
class LentReceiver {
 public:
  /// Null when no flag asks for it. Makes it the receiver of the webhook in `options`; where they
  /// name no policy, one that records everything takes its place. Error: it cannot listen, or its
  /// files cannot be written.
  static Result<std::unique_ptr<LentReceiver>> make(ProgramOptions& options);
  explicit LentReceiver(TemporaryFolder folder) : folder_(std::move(folder)) {}

  explorer::BuiltInReceiver& receiver() noexcept { return receiver_; }

 private:
  Result<void> furnish(ProgramOptions& options);

  TemporaryFolder folder_;
  explorer::BuiltInReceiver receiver_;
};

}  // namespace kaudit::apiserver::program
