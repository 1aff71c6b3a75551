#include "apiserver/reviews/virtual_resource.hpp"

#include "apiserver/identity/service_account_tokens.hpp"

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

std::string VirtualResourceTable::token_for_secret(const api::SecretToken& wanted) const {
  if (accounts_ == nullptr) return "";
  return accounts_->issue_for_secret(
      wanted.ns, {std::string(wanted.account), std::string(wanted.account_uid)}, wanted.secret);
}

}  // namespace kaudit::apiserver::reviews
