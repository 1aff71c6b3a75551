#pragma once

#include <memory>

#include "audit/event.hpp"

namespace kaudit::backends::testing {

/// An event of level Metadata as a real server makes it: about 830 bytes as JSON.
inline audit::EventPtr metadata_event() {
  auto event = std::make_shared<audit::Event>();
  event->level = audit::Level::Metadata;
  event->audit_id = "6b2c6bd0-7b0c-4b3e-9a39-0d5c9d7b5f10";
  event->stage = audit::Stage::ResponseComplete;
  event->request_uri = "/apis/apps/v1/namespaces/default/deployments/web?timeout=30s";
  event->verb = "get";
  event->user = audit::UserInfo{
      "system:serviceaccount:default:deployer",
      "0d2f2f4c-8e0b-4b6b-8f61-3f2f9f8f2c11",
      {"system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"},
      {}};
  event->source = audit::RequestSource{{"10.0.0.7", "192.168.1.4"},
                                       "kubectl/v1.33.0 (linux/amd64) kubernetes/60a317e"};
  event->object_ref = {"deployments", "default", "web", "", "apps", "v1", "", ""};
  event->response_status.emplace().code = 200;
  event->request_received_timestamp = {1767323045, 678'901'234};
  event->stage_timestamp = {1767323045, 699'999'999};
  event->annotations = {
      {"authorization.k8s.io/decision", "allow"},
      {"authorization.k8s.io/reason",
       "RBAC: allowed by ClusterRoleBinding \"deployers\" of ClusterRole \"edit\" to "
       "ServiceAccount \"deployer/default\""}};
  return event;
}

}  // namespace kaudit::backends::testing
