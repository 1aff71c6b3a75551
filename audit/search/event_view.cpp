#include "audit/search/event_view.hpp"

#include <charconv>
#include <string>

#include "base/json/json_pointer.hpp"
#include "base/text/list.hpp"
#include "base/text/rfc3339.hpp"
#include "base/text/trim.hpp"

namespace kaudit::audit::search {
namespace {

constexpr std::array<std::string_view, kParts> kPartNames = {
    "kind",
    "apiVersion",
    "level",
    "auditID",
    "stage",
    "requestURI",
    "verb",
    "user",
    "impersonatedUser",
    "sourceIPs",
    "userAgent",
    "objectRef",
    "responseStatus",
    "requestObject",
    "responseObject",
    "requestReceivedTimestamp",
    "stageTimestamp",
    "annotations",
    "timestamp",
};

std::string_view step_into(std::string_view slice, std::string_view token) {
  if (is_object(slice)) return member_of(slice, unescaped_token(token));
  if (!is_array(slice)) return {};
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  if (error != std::errc() || end != token.data() + token.size()) return {};
  return element_of(slice, index);
}

}  // namespace

bool EventView::reset(std::string_view json) noexcept {
  while (!json.empty() && (is_blank(json.front()) || json.front() == '\r')) json.remove_prefix(1);
  while (!json.empty() && (is_blank(json.back()) || json.back() == '\r' || json.back() == '\n')) {
    json.remove_suffix(1);
  }
  json_ = json;
  walk_ = MemberWalk(json_);
  parts_.fill({});
  next_part_ = 0;
  at_end_ = !is_object(json);
  return !at_end_;
}

/// Keeps the member that the walk is at, if it is a part. They come in the order of their names, of
/// which few are left out, so that the first look most often finds it.
void EventView::note_member() noexcept {
  const std::string_view name = walk_.name();
  for (std::size_t looks = 0; looks < kParts; ++looks) {
    const std::size_t i = (next_part_ + looks) % kParts;
    if (kPartNames[i] != name) continue;
    if (parts_[i].empty()) parts_[i] = walk_.value();
    next_part_ = (i + 1) % kParts;
    return;
  }
}

std::string_view EventView::part(Part part) noexcept {
  const auto wanted = static_cast<std::size_t>(part);
  if (!parts_[wanted].empty() || at_end_) return parts_[wanted];
  while (walk_.next()) {
    note_member();
    if (!parts_[wanted].empty()) return parts_[wanted];
  }
  at_end_ = true;
  return {};
}

std::string_view EventView::member(std::string_view name) {
  for (std::size_t i = 0; i < kParts; ++i) {
    if (kPartNames[i] == name) return part(static_cast<Part>(i));
  }
  return member_of(json_, name);
}

std::string_view EventView::at_pointer(std::string_view pointer) {
  if (pointer.empty()) return json_;
  if (pointer.front() != '/') return {};
  pointer.remove_prefix(1);
  bool more = pointer.find('/') != std::string_view::npos;
  std::string_view found = member(unescaped_token(take_until(pointer, '/')));
  while (more && !found.empty()) {
    more = pointer.find('/') != std::string_view::npos;
    found = step_into(found, take_until(pointer, '/'));
  }
  return found;
}

std::optional<Timestamp> EventView::time() {
  for (const Part one : {Part::StageTimestamp, Part::RequestReceivedTimestamp, Part::Timestamp}) {
    if (const auto time = time_of(part(one))) return time;
  }
  return time_of(at_pointer("/metadata/creationTimestamp"));
}

bool EventView::whole() noexcept {
  if (!is_object(json_)) return false;
  while (!at_end_ && walk_.next()) note_member();
  at_end_ = true;
  return walk_.complete() && first_value(json_).size() == json_.size();
}

std::optional<Timestamp> time_of(std::string_view slice) {
  if (!is_string(slice) || slice.size() < 2) return std::nullopt;
  const std::string_view text = slice.substr(1, slice.size() - 2);
  const auto whole = parse_rfc3339(text, TimeForm::Time);
  if (!whole || whole->is_zero()) return std::nullopt;
  Timestamp time = *whole;
  time.nanoseconds = 0;
  const std::size_t dot = text.find('.');
  std::uint32_t unit = 100'000'000;
  for (std::size_t i = dot; dot != std::string_view::npos && ++i < text.size();) {
    if (text[i] < '0' || text[i] > '9' || unit == 0) break;
    time.nanoseconds += static_cast<std::uint32_t>(text[i] - '0') * unit;
    unit /= 10;
  }
  return time;
}

}  // namespace kaudit::audit::search
