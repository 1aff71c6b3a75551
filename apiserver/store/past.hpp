#pragma once

#include <map>
#include <string_view>

#include "apiserver/store/history.hpp"
#include "apiserver/store/sorted_index.hpp"
#include "apiserver/store/store.hpp"

namespace kaudit::apiserver::store {

/// How objects were at an earlier version: what the changes since then have to be taken back to.
/// Only keys that were changed are in it; null = the object did not exist.
class Past {
 public:
  Past() = default;
  /// Of the keys under a prefix, before the changes of the view. The view must outlive it.
  Past(const History::View& changes, std::string_view prefix);

  using States = std::map<std::string_view, const ObjectPtr*>;
  const States& states() const noexcept { return states_; }

 private:
  States states_;
};

/// The page that a request asks for, of an index as it was before the changes of `past`. Whatever
/// its size, it costs what the page costs (and the changes that have to be taken back).
Page read_page(const IndexSnapshot& index, const Past& past, const ListRequest& request);

}  // namespace kaudit::apiserver::store
