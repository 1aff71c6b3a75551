#include "apiserver/streaming/process/pod_files.hpp"

#include <algorithm>

namespace kaudit::apiserver::streaming::process {

PodFiles::Opened PodFiles::open(std::string_view pod_uid, std::string_view container) {
  const Lock lock(mutex_);
  const auto at = std::find_if(trees_.begin(), trees_.end(), [&](const Kept& kept) {
    return kept.pod_uid == pod_uid && kept.container == container;
  });
  if (at != trees_.end()) {
    trees_.splice(trees_.begin(), trees_, at);
    return {trees_.front().tree, false};
  }
  make_room();
  trees_.push_front(
      {std::string(pod_uid), std::string(container), std::make_shared<FileTree>(budget_)});
  return {trees_.front().tree, true};
}

/// Room for a tree of full size, so that a new one never starts with a full disk.
void PodFiles::make_room() {
  while (!trees_.empty() &&
         (trees_.size() >= kMaxTrees || budget_->used() > kMaxBytes - FileTree::kMaxBytes)) {
    trees_.pop_back();
  }
}

void PodFiles::forget(std::string_view pod_uid) {
  const Lock lock(mutex_);
  trees_.remove_if([&](const Kept& kept) { return kept.pod_uid == pod_uid; });
}

}  // namespace kaudit::apiserver::streaming::process
