#include "apiserver/objects/validate/words/field_path.hpp"

namespace kaudit::apiserver::objects::validate {

std::string FieldPath::text() const {
  std::string text = parent_ ? parent_->text() : std::string();
  switch (kind_) {
    case Kind::Child:
      if (!text.empty() && !name_.empty()) text += '.';
      text += name_;
      break;
    case Kind::Index:
      text.append("[").append(std::to_string(index_)).append("]");
      break;
    case Kind::Key:
      text.append("[").append(name_).append("]");
      break;
  }
  return text;
}

}  // namespace kaudit::apiserver::objects::validate
