#include "audit/encoded_event.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "audit/event.hpp"
#include "audit/event_json.hpp"

namespace kaudit::audit {
namespace {

constexpr char kLineEnd[] = "}\n";

std::size_t bodies_size(const Event& event) noexcept {
  const auto member_size = [](std::string_view name, const RawJson& body) {
    return body.empty() ? 0 : name.size() + body.view().size();
  };
  return member_size(kRequestObjectMember, event.request_object) +
         member_size(kResponseObjectMember, event.response_object);
}

}  // namespace

EncodedEvent::EncodedEvent(const Event& event) {
  std::string long_text;
  JsonWriter writer(long_text, JsonWriter::AtEnd::Drop);
  write_members_before_bodies(writer, event);
  bodies_at_ = writer.size();
  write_members_after_bodies(writer, event);
  around_bodies_.assign(writer.finish());  // without what the text had in reserve
}

void EncodedEvent::write_members(JsonWriter& writer, const Event& event) const {
  const std::string_view around = around_bodies_;
  writer.raw(around.substr(0, bodies_at_));
  if (!event.request_object.empty()) {
    writer.literal(kRequestObjectMember);
    writer.raw(event.request_object.view());
  }
  if (!event.response_object.empty()) {
    writer.literal(kResponseObjectMember);
    writer.raw(event.response_object.view());
  }
  writer.raw(around.substr(bodies_at_));
}

std::size_t EncodedEvent::members_size(const Event& event) const noexcept {
  return around_bodies_.size() + bodies_size(event);
}

std::size_t EncodedEvent::line_size(const Event& event) const noexcept {
  return std::string_view(kLineBegin).size() + members_size(event) +
         std::string_view(kLineEnd).size();
}

std::size_t EncodedEvent::item_size(const Event& event) const noexcept {
  return std::string_view("{}").size() + members_size(event);
}

void EncodedEvent::write_line(JsonWriter& writer, const Event& event) const {
  writer.literal(kLineBegin);
  write_members(writer, event);
  writer.literal(kLineEnd);
}

void EncodedEvent::write_item(JsonWriter& writer, const Event& event) const {
  writer.character('{');
  write_members(writer, event);
  writer.character('}');
}

void RequestMembers::make(const Event& owner) {
  std::string long_json;
  JsonWriter writer(long_json, JsonWriter::AtEnd::Drop);
  write_identity(writer, owner);
  stage_at_ = writer.size();
  write_request(writer, owner);
  received_at_ = writer.size();
  write_received(writer, owner);
  json_ = writer.finish();  // only when it is whole
}

EncodedSlot& EncodedSlot::operator=(const EncodedSlot& other) noexcept {
  if (this == &other) return *this;
  drop();
  form_.store(nullptr, std::memory_order_relaxed);
  wanted_.store(false, std::memory_order_relaxed);
  return *this;
}

const EncodedEvent& EncodedSlot::make(const Event& owner) const {
  auto made = std::make_unique<const EncodedEvent>(owner);
  const EncodedEvent* first = nullptr;
  // Of two threads that made one at a time, the first one's is kept.
  if (!form_.compare_exchange_strong(first, made.get(), std::memory_order_acq_rel)) return *first;
  return *made.release();
}

void EncodedSlot::drop() noexcept { delete form_.load(std::memory_order_acquire); }

}  // namespace kaudit::audit
