#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apiserver/custom/definition.hpp"
#include "apiserver/objects/tree/json.hpp"
#include "apiserver/objects/validate/words/field_error.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::custom {

using objects::validate::FieldError;

/// An object of a custom resource as a client sent it, in the form in which the server has it.
struct Instance {
  objects::Json object;
  std::vector<std::string> complaints;  ///< `unknown field "spec.x"`, in order
};

/// Prunes, completes and orders what a client sent, by the schema of that version. An object that
/// calls itself another kind keeps what it has. Error: the text of a decoding error. (apiextensions
/// customresource_handler schemaCoercingDecoder, unstructuredDefaulter)
Result<Instance> read_instance(const Version& version, objects::Json sent);

/// An object that was stored by an earlier definition, or in another version, in that version's
/// form: apiVersion is rewritten where there is no webhook (conversion None), unknown members and
/// malformed metadata go, defaults come.
objects::Json in_form_of(const Version& version, objects::Json stored);

/// What is wrong with an object that is to be created, its metadata aside.
std::vector<FieldError> errors_of_new(const Version& version, const objects::Json& object);

/// The same for what is to become of an object by a write to it (`part` is "") or to its `status`;
/// nothing for other parts.
std::vector<FieldError> errors_of_change(const Version& version, std::string_view part,
                                         const objects::Json& before, const objects::Json& after);

/// Whether an object calls itself what the version's objects are called; else the errors.
std::vector<FieldError> errors_of_type(const Version& version, const objects::Json& object);

}  // namespace kaudit::apiserver::custom
