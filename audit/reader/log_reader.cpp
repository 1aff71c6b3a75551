#include "audit/reader/log_reader.hpp"

#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

#include "audit/reader/stream_reader.hpp"
#include "base/files/rotated_set.hpp"

namespace kaudit::audit::reader {
namespace {

/// Items of lists have no kind of their own; a member that comes again wins.
constexpr std::string_view kKind = R"({"kind":"Event","apiVersion":"audit.k8s.io/v1")";

}  // namespace

tl::expected<Event, DecodeError> decode_entry(const LogEntry& entry) {
  if (entry.wrapping != Wrapping::List || !entry.event.starts_with('{')) {
    return decode_event(entry.event);
  }
  const std::string_view members = entry.event.substr(1);
  const bool empty = members.find_first_not_of(" \t\r\n") == members.find('}');
  std::string text;
  text.reserve(kKind.size() + entry.event.size() + 1);
  text.append(kKind).append(empty ? "" : ",").append(members);
  return decode_event(text);
}

LogReader::LogReader(std::vector<std::string> paths) : paths_(std::move(paths)) {
  order_by_rotation(paths_);
}

LogReader::LogReader(std::unique_ptr<ByteSource> source, std::string name)
    : stream_(std::make_unique<StreamReader>(unpacked_source(std::move(source)), std::move(name),
                                             kLongest)) {}

LogReader::LogReader(LogReader&&) noexcept = default;
LogReader& LogReader::operator=(LogReader&&) noexcept = default;
LogReader::~LogReader() = default;

const LogEntry* LogReader::next() {
  for (;;) {
    if (stream_) {
      if (const LogEntry* const entry = stream_->next()) return entry;
      bytes_before_ += stream_->bytes_read();
      stream_.reset();
    }
    if (opened_ == paths_.size()) return nullptr;
    if (!open_next()) return &problem_;
  }
}

/// False: `problem_` says why not.
bool LogReader::open_next() {
  std::error_code unknown;
  const std::string path = paths_[opened_];
  Result<std::unique_ptr<ByteSource>> source = fail("");
  if (path != "-" && std::filesystem::is_directory(path, unknown)) {
    auto files = rotated_set(path);
    if (files) {
      const auto at = paths_.begin() + static_cast<std::ptrdiff_t>(opened_);
      paths_.insert(paths_.erase(at), std::make_move_iterator(files->begin()),
                    std::make_move_iterator(files->end()));
      return open_next();
    }
    source = fail(files.error().message);
  } else {
    source = open_byte_source(path);
  }
  ++opened_;
  if (source) {
    stream_ = std::make_unique<StreamReader>(unpacked_source(*std::move(source)), path, kLongest);
    return true;
  }
  problem_ = {};
  problem_.kind = EntryKind::Unreadable;
  problem_.fault = FaultKind::Source;
  problem_.file = paths_[opened_ - 1];
  reason_ = std::move(source.error().message);
  problem_.reason = reason_;
  return false;
}

std::uint64_t LogReader::bytes_read() const noexcept {
  return bytes_before_ + (stream_ ? stream_->bytes_read() : 0);
}

}  // namespace kaudit::audit::reader
