#include "apiserver/nonresource/custom_documents.hpp"

namespace kaudit::apiserver::nonresource {

std::shared_ptr<const CustomDocuments::Documents> CustomDocuments::current() const {
  const Lock lock(mutex_);
  // Before the definitions are read: what changes meanwhile is made anew the next time.
  const std::uint64_t revision = definitions_->revision();
  if (revision != revision_) {
    documents_ = std::make_shared<const Documents>(make_(*definitions_, *documents_));
    revision_ = revision;
  }
  return documents_;
}

std::shared_ptr<const CachedDocument> CustomDocuments::find(std::string_view name) const {
  if (none()) return nullptr;
  const auto documents = current();
  const auto found = documents->find(name);
  return found == documents->end() ? nullptr : found->second;
}

}  // namespace kaudit::apiserver::nonresource
