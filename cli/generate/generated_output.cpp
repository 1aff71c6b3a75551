#include "cli/generate/generated_output.hpp"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>
#include <utility>
#include <vector>

#include "audit/counters.hpp"
#include "audit/encoder.hpp"
#include "backends/log/rotation.hpp"
#include "backends/webhook/webhook.hpp"
#include "base/files/read_file.hpp"
#include "base/files/write_all.hpp"

namespace kaudit::cli {
namespace {

using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr std::size_t kPiece = 256U << 10U;
constexpr std::size_t kBatch = 400;

/// Lines to a descriptor.
class LineOutput : public GeneratedOutput {
 public:
  LineOutput(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}

  Result<void> take(const audit::Event& event) override {
    const std::size_t before = buffer_.size();
    audit::append_event(buffer_, event);
    bytes_ += buffer_.size() - before;
    return buffer_.size() < kPiece ? Result<void>() : flush();
  }

  Result<void> flush() override {
    if (buffer_.empty()) return {};
    const auto begun = Clock::now();
    auto written = write(buffer_);
    buffer_.clear();
    latencies_.add(std::chrono::nanoseconds(Clock::now() - begun).count());
    return written;
  }

 protected:
  Result<void> write(std::string_view rest) const {
    if (const int error = write_all(descriptor_, rest); error != 0) {
      return fail("cannot write to " + name_ + ": " + system_error_text(error));
    }
    return {};
  }

  int descriptor_;
  std::string name_;
  std::string buffer_;
};

class FileOutput final : public LineOutput {
 public:
  FileOutput(int descriptor, std::string path, std::uint64_t rotate_bytes)
      : LineOutput(descriptor, std::move(path)),
        most_(rotate_bytes),
        names_(fs::path(name_).filename().string()) {}
  ~FileOutput() override { ::close(descriptor_); }

  static Result<int> open(const std::string& path, int flags) {
    const int descriptor =
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | flags, 0600);
    if (descriptor < 0) return fail("cannot write " + path + ": " + system_error_text(errno));
    return descriptor;
  }

  Result<void> take(const audit::Event& event) override {
    if (most_ == 0) return LineOutput::take(event);
    const std::size_t before = buffer_.size();
    audit::append_event(buffer_, event);
    const std::uint64_t line = buffer_.size() - before;
    bytes_ += line;
    if (size_ > 0 && size_ + line > most_) {
      const std::string next = buffer_.substr(before);
      buffer_.resize(before);
      if (auto written = flush(); !written) return written;
      if (auto moved = rotate(event.stage_timestamp); !moved) return moved;
      buffer_ = next;
      size_ = 0;
    }
    size_ += line;
    return buffer_.size() < kPiece ? Result<void>() : flush();
  }

 private:
  /// The file is moved aside, under a name with the time of the event that it had no room for.
  Result<void> rotate(const Timestamp& time) {
    auto at = backends::WallTime(std::chrono::milliseconds(
        time.seconds * 1000 + static_cast<std::int64_t>(time.nanoseconds / 1'000'000)));
    const fs::path folder = fs::path(name_).parent_path();
    std::error_code error;
    fs::path to;
    do {
      to = folder / names_.name_at(at);
      at += std::chrono::milliseconds(1);
    } while (fs::exists(to, error));
    fs::rename(name_, to, error);
    if (error) return fail("cannot move " + name_ + " to " + to.string() + ": " + error.message());
    const auto opened = open(name_, O_EXCL);
    if (!opened) return tl::unexpected(opened.error());
    ::close(std::exchange(descriptor_, *opened));
    return {};
  }

  std::uint64_t most_;
  std::uint64_t size_ = 0;
  backends::RotatedNames names_;
};

/// Batches as an API server posts them, one after the other.
class WebhookOutput final : public GeneratedOutput {
 public:
  static Result<std::unique_ptr<GeneratedOutput>> open(const std::string& kubeconfig) {
    auto output = std::unique_ptr<WebhookOutput>(new WebhookOutput);
    backends::WebhookOptions options;
    options.config_file = kubeconfig;
    options.initial_backoff = std::chrono::seconds(1);
    auto webhook = backends::Webhook::open(options, output->counters_);
    if (!webhook) return fail(kubeconfig + ": " + webhook.error().message);
    output->webhook_ = *std::move(webhook);
    return output;
  }
  ~WebhookOutput() override {
    if (webhook_) webhook_->shutdown();
  }

  Result<void> take(const audit::Event& event) override {
    batch_.push_back(std::make_shared<const audit::Event>(event));
    bytes_ += audit::line_size(event);
    return batch_.size() < kBatch ? Result<void>() : flush();
  }

  Result<void> flush() override {
    if (batch_.empty()) return {};
    const auto begun = Clock::now();
    const bool delivered = webhook_->process(batch_);
    latencies_.add(std::chrono::nanoseconds(Clock::now() - begun).count());
    if (!delivered) lost_ += batch_.size();
    batch_.clear();
    return {};
  }

 private:
  WebhookOutput() = default;

  audit::Counters counters_;
  std::unique_ptr<backends::Webhook> webhook_;
  std::vector<audit::EventPtr> batch_;
};

/// Whether a file is there that has the kind of a kubeconfig.
bool is_kubeconfig(const std::string& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error) || fs::file_size(path, error) > kConfigurationFileLimit) {
    return false;
  }
  const auto text = read_file(path);
  return text && text->find("clusters") != std::string::npos &&
         text->find("current-context") != std::string::npos &&
         text->find("audit.k8s.io") == std::string::npos;
}

}  // namespace

Result<std::unique_ptr<GeneratedOutput>> open_generated_output(const std::string& to,
                                                               std::uint64_t rotate_bytes) {
  if (to == "-") return std::make_unique<LineOutput>(STDOUT_FILENO, "standard output");
  if (is_kubeconfig(to)) return WebhookOutput::open(to);
  const auto opened = FileOutput::open(to, O_TRUNC);
  if (!opened) return tl::unexpected(opened.error());
  return std::make_unique<FileOutput>(*opened, to, rotate_bytes);
}

}  // namespace kaudit::cli
