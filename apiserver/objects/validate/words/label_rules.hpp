#pragma once

#include <cstdint>
#include <string_view>

#include "apiserver/objects/tree/json.hpp"
#include "apiserver/objects/validate/words/findings.hpp"

namespace kaudit::apiserver::objects::validate {

/// Keys and values of labels at `path`. (apimachinery ValidateLabels)
void check_labels(const FieldPath& path, const Json* object, std::string_view name,
                  Findings& findings);

/// Keys of annotations, and their size all together. (ValidateAnnotations)
void check_annotations(const FieldPath& path, const Json* object, std::string_view name,
                       Findings& findings);

/// A LabelSelector; null is a good one. (ValidateLabelSelector)
void check_label_selector(const FieldPath& path, const Json* selector, Findings& findings);

/// How a selector stands to labels. One without requirements matches everything.
enum class SelectorMatch : std::uint8_t { Matches, DoesNotMatch, Unreadable };
SelectorMatch match_labels(const Json* selector, const Json* labels);

/// True when it has a requirement.
bool has_requirements(const Json* selector) noexcept;

}  // namespace kaudit::apiserver::objects::validate
