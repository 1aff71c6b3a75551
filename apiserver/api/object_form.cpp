#include "apiserver/api/object_form.hpp"

#include "apiserver/objects/tree/json.hpp"
#include "apiserver/objects/versions/versions.hpp"
#include "base/text/timestamp.hpp"

namespace kaudit::apiserver::api {

std::string ObjectForm::name() const {
  const std::string form = name_of_form();
  return is_stored_version() ? form : std::string(resource_.api_version) + " " + form;
}

bool ObjectForm::is_stored_version() const noexcept {
  return &objects::stored_as(resource_) == &resource_;
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

void ObjectForm::append(std::string& out, std::string_view object) const {
  if (is_stored_version()) return append_form(out, object);
  const auto tree = objects::Json::parse(object);
  append_form(out, tree ? objects::in_version(*tree, resource_).dump() : std::string(object));
}

void ObjectForm::append_form(std::string& out, std::string_view object) const {
  if (view_.form == objects::table::Form::Whole) {
    out += object;
    return;
  }
  const auto shown = objects::table::show(resource_, view_, object, Timestamp::now(), header_);
  out += shown ? std::string_view(*shown) : object;
}

}  // namespace kaudit::apiserver::api
