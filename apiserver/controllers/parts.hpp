#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::controllers {

using objects::Json;

// Parts of objects, as controllers look at them and make them.

/// JSON that is written in the code.
Json parsed(std::string_view text);
Json count(std::int64_t number);

/// A text of metadata.
std::string_view meta(const Json& object, std::string_view member);
/// A member some levels down; null when it is not there.
const Json* at(const Json& object, std::initializer_list<std::string_view> path);
/// A whole number some levels down.
std::int64_t number_at(const Json& object, std::initializer_list<std::string_view> path,
                       std::int64_t otherwise);
std::string_view text_at(const Json& object, std::initializer_list<std::string_view> path);

/// Its deletion has begun.
bool is_going(const Json& object);
/// The owner reference of who controls it; null when nobody does.
const Json* controller_of(const Json& object);
/// `[{apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true}]`
Json owned_by(const Json& owner);

/// A condition that is True; one that was, with the same reason, keeps its times.
Json condition(const Json& object, std::string_view type, std::string_view reason,
               std::string_view message);
std::string now_text();

/// How a template is told apart from others, as the label pod-template-hash shows it. (The letters
/// are those of apimachinery pkg/util/rand SafeEncodeString, the sum is of our own JSON.)
std::string template_hash(const Json& pod_template);

/// A Pod of that template, controlled by `owner`, without a name.
Json pod_of(const Json& owner, const Json& pod_template);
/// Whether a Pod ends by itself instead of running on: its restartPolicy is Never or OnFailure, as
/// that of a Job's always is, whoever made it. What its command does is not known, so its word for
/// "run once" is taken. (core/v1 PodSpec.restartPolicy; kubelet getPhase)
bool ends_by_itself(const Json& pod);
/// Whether a Pod is Ready.
bool is_ready(const Json& pod);
/// The object with another status; nothing has changed when it is the same.
bool set_status(Json& object, Json status);

}  // namespace kaudit::apiserver::controllers
