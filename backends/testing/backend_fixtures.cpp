#include "backends/testing/backend_fixtures.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <unistd.h>
#include <zlib.h>

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include "audit/encoder.hpp"

namespace kaudit::backends::testing {

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "kaudit-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  folder_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

CapturedLog::CapturedLog() : previous_(spdlog::default_logger()) {
  auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(text_);
  auto logger = std::make_shared<spdlog::logger>("captured", std::move(sink));
  logger->set_pattern("%l: %v");
  spdlog::set_default_logger(std::move(logger));
}

CapturedLog::~CapturedLog() { spdlog::set_default_logger(previous_); }

std::string CapturedLog::take() {
  std::string text = text_.str();
  text_.str("");
  return text;
}

Unprivileged::Unprivileged(const std::string& folder) : root_(::geteuid() == 0) {
  constexpr uid_t kNobody = 65534;
  if (!root_) return;
  if (::chown(folder.c_str(), kNobody, static_cast<gid_t>(-1)) != 0 || ::seteuid(kNobody) != 0) {
    throw std::runtime_error("cannot become nobody");
  }
}

Unprivileged::~Unprivileged() {
  if (root_ && ::seteuid(0) != 0) std::abort();
}

void StepObserver::observe(const audit::Delivery& delivery) noexcept {
  const Lock lock(mutex_);
  for (const audit::EventPtr& event : delivery.events) {
    std::string step = std::string(delivery.backend) + " " +
                       std::string(audit::text(delivery.step)) + " " + event->audit_id;
    if (delivery.batch > 0) step += " batch " + std::to_string(delivery.batch);
    if (delivery.attempt > 0) step += " attempt " + std::to_string(delivery.attempt);
    if (!delivery.reason.empty()) step += " " + std::string(delivery.reason);
    steps_.push_back(std::move(step));
  }
}

std::vector<std::string> StepObserver::steps() const {
  const Lock lock(mutex_);
  return steps_;
}

audit::EventPtr event(const std::string& audit_id) {
  auto made = std::make_shared<audit::Event>();
  made->level = audit::Level::Metadata;
  made->audit_id = audit_id;
  made->stage = audit::Stage::ResponseComplete;
  made->request_uri = "/api/v1/namespaces/default/pods";
  made->verb = "list";
  made->user.edit().username = "alice";
  made->request_received_timestamp = {1767323045, 678'901'234};
  made->stage_timestamp = {1767323045, 999'999'999};
  return made;
}

std::string json_line(const audit::EventPtr& event) {
  std::string line;
  audit::append_event(line, *event);
  return line;
}

std::string legacy_line(const audit::EventPtr& event) {
  std::string line;
  audit::append_legacy_line(line, *event);
  return line;
}

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

std::string gunzipped(const std::string& path) {
  std::string content;
  const gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return "cannot be opened";
  std::array<char, 65536> chunk{};
  int size = 0;
  while ((size = gzread(file, chunk.data(), chunk.size())) > 0) {
    content.append(chunk.data(), static_cast<std::size_t>(size));
  }
  const bool whole = gzdirect(file) == 0 && gzclose(file) == Z_OK && size == 0;
  return whole ? content : content + "<torn>";
}

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::filesystem::path> vector_folders(const std::string& name) {
  std::vector<std::filesystem::path> folders = {std::filesystem::path(KAUDIT_TESTDATA) / name};
  if (const char* vectors = std::getenv("KAUDIT_VECTORS")) {
    folders.push_back(std::filesystem::path(vectors) / name);
  }
  return folders;
}

}  // namespace kaudit::backends::testing
