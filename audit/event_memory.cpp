#include "audit/event_memory.hpp"

namespace kaudit::audit {
namespace {

constexpr std::size_t kStringObject = sizeof(std::string);
/// An entry of a map: its two strings, and the node with its pointers.
constexpr std::size_t kNode = 2 * kStringObject + 4 * sizeof(void*);

std::size_t text_size(const UserInfo& user) noexcept {
  std::size_t size = user.username.size() + user.uid.size();
  for (const std::string& group : user.groups) size += kStringObject + group.size();
  for (const auto& [key, values] : user.extra) {
    size += kNode + key.size();
    if (!values) continue;
    for (const std::string& value : *values) size += kStringObject + value.size();
  }
  return size;
}

std::size_t text_size(const ObjectReference& ref) noexcept {
  return ref.resource.size() + ref.ns.size() + ref.name.size() + ref.uid.size() +
         ref.api_group.size() + ref.api_version.size() + ref.resource_version.size() +
         ref.subresource.size();
}

std::size_t text_size(const Event& event) noexcept {
  std::size_t size =
      event.audit_id.size() + event.request_uri.size() + event.source->user_agent.size();
  size += text_size(event.user);
  if (event.impersonated_user) size += text_size(*event.impersonated_user);
  for (const std::string& address : event.source->ips) size += kStringObject + address.size();
  if (event.object_ref) size += text_size(*event.object_ref);
  if (event.response_status) size += event.response_status->message.size();
  for (const auto [key, value] : event.annotations) size += kNode + key.size() + value.size();
  return size;
}

}  // namespace

std::size_t memory_of(const Event& event) noexcept {
  const std::size_t texts = text_size(event);
  return sizeof(Event) + (event.encoded.wanted() ? 2 * texts : texts) +
         event.request_object.view().size() + event.response_object.view().size();
}

}  // namespace kaudit::audit
