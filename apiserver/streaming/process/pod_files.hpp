#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "apiserver/streaming/process/file_tree.hpp"
#include "base/mutex.hpp"

namespace kaudit::apiserver::streaming::process {

/// The file trees of all containers that anybody has looked into: 64 MiB in all, and at most 256
/// trees; past that the one that was not used for the longest time is forgotten. Thread-safe.
class PodFiles {
 public:
  static constexpr std::size_t kMaxBytes = std::size_t{64} << 20U;
  static constexpr std::size_t kMaxTrees = 256;

  /// The tree of a container, made when it is not there. `fresh`: it was just made.
  struct Opened {
    std::shared_ptr<FileTree> tree;
    bool fresh = false;
  };
  Opened open(std::string_view pod_uid, std::string_view container);
  /// The pod is gone, and with it its files.
  void forget(std::string_view pod_uid);
  /// Bytes held.
  std::size_t held() const noexcept { return budget_->used(); }

 private:
  struct Kept {
    std::string pod_uid;
    std::string container;
    std::shared_ptr<FileTree> tree;
  };
  void make_room() KAUDIT_REQUIRES(mutex_);

  const std::shared_ptr<FileBudget> budget_ = std::make_shared<FileBudget>(kMaxBytes);
  Mutex mutex_;
  std::list<Kept> trees_ KAUDIT_GUARDED_BY(mutex_);  // the last used first
};

}  // namespace kaudit::apiserver::streaming::process
