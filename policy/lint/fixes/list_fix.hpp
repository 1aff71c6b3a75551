#pragma once

#include "policy/lint/finding.hpp"

namespace kaudit::policy::lint {

/// Says how a text in the place of a list is written (KA003), ready to be pasted, and offers it as
/// an edit: `verbs: get, list` as `[get, list]`, `resources: [pods]` with the group of each. The
/// finding's path names the text.
void offer_list(Finding& finding, const Findings& findings);

}  // namespace kaudit::policy::lint
