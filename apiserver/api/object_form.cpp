#include "apiserver/api/object_form.hpp"

#include "base/text/timestamp.hpp"

namespace kaudit::apiserver::api {

std::string ObjectForm::name() const {
  switch (view_.form) {
    case objects::table::Form::Whole:
      return "json";
    case objects::table::Form::PartialMetadata:
    case objects::table::Form::PartialMetadataList:
      return std::string("metadata ").append(view_.version);
    case objects::table::Form::Table:
      break;
  }
  std::string text("table ");
  text.append(view_.version);
  text += static_cast<char>('0' + static_cast<int>(view_.include_object));
  return text += header_ == objects::table::Header::Columns ? "+" : "-";
}

void ObjectForm::append(std::string& out, std::string_view object) const {
  if (view_.form == objects::table::Form::Whole) {
    out += object;
    return;
  }
  const auto shown = objects::table::show(resource_, view_, object, Timestamp::now(), header_);
  out += shown ? std::string_view(*shown) : object;
}

}  // namespace kaudit::apiserver::api
