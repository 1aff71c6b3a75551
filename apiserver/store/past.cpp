#include "apiserver/store/past.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace kaudit::apiserver::store {

Past::Past(const History::View& changes, std::string_view prefix) {
  changes.for_each([&](const ChangePtr& change) {
    // The first change of a key knows how it was before.
    if (covers(prefix, *change->key)) states_.try_emplace(*change->key, &change->previous);
  });
}

namespace {

/// A walk over an index and a past at once.
class Walk {
 public:
  Walk(const IndexSnapshot& index, const Past& past, std::string_view prefix, std::string_view from)
      : prefix_(prefix),
        now_(index.lower_bound(from)),
        then_(past.states().lower_bound(from)),
        end_(past.states().end()) {
    skip_absent();
  }

  bool at_end() const noexcept { return !now_covered() && then_ == end_; }
  const ObjectPtr& object() const noexcept {
    return then_is_next() ? *then_->second : now_.object();
  }
  std::string_view key() const noexcept { return then_is_next() ? then_->first : now_.key(); }
  void next() noexcept {
    step();
    skip_absent();
  }

 private:
  bool now_covered() const noexcept { return !now_.at_end() && covers(prefix_, now_.key()); }
  bool then_is_next() const noexcept {
    return then_ != end_ && (!now_covered() || then_->first <= now_.key());
  }
  void step() noexcept {
    if (!then_is_next()) {
      now_.next();
      return;
    }
    if (now_covered() && now_.key() == then_->first) now_.next();
    ++then_;
  }
  void skip_absent() noexcept {
    while (!at_end() && object() == nullptr) step();
  }

  std::string_view prefix_;
  IndexSnapshot::Cursor now_;
  Past::States::const_iterator then_;
  Past::States::const_iterator end_;
};

/// The place of the first key behind those under a prefix.
std::size_t end_of(const IndexSnapshot& index, std::string_view prefix) {
  if (prefix.empty()) return index.size();
  std::string behind(prefix);
  if (prefix.ends_with('/')) {
    ++behind.back();
  } else {
    behind += '\0';  // the one key
  }
  return index.rank(behind);
}

/// How many objects there were from a key on.
std::size_t count_from(const IndexSnapshot& index, const Past& past, std::string_view prefix,
                       std::string_view key) {
  std::size_t count = end_of(index, prefix) - index.rank(key);
  for (auto state = past.states().lower_bound(key); state != past.states().end(); ++state) {
    const bool is = index.find(state->first) != nullptr;
    const bool was = *state->second != nullptr;
    if (was && !is) ++count;
    if (is && !was) --count;
  }
  return count;
}

/// Of all that there is now, which is what most lists ask for.
Page read_present(const IndexSnapshot& index, const ListRequest& request) {
  Page page;
  const std::size_t first = index.rank(std::max(request.from, request.prefix));
  const std::size_t end = end_of(index, request.prefix);
  if (first >= end) return page;
  page.objects =
      index.objects(first, request.limit == 0 ? end - first : std::min(request.limit, end - first));
  page.remaining = end - first - page.objects.size();
  return page;
}

}  // namespace

Page read_page(const IndexSnapshot& index, const Past& past, const ListRequest& request) {
  if (past.states().empty() && !request.filter) return read_present(index, request);
  Page page;
  std::vector<ObjectPtr> objects;
  Walk walk(index, past, request.prefix, std::max(request.from, request.prefix));
  for (; !walk.at_end(); walk.next()) {
    if (request.limit != 0 && objects.size() == request.limit) {
      page.remaining = count_from(index, past, request.prefix, walk.key());
      break;
    }
    const ObjectPtr& object = walk.object();
    if (!request.filter || request.filter(*object)) objects.push_back(object);
  }
  page.objects = ObjectList(std::move(objects));
  return page;
}

}  // namespace kaudit::apiserver::store
