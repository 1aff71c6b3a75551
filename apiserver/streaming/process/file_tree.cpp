#include "apiserver/streaming/process/file_tree.hpp"

#include <array>

#include "base/text/list.hpp"

namespace kaudit::apiserver::streaming::process {
namespace {

constexpr std::array<std::string_view, 9> kFolders = {"/",     "/bin", "/dev", "/etc", "/home",
                                                      "/root", "/tmp", "/usr", "/var"};
constexpr const char* kNoSpace = "No space left on device";
constexpr const char* kNotThere = "No such file or directory";
constexpr const char* kNoFolder = "Not a directory";

/// What an entry costs beside its content.
constexpr std::size_t kEntryCost = 128;

std::size_t cost(const std::string& path, const FileTree::Entry& entry) {
  return kEntryCost + path.size() + entry.size();
}

std::string below_prefix(const std::string& path) { return path == "/" ? path : path + "/"; }

}  // namespace

std::string absolute_path(std::string_view folder, std::string_view path) {
  std::vector<std::string_view> parts;
  const auto add = [&parts](std::string_view text) {
    for (const std::string_view part : split(text, '/')) {
      if (part.empty() || part == ".") continue;
      if (part != "..") {
        parts.push_back(part);
      } else if (!parts.empty()) {
        parts.pop_back();
      }
    }
  };
  if (!path.starts_with('/')) add(folder);
  add(path);
  return "/" + joined(parts, "/");
}

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

std::string_view base_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool FileBudget::take(std::size_t size) noexcept {
  if (used_ += size; used_ <= limit_) return true;
  used_ -= size;
  return false;
}

FileTree::FileTree(std::shared_ptr<FileBudget> budget) : budget_(std::move(budget)) {
  const Lock lock(mutex_);
  for (const std::string_view folder : kFolders) {
    const auto at = entries_.emplace(folder, Entry()).first;
    bytes_ += cost(at->first, at->second);
  }
  budget_->charge(bytes_);  // there always is a tree
}

FileTree::~FileTree() {
  const Lock lock(mutex_);
  budget_->give_back(bytes_);
}

std::optional<FileTree::Entry> FileTree::find(const std::string& path) const {
  const Lock lock(mutex_);
  const auto at = entries_.find(path);
  if (at == entries_.end()) return std::nullopt;
  return at->second;
}

std::vector<FileTree::Named> FileTree::below(const std::string& path) const {
  const Lock lock(mutex_);
  std::vector<Named> found;
  if (const auto at = entries_.find(path); at != entries_.end()) found.push_back(*at);
  const std::string prefix = below_prefix(path);
  for (auto at = entries_.upper_bound(prefix);
       at != entries_.end() && at->first.starts_with(prefix); ++at) {
    found.push_back(*at);
  }
  return found;
}

std::vector<FileTree::Named> FileTree::in(const std::string& folder) const {
  std::vector<Named> found;
  const std::size_t start = below_prefix(folder).size();
  for (Named& named : below(folder)) {
    if (named.first.size() > start && named.first.find('/', start) == std::string::npos) {
      found.push_back(std::move(named));
    }
  }
  return found;
}

Result<void> FileTree::check_parent(const std::string& path) const {
  if (path == "/") return {};
  const auto at = entries_.find(parent_of(path));
  if (at == entries_.end()) return fail(kNotThere);
  if (at->second.type != Entry::Type::Folder) return fail(kNoFolder);
  return {};
}

Result<void> FileTree::put(const std::string& path, Entry entry) {
  const Lock lock(mutex_);
  return put_locked(path, std::move(entry));
}

Result<void> FileTree::put_locked(const std::string& path, Entry entry) {
  if (auto parent = check_parent(path); !parent) return parent;
  if (path.size() > kMaxPath) return fail("File name too long");
  const auto at = entries_.find(path);
  if (at != entries_.end()) {
    const bool was_folder = at->second.type == Entry::Type::Folder;
    if (was_folder && entry.type != Entry::Type::Folder) return fail("Is a directory");
    if (!was_folder && entry.type == Entry::Type::Folder) return fail("File exists");
    if (was_folder) {
      at->second.mode = entry.mode;
      at->second.modified = entry.modified;
      return {};
    }
  } else if (entries_.size() >= kMaxEntries) {
    return fail(kNoSpace);
  }
  const std::size_t before = at == entries_.end() ? 0 : cost(path, at->second);
  const std::size_t after = cost(path, entry);
  if (bytes_ - before + after > kMaxBytes || !budget_->take(after)) return fail(kNoSpace);
  budget_->give_back(before);
  bytes_ = bytes_ - before + after;
  entries_.insert_or_assign(path, std::move(entry));
  return {};
}

Result<void> FileTree::append(const std::string& path, std::string_view text,
                              std::int64_t modified) {
  const Lock lock(mutex_);
  Entry entry{Entry::Type::File, 0644, modified, nullptr};
  std::string content;
  if (const auto at = entries_.find(path); at != entries_.end()) {
    entry.mode = at->second.mode;
    if (at->second.content) content = *at->second.content;
  }
  if (content.size() + text.size() > kMaxBytes) return fail(kNoSpace);
  content += text;
  entry.content = std::make_shared<const std::string>(std::move(content));
  return put_locked(path, std::move(entry));
}

Result<void> FileTree::make_folders(const std::string& path, std::int64_t modified) {
  const Lock lock(mutex_);
  // From the top: a client says how deep it goes, so nothing recurses here.
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string folder = path.substr(0, end);
    const auto at = entries_.find(folder);
    if (at == entries_.end()) {
      const Entry made{Entry::Type::Folder, 0755, modified, nullptr};
      if (auto put = put_locked(folder, made); !put) return put;
    } else if (at->second.type != Entry::Type::Folder) {
      return fail(kNoFolder);
    }
    if (end == std::string::npos) return {};
  }
}

void FileTree::erase(Entries::iterator at) {
  const std::size_t size = cost(at->first, at->second);
  bytes_ -= size;
  budget_->give_back(size);
  entries_.erase(at);
}

bool FileTree::remove(const std::string& path) {
  const Lock lock(mutex_);
  const auto at = entries_.find(path);
  if (at == entries_.end() || path == "/") return false;
  const std::string prefix = below_prefix(path);
  for (auto inner = entries_.upper_bound(prefix);
       inner != entries_.end() && inner->first.starts_with(prefix);) {
    const auto next = std::next(inner);
    erase(inner);
    inner = next;
  }
  erase(at);
  return true;
}

}  // namespace kaudit::apiserver::streaming::process
