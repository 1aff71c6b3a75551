#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/evaluator.hpp"
#include "base/yaml/node.hpp"
#include "policy/lint/finding.hpp"
#include "policy/lint/server_flags.hpp"
#include "policy/loader.hpp"
#include "policy/policy.hpp"
#include "policy/type_check.hpp"

namespace kaudit::policy::lint {

// One look at a policy each; they do not know of each other. Those with an evaluator need a policy
// that validate() has passed.

/// KA001-KA010: a file that is not a document, and a document that the loader refuses. `types` is
/// the result of check_types() for a Policy, whatever the document's apiVersion. The kind of a
/// document that is another kind of object and holds nothing of a policy; "" for all others.
std::string other_kind(const yaml::Document& document);
void find_syntax_error(const LoadReport& report, std::string_view text, Findings& findings);
void find_refusals(const LoadReport& report, const yaml::Document& document,
                   const TypeReport& types, Findings& findings);

/// KA101-KA104, KA106: what the server drops, or reads otherwise than it looks.
void find_dropped_fields(const TypeReport& types, const yaml::Document& document,
                         const Policy& policy, Findings& findings);
void find_empty_conditions(const yaml::Document& document, Findings& findings);
/// KA105. `text` is the source text.
void find_second_document(std::string_view text, Findings& findings);

/// KA201
void find_unreachable_rules(const Policy& policy, const audit::Evaluator& evaluator,
                            Findings& findings);
/// KA202-KA206, KA208, KA209, KA214, KA215: resources and their groups and names.
void find_dead_resources(const Policy& policy, Findings& findings);
/// KA206, KA207, KA210-KA213: users, groups, verbs, namespaces and paths.
void find_dead_values(const Policy& policy, Findings& findings);

/// KA301-KA308, KA312, KA313, KA401-KA409, KA411, KA412: what becomes of the probes.
void find_unrecorded(const Policy& policy, const audit::Evaluator& evaluator, Findings& findings);
void find_bodies(const Policy& policy, const audit::Evaluator& evaluator, Findings& findings);
void find_noise(const Policy& policy, const audit::Evaluator& evaluator, Findings& findings);

/// KA309-KA311, KA410: stages and what is said twice.
void find_stage_problems(const Policy& policy, const ServerFlags& flags, Findings& findings);

}  // namespace kaudit::policy::lint
