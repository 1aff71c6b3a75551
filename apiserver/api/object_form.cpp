#include "apiserver/api/object_form.hpp"

#include "audit/timestamp.hpp"

namespace kaudit::apiserver::api {

std::string ObjectForm::name() const {
  switch (view_.form) {
    case table::Form::Whole:
      return "json";
    case table::Form::PartialMetadata:
    case table::Form::PartialMetadataList:
      return std::string("metadata ").append(view_.version);
    case table::Form::Table:
      break;
  }
  std::string text("table ");
  text.append(view_.version);
  text += static_cast<char>('0' + static_cast<int>(view_.include_object));
  return text += header_ == table::Header::Columns ? "+" : "-";
}

void ObjectForm::append(std::string& out, std::string_view object) const {
  if (view_.form == table::Form::Whole) {
    out += object;
    return;
  }
  const auto shown = table::show(resource_, view_, object, audit::Timestamp::now(), header_);
  out += shown ? std::string_view(*shown) : object;
}

}  // namespace kaudit::apiserver::api
