#pragma once

#include "apiserver/objects/validate/warnings/warning_list.hpp"

namespace kaudit::apiserver::objects::validate {

void warn_of_new_pod(const Json& pod, WarningList& warnings);
/// A Deployment, ReplicaSet or ReplicationController.
void warn_of_new_workload(const Json& workload, WarningList& warnings);
void warn_of_new_daemon_set(const Json& set, WarningList& warnings);
void warn_of_new_stateful_set(const Json& set, WarningList& warnings);
void warn_of_new_job(const Json& job, WarningList& warnings);
void warn_of_new_cron_job(const Json& job, WarningList& warnings);
void warn_of_new_pod_template(const Json& pod_template, WarningList& warnings);

// Of a change only where it is one of what the generation counts.

void warn_of_workload_change(const Json& before, const Json& after, WarningList& warnings);
void warn_of_deployment_change(const Json& before, const Json& after, WarningList& warnings);
void warn_of_daemon_set_change(const Json& before, const Json& after, WarningList& warnings);
void warn_of_replication_controller_change(const Json& before, const Json& after,
                                           WarningList& warnings);
void warn_of_stateful_set_change(const Json& before, const Json& after, WarningList& warnings);
void warn_of_job_change(const Json& before, const Json& after, WarningList& warnings);
void warn_of_cron_job_change(const Json& before, const Json& after, WarningList& warnings);
void warn_of_pod_template_change(const Json& before, const Json& after, WarningList& warnings);

}  // namespace kaudit::apiserver::objects::validate
