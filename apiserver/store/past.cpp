#include "apiserver/store/past.hpp"

#include <string>

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

/// How many objects there were from a key on.
std::size_t count_from(const IndexSnapshot& index, const Past& past, std::string_view prefix,
                       std::string_view key) {
  std::size_t end = index.size();
  if (!prefix.ends_with('/')) {
    if (!prefix.empty()) return 1;  // the one key
  } else {
    std::string behind(prefix);
    ++behind.back();
    end = index.rank(behind);
  }
  std::size_t count = end - index.rank(key);
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
  auto now = index.lower_bound(std::max(request.from, request.prefix));
  const std::size_t limit = request.limit == 0 ? index.size() : request.limit;
  now.take(request.prefix, limit, page.objects);
  if (page.objects.size() == limit && !now.at_end() && covers(request.prefix, now.key())) {
    page.remaining = count_from(index, {}, request.prefix, now.key());
  }
  return page;
}

}  // namespace

Page read_page(const IndexSnapshot& index, const Past& past, const ListRequest& request) {
  if (past.states().empty() && !request.filter) return read_present(index, request);
  Page page;
  Walk walk(index, past, request.prefix, std::max(request.from, request.prefix));
  for (; !walk.at_end(); walk.next()) {
    if (request.limit != 0 && page.objects.size() == request.limit) {
      page.remaining = count_from(index, past, request.prefix, walk.key());
      break;
    }
    const ObjectPtr& object = walk.object();
    if (!request.filter || request.filter(*object)) page.objects.push_back(object);
  }
  return page;
}

}  // namespace kaudit::apiserver::store
