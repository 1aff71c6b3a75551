#include "cli/receiver/event_store.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <iterator>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

#include "base/files/read_file.hpp"
#include "base/files/write_all.hpp"
#include "base/json/compact_json.hpp"
#include "cli/line_reader.hpp"

namespace kaudit::cli {
namespace {

using backends::Descriptor;

constexpr std::size_t kLongestNote = 65536;

tl::unexpected<Error> store_error(const std::string& call, const std::string& path) {
  return fail(call + " " + path + ": " + system_error_text(errno));
}

Result<Descriptor> open_for_appending(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
  if (!file) return store_error("open", path);
  return file;
}

/// Where the last whole line of a file of this size ends.
Result<std::uint64_t> end_of_lines(int file, const std::string& path, std::uint64_t size) {
  std::string block(65536, '\0');
  for (std::uint64_t end = size; end > 0;) {
    const std::uint64_t begin = end > block.size() ? end - block.size() : 0;
    const auto count = ::pread(file, block.data(), static_cast<std::size_t>(end - begin),
                               static_cast<off_t>(begin));
    if (count < 0) return store_error("read", path);
    const std::size_t feed =
        std::string_view(block.data(), static_cast<std::size_t>(count)).rfind('\n');
    if (feed != std::string_view::npos) return begin + feed + 1;
    end = begin;
  }
  return 0;
}

}  // namespace

EventStore::EventStore(Options options)
    : options_(std::move(options)), known_(options_.remembered), next_(std::make_shared<Group>()) {}

EventStore::~EventStore() = default;

Result<std::unique_ptr<EventStore>> EventStore::open(Options options) {
  std::unique_ptr<EventStore> store(new EventStore(std::move(options)));
  if (store->options_.path.empty()) return store;
  if (auto opened = store->open_files(); !opened) return tl::unexpected(opened.error());
  if (auto loaded = store->load(); !loaded) return tl::unexpected(loaded.error());
  return store;
}

Result<void> EventStore::open_files() {
  auto store = open_for_appending(options_.path);
  if (!store) return tl::unexpected(store.error());
  if (::flock(store->get(), LOCK_EX | LOCK_NB) != 0) {
    return fail(options_.path + " is in use by another receiver: give another --store");
  }
  auto notes = open_for_appending(notes_path());
  if (!notes) return tl::unexpected(notes.error());
  store_ = std::move(*store);
  notes_ = std::move(*notes);
  // Their names are to survive as well; where a folder cannot be synced its system does that.
  const std::string folder = std::filesystem::path(options_.path).parent_path();
  [[maybe_unused]] const auto synced = backends::sync_folder(folder.empty() ? "." : folder);
  for (const auto& [file, path] :
       {std::pair(store_.get(), options_.path), std::pair(notes_.get(), notes_path())}) {
    const off_t size = ::lseek(file, 0, SEEK_END);
    if (size < 0) return fail(path + " is not a regular file: give another --store");
    const auto end = end_of_lines(file, path, static_cast<std::uint64_t>(size));
    if (!end) return tl::unexpected(end.error());
    const auto cut = static_cast<std::uint64_t>(size) - *end;
    if (cut > 0 && ::ftruncate(file, static_cast<off_t>(*end)) != 0) {
      return store_error("cut half a line off", path);
    }
    if (file == store_.get()) {
      found_.cut_bytes = cut;
      const Lock lock(mutex_);
      size_ = *end;
    }
  }
  return {};
}

/// From which offset on events are of which source.
Result<std::map<std::uint64_t, std::string>> EventStore::load_sources(std::uint64_t end) const {
  std::map<std::uint64_t, std::string> sources;
  auto reader = LineReader::open(notes_path());
  if (!reader) return tl::unexpected(reader.error());
  for (;;) {
    auto line = reader->next();
    if (!line) return tl::unexpected(line.error());
    if (!*line) return sources;
    if ((*line)->size() > kLongestNote) continue;
    const auto record = BatchRecord::parse(**line);
    if (!record || record->stored == 0 || record->offset >= end) continue;
    // What a crash kept from the store is written over by what came later.
    sources.erase(sources.upper_bound(record->offset), sources.end());
    const auto before = sources.empty() ? sources.end() : std::prev(sources.end());
    if (before == sources.end() || before->second != record->source) {
      sources[record->offset] = record->source;
    }
  }
}

Result<void> EventStore::load() {
  const Lock lock(mutex_);
  const auto sources = load_sources(size_);
  if (!sources) return tl::unexpected(sources.error());
  auto reader = LineReader::open(options_.path);
  if (!reader) return tl::unexpected(reader.error());
  std::uint64_t offset = 0;
  for (;;) {
    auto line = reader->next();
    if (!line) return tl::unexpected(line.error());
    if (!*line) return {};
    const auto after = sources->upper_bound(offset);
    const std::string_view source =
        after == sources->begin() ? std::string_view() : std::prev(after)->second;
    offset += (*line)->size() + 1;
    const auto compact = compact_json(**line);
    const auto event = compact ? read_listed_event(*compact, source) : fail("not JSON");
    if (!event) {
      ++found_.unreadable;
      continue;
    }
    ++found_.events;
    if (event->key) known_.insert(*event->key);
  }
}

Result<void> EventStore::append(const EventList& list, BatchRecord& record, std::string* fresh) {
  std::string lines;
  std::vector<EventKey> keys;
  Lock lock(mutex_);
  record.events = list.events.size();
  for (const ListedEvent& event : list.events) {
    if (event.key && !known_.insert(*event.key)) {
      ++record.duplicates;
      continue;
    }
    if (event.key) keys.push_back(*event.key);
    ++record.stored;
    event.append_line(lines);
  }
  const std::shared_ptr<Group> group = next_;
  record.offset = group->lines.size();
  group->lines += lines;
  group->keys.insert(group->keys.end(), keys.begin(), keys.end());
  group->records.push_back(&record);
  // Also when nothing is new: what it repeats may be on its way to the disk.
  while (!group->done) {
    if (writing_) {
      done_.wait(lock);
    } else {
      lead(lock);
    }
  }
  if (group->error) {
    record.stored = record.duplicates = 0;
    return tl::unexpected(*group->error);
  }
  if (fresh != nullptr) *fresh = std::move(lines);
  return {};
}

void EventStore::lead(Lock& lock) {
  const std::shared_ptr<Group> group = std::exchange(next_, std::make_shared<Group>());
  writing_ = true;
  const std::uint64_t size = size_;
  lock.unlock();
  // The records' owners wait until the group is done, so they are there.
  std::string notes;
  for (BatchRecord* record : group->records) {
    record->offset += size;
    notes += record->json() + "\n";
  }
  const auto written = write(group->lines, notes, size);
  lock.lock();
  writing_ = false;
  if (written) {
    size_ = size + group->lines.size();
    if (!group->lines.empty()) ++syncs_;
  } else {
    // Those who wait for the next write may repeat what has failed here.
    for (const auto& failed : {group, next_}) {
      for (const EventKey& key : failed->keys) known_.forget(key);
      failed->error = written.error();
      failed->done = true;
    }
    next_ = std::make_shared<Group>();
  }
  group->done = true;
  done_.notify_all();
}

Result<void> EventStore::write(const std::string& lines, const std::string& notes,
                               std::uint64_t size) {
  if (!store_ || lines.empty()) {
    if (notes_) write_all(notes_.get(), notes);
    return {};
  }
  // The notes first: they say of which source the lines are that come behind `size`.
  int error = write_all(notes_.get(), notes);
  if (error == 0 && ::fdatasync(notes_.get()) != 0) error = errno;
  if (error == 0) error = write_all(store_.get(), lines);
  if (error == 0 && ::fdatasync(store_.get()) != 0) error = errno;
  if (error == 0) return {};
  // Half a line is never followed by another.
  [[maybe_unused]] const int cut = ::ftruncate(store_.get(), static_cast<off_t>(size));
  return fail("write " + options_.path + ": " + system_error_text(error));
}

void EventStore::note(const BatchRecord& record) {
  const Lock lock(mutex_);
  if (notes_) write_all(notes_.get(), record.json() + "\n");
}

std::uint64_t EventStore::size() const {
  const Lock lock(mutex_);
  return size_;
}

std::uint64_t EventStore::fdatasyncs() const {
  const Lock lock(mutex_);
  return syncs_;
}

}  // namespace kaudit::cli
