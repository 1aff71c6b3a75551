#pragma once

#include <string>

#include "apiserver/objects/schema/schema.hpp"
#include "apiserver/objects/schema/verdict.hpp"

namespace kaudit::apiserver::objects::schema {

/// The length of a text and its pattern. (kube-openapi pkg/validation/validate stringValidator)
Verdict check_text(const Schema& schema, const std::string& text, const std::string& path);

/// Its format. (formatValidator)
Verdict check_format(const Schema& schema, const std::string& text, const std::string& path);

}  // namespace kaudit::apiserver::objects::schema
