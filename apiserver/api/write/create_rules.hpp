#pragma once

#include "apiserver/api/call.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// What a real server fills in when an object is created, after the decoder's defaults: so that it
/// is in the answer and in the store but not in the event's requestObject. Pods get what admission
/// gives them (service account, priority, tolerations), a phase and a QoS class; Services their
/// addresses; Jobs their selector; claims both names of where their data comes from;
/// CertificateSigningRequests who asks. (defaults.json, stages
/// `admission` and `create`)
void apply_create_rules(const Call& call, objects::Json& object);

/// The part of it that is admission's: plugins that need nothing but the object. For webhooks that
/// are asked behind them. To do it twice is to do it once.
void apply_admission_defaults(const Call& call, objects::Json& object);

}  // namespace kaudit::apiserver::api
