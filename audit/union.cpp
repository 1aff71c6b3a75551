#include "audit/union.hpp"

#include <algorithm>
#include <utility>

#include "audit/report.hpp"

namespace kaudit::audit {

Union::Union(std::vector<std::unique_ptr<Backend>> backends) : backends_(std::move(backends)) {}

Result<void> Union::start() {
  for (std::size_t started = 0; started < backends_.size(); ++started) {
    if (auto result = backends_[started]->start(); !result) {
      while (started > 0) backends_[--started]->shutdown();
      return result;
    }
  }
  return {};
}

void Union::shutdown() {
  for (const auto& backend : backends_) backend->shutdown();
}

void Union::give_up() noexcept {
  for (const auto& backend : backends_) backend->give_up();
}

bool Union::process(std::span<const EventPtr> events) {
  for (const EventPtr& event : events) event->encoded.want();
  bool accepted = true;
  for (const auto& backend : backends_) accepted = backend->process(events) && accepted;
  return accepted;
}

bool Union::may_wait() const noexcept {
  return std::any_of(backends_.begin(), backends_.end(),
                     [](const auto& backend) { return backend->may_wait(); });
}

Result<void> Union::reopen() {
  std::string errors;
  for (const auto& backend : backends_) {
    if (auto reopened = backend->reopen(); !reopened) {
      errors += (errors.empty() ? "" : "; ") + reopened.error().message;
    }
  }
  if (errors.empty()) return {};
  return fail(std::move(errors));
}

std::string Union::describe() const {
  std::string text = "union[";
  for (const auto& backend : backends_) {
    if (text.back() != '[') text += ',';
    text += backend->describe();
  }
  return text + "]";
}

void Union::report(Report& to) const {
  for (const auto& backend : backends_) backend->report(to.parts.emplace_back());
}

std::unique_ptr<Backend> unite(std::vector<std::unique_ptr<Backend>> backends) {
  if (backends.size() == 1) return std::move(backends.front());
  return std::make_unique<Union>(std::move(backends));
}

}  // namespace kaudit::audit
