#pragma once

#include <string>

#include "cli/events/request_story.hpp"
#include "policy/policy.hpp"

namespace kaudit::cli {

/// The policy that stories are held against.
struct StoryPolicy {
  policy::Policy policy;
  std::string text;  ///< of the file: the comment above a rule says what it is for
};

/// A request for people: verb and URI, its events, the rule that made them, who asked. `policy` may
/// be null.
void append_story_text(std::string& out, const RequestStory& story, const StoryPolicy* policy);

/// The same as one JSON line.
void append_story_json(std::string& out, const RequestStory& story, const StoryPolicy* policy);

}  // namespace kaudit::cli
