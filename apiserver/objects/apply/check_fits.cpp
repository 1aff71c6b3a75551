#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "apiserver/objects/apply/sorted_members.hpp"
#include "apiserver/objects/apply/typed_tree.hpp"
#include "apiserver/objects/patch/go_text.hpp"

namespace kaudit::apiserver::objects::apply {
namespace {

/// Goes through a value and notes what does not fit.
class Check {
 public:
  void value(const Json& value, const MergeType& type) {
    switch (type.shape(&value)) {
      case Shape::Scalar:
        if (const std::string error = type.scalar_error(value); !error.empty()) note(error);
        return;
      case Shape::List:
        list(value, type);
        return;
      case Shape::Map:
        map(value, type);
        return;
      case Shape::Any:
        return;
    }
  }

  Result<void> result() && {
    if (errors_.empty()) return {};
    if (errors_.size() == 1) return fail(std::move(errors_.front()));
    std::string text = "errors:";
    for (const std::string& error : errors_) text.append("\n  ").append(error);
    return fail(std::move(text));
  }

 private:
  void note(const std::string& error) {
    errors_.push_back(path_.empty() ? error : path_ + ": " + error);
  }

  void list(const Json& value, const MergeType& type) {
    if (value.is_null()) return;
    if (!value.array()) return note("expected list, got &{" + patch::go_text(value) + "}");
    const bool atomic = type.atomic(Shape::List);
    std::unordered_set<std::string> seen;
    for (std::size_t i = 0; i < value.array()->size(); ++i) {
      const Json& element = (*value.array())[i];
      const auto path = atomic
                            ? Result<PathElement>(PathElement::index(static_cast<std::int64_t>(i)))
                            : type.element_path(element);
      if (!path) return note("element " + std::to_string(i) + ": " + path.error().message);
      std::string shown;
      path->append_shown(shown);
      if (!atomic && !seen.insert(shown).second) note("duplicate entries for key " + shown);
      check_below(shown, element, type.element());
    }
  }

  void map(const Json& value, const MergeType& type) {
    if (value.is_null()) return;
    if (!value.object()) return note("expected map, got &{" + patch::go_text(value) + "}");
    for (const Json::Member* member : sorted_members(&value)) {
      const auto of_member = type.member(member->name);
      if (!of_member) {
        errors_.push_back(path_ + "." + member->name + ": field not declared in schema");
        return;
      }
      // Most are scalars as they should be, of which no path is shown.
      const bool fits = of_member->shape(&member->value) == Shape::Scalar &&
                        of_member->scalar_error(member->value).empty();
      if (!fits) check_below("." + member->name, member->value, *of_member);
    }
  }

  void check_below(const std::string& step, const Json& value_below, const MergeType& type) {
    const std::size_t size = path_.size();
    path_ += step;
    value(value_below, type);
    path_.resize(size);
  }

  std::string path_;
  std::vector<std::string> errors_;
};

}  // namespace

Result<void> check_fits(const Json& value, const MergeType& type) {
  Check check;
  check.value(value, type);
  return std::move(check).result();
}

}  // namespace kaudit::apiserver::objects::apply
