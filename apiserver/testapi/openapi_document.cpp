#include "apiserver/testapi/test_api.hpp"

namespace kaudit::apiserver::testapi {

std::string_view openapi_document() noexcept {
  // One string of 64 KiB at most is what every compiler takes.
  constexpr std::string_view kDocument =
#include "apiserver/testapi/test_api.inc"
      ;
  return kDocument;
}

}  // namespace kaudit::apiserver::testapi
