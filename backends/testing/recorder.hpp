#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audit/decoder.hpp"
#include "audit/encoder.hpp"
#include "audit/report.hpp"
#include "audit/sink.hpp"
#include "base/mutex.hpp"

namespace kaudit::backends::testing {

/// A backend at the end of a pipeline that remembers what it got and can be made to wait or fail.
/// Its figures outlive it. Any thread.
class Recorder {
 public:
  /// The backend itself; ask for it once.
  std::unique_ptr<audit::Backend> backend() { return std::make_unique<End>(*this); }

  /// It takes lines; the events that it remembers are decoded.
  void take_lines() { takes_lines_ = true; }

  /// While it is closed process() waits, until it is opened or given up.
  void close_gate() { set_gate(true); }
  void open_gate() { set_gate(false); }
  /// Every n-th batch fails.
  void fail_every(std::size_t n) { fail_every_ = n; }
  void fail_start(std::string text) { start_error_ = std::move(text); }

  /// These wait until it is so.
  void wait_until_entered(std::size_t batches) {
    wait([&]() KAUDIT_REQUIRES(mutex_) { return entered_ >= batches; });
  }
  void wait_for_batches(std::size_t batches) {
    wait([&]() KAUDIT_REQUIRES(mutex_) { return batches_.size() >= batches; });
  }
  void wait_for_events(std::size_t events) {
    wait([&]() KAUDIT_REQUIRES(mutex_) { return events_ >= events; });
  }

  std::vector<std::vector<audit::EventPtr>> batches() const { return locked(&Recorder::batches_); }
  std::vector<std::size_t> sizes() const {
    std::vector<std::size_t> sizes;
    for (const auto& batch : batches()) sizes.push_back(batch.size());
    return sizes;
  }
  /// The audit IDs of all events.
  std::vector<std::string> ids() const {
    std::vector<std::string> ids;
    for (const auto& batch : batches()) {
      for (const audit::EventPtr& event : batch) ids.push_back(event->audit_id);
    }
    return ids;
  }
  std::size_t events() const { return locked(&Recorder::events_); }
  std::size_t failed_events() const { return locked(&Recorder::failed_events_); }
  /// Calls of process() at one time.
  std::size_t most_inside() const { return locked(&Recorder::most_inside_); }
  bool is_shut_down() const { return locked(&Recorder::shut_down_); }
  bool is_given_up() const { return locked(&Recorder::given_up_); }
  bool is_reopened() const { return locked(&Recorder::reopened_); }

 private:
  class End final : public audit::Backend, public audit::ByLine {
   public:
    explicit End(Recorder& recorder) : recorder_(recorder) {}
    Result<void> start() override {
      if (recorder_.start_error_.empty()) return {};
      return fail(recorder_.start_error_);
    }
    bool process(std::span<const audit::EventPtr> events) override {
      return recorder_.process(events);
    }
    void shutdown() override { recorder_.set(&Recorder::shut_down_); }
    void give_up() noexcept override { recorder_.set(&Recorder::given_up_); }
    std::string describe() const override { return "recorder"; }
    void report(audit::Report& to) const override {
      to.backend = "recorder";
      to.lost("failed", recorder_.failed_events());
    }
    Result<void> reopen() override {
      recorder_.set(&Recorder::reopened_);
      return {};
    }
    audit::ByLine* by_line() noexcept override { return recorder_.takes_lines_ ? this : nullptr; }
    void write_line(JsonWriter& writer, const audit::Event& event) const override {
      audit::write_event_line(writer, event);
    }
    bool deliver_lines(std::string_view lines) override {
      return recorder_.process(audit::decode_lines(lines));
    }

   private:
    Recorder& recorder_;
  };

  bool process(std::span<const audit::EventPtr> events) {
    Lock lock(mutex_);
    ++entered_;
    most_inside_ = std::max(most_inside_, ++inside_);
    changed_.notify_all();
    changed_.wait(lock, [&]() KAUDIT_REQUIRES(mutex_) { return !closed_ || given_up_; });
    --inside_;
    if (fail_every_ > 0 && entered_ % fail_every_ == 0) {
      failed_events_ += events.size();
      return false;
    }
    events_ += events.size();
    batches_.emplace_back(events.begin(), events.end());
    changed_.notify_all();
    return true;
  }

  template <typename Condition>
  void wait(Condition condition) {
    Lock lock(mutex_);
    changed_.wait(lock, condition);
  }
  template <typename Value>
  Value locked(Value Recorder::*member) const {
    const Lock lock(mutex_);
    return this->*member;
  }
  void set(bool Recorder::*flag) {
    const Lock lock(mutex_);
    this->*flag = true;
    changed_.notify_all();
  }
  void set_gate(bool closed) {
    const Lock lock(mutex_);
    closed_ = closed;
    changed_.notify_all();
  }

  bool takes_lines_ = false;
  std::size_t fail_every_ = 0;
  std::string start_error_;
  mutable Mutex mutex_;
  Condition changed_;
  std::vector<std::vector<audit::EventPtr>> batches_ KAUDIT_GUARDED_BY(mutex_);
  std::size_t events_ KAUDIT_GUARDED_BY(mutex_) = 0;
  std::size_t failed_events_ KAUDIT_GUARDED_BY(mutex_) = 0;
  std::size_t entered_ KAUDIT_GUARDED_BY(mutex_) = 0;
  std::size_t inside_ KAUDIT_GUARDED_BY(mutex_) = 0;
  std::size_t most_inside_ KAUDIT_GUARDED_BY(mutex_) = 0;
  bool closed_ KAUDIT_GUARDED_BY(mutex_) = false;
  bool shut_down_ KAUDIT_GUARDED_BY(mutex_) = false;
  bool given_up_ KAUDIT_GUARDED_BY(mutex_) = false;
  bool reopened_ KAUDIT_GUARDED_BY(mutex_) = false;
};

}  // namespace kaudit::backends::testing
