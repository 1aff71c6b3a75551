#pragma once

#include "audit/evaluator.hpp"

namespace kaudit::apiserver::testapi {

/// What the ring records where there is no policy: all stages of every request, with its bodies.
class EverythingRecorded final : public audit::Evaluator {
 public:
  audit::Decision evaluate(const audit::Attributes& /*attributes*/) const noexcept override {
    audit::Decision decision;
    decision.level = audit::Level::RequestResponse;
    return decision;
  }
};

}  // namespace kaudit::apiserver::testapi
