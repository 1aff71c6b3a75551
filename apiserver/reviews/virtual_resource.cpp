#include "apiserver/reviews/virtual_resource.hpp"

namespace kaudit::apiserver::reviews {

const api::VirtualHandler* VirtualResourceTable::find(const objects::Resource& resource,
                                                      const objects::Subresource* subresource,
                                                      std::string_view verb) const noexcept {
  const std::string_view below = subresource == nullptr ? "" : subresource->name;
  for (const VirtualResource& row : rows_) {
    if (row.resource == resource.name && row.group == resource.group && row.subresource == below &&
        row.verb == verb) {
      return &row.handler;
    }
  }
  return nullptr;
}

}  // namespace kaudit::apiserver::reviews
