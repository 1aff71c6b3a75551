#include "cli/log/figures/rates.hpp"

namespace kaudit::cli {
namespace {

/// Lengths that people think in.
constexpr std::int64_t kWidths[] = {1,      5,      15,     60,      300,       900,       3'600,
                                    14'400, 43'200, 86'400, 604'800, 2'592'000, 31'536'000};

}  // namespace

std::int64_t Rates::begin_of(std::int64_t seconds) const noexcept {
  const std::int64_t rest = ((seconds % width_) + width_) % width_;
  return seconds - rest;
}

void Rates::add(std::int64_t seconds, bool error) {
  Span& span = spans_[begin_of(seconds)];
  span.begin = begin_of(seconds);
  ++span.events;
  if (error) ++span.errors;
  const auto wide = [&] {
    return (spans_.rbegin()->first - spans_.begin()->first) / width_ >=
           static_cast<std::int64_t>(kMostSpans);
  };
  while (wide()) widen();
}

void Rates::widen() {
  std::int64_t wider = width_ * 2;
  for (const std::int64_t one : kWidths) {
    if (one > width_) {
      wider = one;
      break;
    }
  }
  width_ = wider;
  std::map<std::int64_t, Span> old;
  old.swap(spans_);
  for (const auto& [begin, span] : old) {
    Span& into = spans_[begin_of(begin)];
    into.begin = begin_of(begin);
    into.events += span.events;
    into.errors += span.errors;
  }
}

std::vector<Rates::Span> Rates::spans() const {
  std::vector<Span> all;
  if (spans_.empty()) return all;
  for (std::int64_t at = spans_.begin()->first; at <= spans_.rbegin()->first; at += width_) {
    const auto found = spans_.find(at);
    all.push_back(found == spans_.end() ? Span{at, 0, 0} : found->second);
  }
  return all;
}

}  // namespace kaudit::cli
