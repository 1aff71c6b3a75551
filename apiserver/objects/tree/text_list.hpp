#pragma once

#include <ranges>
#include <utility>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects {

/// A list of texts.
Json list_of(const std::ranges::range auto& texts) {
  Json::Array list;
  for (const auto& text : texts) list.emplace_back(text);
  return Json(std::move(list));
}

}  // namespace kaudit::apiserver::objects
