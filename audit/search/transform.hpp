#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "audit/search/evaluation.hpp"
#include "audit/search/term.hpp"

namespace kaudit::audit::search {

/// A term, ready to be read from many events. Immutable.
class ReadyTerm {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  /// Adds the fields that it needs to the set.
  static ReadyTerm compile(const Term& term, FieldSet& fields);

  /// The slot of a term that is a field and nothing else; kNone for others.
  std::size_t slot() const noexcept { return slot_; }
  /// Its texts in an event: the field's own, or those that are made, in `made`. None: it is absent,
  /// as it is when something in it is, or cannot be decoded.
  const FieldValues& read(Evaluation& event, FieldValues& made) const {
    return slot_ != kNone ? event.values(slot_) : make(event, made);
  }

 private:
  const FieldValues& make(Evaluation& event, FieldValues& made) const;
  void call(Evaluation& event, FieldValues& made) const;
  bool append(Evaluation& event, std::string& out, std::string_view between) const;

  std::size_t slot_ = kNone;
  Term::Kind kind_ = Term::Kind::Field;
  Function function_{};
  bool counts_elements_ = false;  ///< the length of a list
  std::string text_;
  std::vector<ReadyTerm> parts_;
};

}  // namespace kaudit::audit::search
