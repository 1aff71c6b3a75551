#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "apiserver/custom/registry.hpp"
#include "apiserver/nonresource/cached_document.hpp"
#include "base/mutex.hpp"

namespace kaudit::apiserver::nonresource {

/// Documents by name that depend on what is defined: made anew after a change, and then only those
/// that are asked for. Thread-safe.
class CustomDocuments {
 public:
  using Documents = std::map<std::string, std::shared_ptr<const CachedDocument>, std::less<>>;
  using Make = std::function<Documents(const custom::Registry&, const Documents& before)>;

  /// `make` says which documents there are now. It gets those of before, of which it may keep what
  /// has not changed.
  CustomDocuments(std::shared_ptr<const custom::Registry> definitions, Make make)
      : definitions_(std::move(definitions)), make_(std::move(make)) {}

  /// True while nothing has ever been defined.
  bool none() const noexcept { return definitions_->revision() == 0; }
  std::shared_ptr<const Documents> current() const;
  /// null when there is none of that name.
  std::shared_ptr<const CachedDocument> find(std::string_view name) const;

 private:
  const std::shared_ptr<const custom::Registry> definitions_;
  const Make make_;
  mutable Mutex mutex_;
  mutable std::uint64_t revision_ KAUDIT_GUARDED_BY(mutex_) = 0;
  mutable std::shared_ptr<const Documents> documents_ KAUDIT_GUARDED_BY(mutex_) =
      std::make_shared<const Documents>();
};

}  // namespace kaudit::apiserver::nonresource
