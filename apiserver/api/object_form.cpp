#include "apiserver/api/object_form.hpp"

#include "apiserver/api/object_version.hpp"
#include "apiserver/objects/versions/versions.hpp"
#include "base/text/timestamp.hpp"

namespace kaudit::apiserver::api {

std::string ObjectForm::name_now() const {
  std::string form = name_of_form();
  const objects::Resource& resource = call_.resource;
  if (call_.definition) {
    return std::string(resource.api_version) + "@" + std::to_string(call_.definition->since) + " " +
           form;
  }
  if (&objects::stored_as(resource) == &resource) return form;
  return std::string(resource.api_version) + " " + form;
}

std::string ObjectForm::name_of_form() const {
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

void ObjectForm::append(std::string& out, const objects::ObjectPtr& object) const {
  append_text(out, in_version_of(call_, object)->text());
}

void ObjectForm::append_text(std::string& out, std::string_view object) const {
  if (view_.form == objects::table::Form::Whole) {
    out += object;
    return;
  }
  const auto shown = objects::table::show(call_.resource, view_, object, Timestamp::now(), header_);
  out += shown ? std::string_view(*shown) : object;
}

}  // namespace kaudit::apiserver::api
