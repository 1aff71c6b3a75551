#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "backends/decorators/decorator.hpp"

namespace kaudit::backends {

/// Says yes whatever the delegate says: in mode `blocking` a failed backend, which has counted and
/// logged the loss, never refuses a request. Owns the delegate. (k8s.io/apiserver
/// ignoreErrorsBackend)
class IgnoreErrors final : public Decorator, public audit::PassingSink, public audit::ByLine {
 public:
  explicit IgnoreErrors(std::unique_ptr<audit::Backend> delegate)
      : Decorator(std::move(delegate)),
        passing_(this->delegate().passing()),
        in_lines_(passing_ == nullptr ? nullptr : passing_->in_lines()) {}

  bool process(std::span<const audit::EventPtr> events) override;
  audit::PassingSink* passing() noexcept override { return passing_ == nullptr ? nullptr : this; }
  bool process_passing(const audit::Event& event) override;
  audit::ByLine* in_lines() noexcept override { return in_lines_ == nullptr ? nullptr : this; }
  void write_line(JsonWriter& writer, const audit::Event& event) const override;
  bool deliver_lines(std::string_view lines) override;
  std::string describe() const override;

 private:
  // The delegate's.
  audit::PassingSink* const passing_;
  audit::ByLine* const in_lines_;
};

}  // namespace kaudit::backends
