//! kube-rs against a running server: a line a call, `ok|FAIL NAME MESSAGE`, then the counts.
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::future::Future;
use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use k8s_openapi::api::{
    apps::v1::Deployment,
    authentication::v1::{SelfSubjectReview, TokenRequest},
    authorization::v1::SelfSubjectAccessReview,
    coordination::v1::Lease,
    core::v1::{ConfigMap, Namespace, Pod, Secret, ServiceAccount},
    rbac::v1::ClusterRole,
};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{
    Api, ApiResource, AttachParams, DeleteParams, DynamicObject, EvictParams, GetParams, ListParams,
    LogParams, Patch, PatchParams, PostParams, WatchEvent, WatchParams,
};
use kube::core::{GroupVersionKind, PartialObjectMeta, PartialObjectMetaExt};
use kube::discovery::{Discovery, Scope};
use kube::runtime::{controller::Action, reflector, watcher, Controller, WatchStreamExt};
use kube::{Client, Config, CustomResource, CustomResourceExt, ResourceExt};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

type Outcome = Result<(), Box<dyn std::error::Error + Send + Sync>>;

#[derive(CustomResource, serde::Serialize, serde::Deserialize, Clone, Debug, schemars::JsonSchema)]
#[kube(group = "example.com", version = "v1", kind = "Gadget", namespaced, status = "GadgetStatus")]
struct GadgetSpec {
    size: i32,
}

#[derive(serde::Serialize, serde::Deserialize, Clone, Debug, Default, schemars::JsonSchema)]
struct GadgetStatus {
    ready: bool,
}

fn want<T: PartialEq + Debug>(what: &str, got: T, expected: T) -> Outcome {
    if got == expected {
        return Ok(());
    }
    Err(format!("{what}: got {got:?}, want {expected:?}").into())
}

fn fails<T>(code: u16, result: kube::Result<T>) -> Outcome {
    match result {
        Err(kube::Error::Api(status)) => want("code", status.code, code),
        Err(other) => Err(other.into()),
        Ok(_) => Err(format!("it succeeded, but was to fail with {code}").into()),
    }
}

fn typed<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> T {
    serde_json::from_value(value).expect("an object of our own")
}

fn config_map(name: &str, value: &str) -> ConfigMap {
    typed(json!({"metadata": {"name": name, "labels": {"of": "rust"}}, "data": {"a": value}}))
}

fn pod(name: &str) -> Pod {
    typed(json!({"metadata": {"name": name, "labels": {"app": "web"}},
                 "spec": {"containers": [{"name": "c", "image": "nginx"}]}}))
}

fn deployment(name: &str) -> Deployment {
    typed(json!({"metadata": {"name": name},
                 "spec": {"replicas": 2, "selector": {"matchLabels": {"app": name}},
                          "template": {"metadata": {"labels": {"app": name}},
                                       "spec": {"containers": [{"name": "c", "image": "nginx"}]}}}}))
}

/// Runs the calls one after the other.
#[derive(Default)]
struct Table {
    good: usize,
    bad: usize,
}

impl Table {
    async fn call(&mut self, name: &str, work: impl Future<Output = Outcome>) {
        let outcome = match tokio::time::timeout(Duration::from_secs(20), work).await {
            Ok(outcome) => outcome,
            Err(_) => Err("nothing within 20 s".into()),
        };
        match outcome {
            Ok(()) => {
                self.good += 1;
                println!("ok {name}");
            }
            Err(error) => {
                self.bad += 1;
                println!("FAIL {name} {error}");
            }
        }
    }
}

async fn output_of(maps: &Api<Pod>, name: &str, command: &[&str]) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    let mut attached = maps.exec(name, command.to_vec(), &AttachParams::default().stderr(false)).await?;
    let mut text = String::new();
    attached.stdout().ok_or("no stdout")?.read_to_string(&mut text).await?;
    attached.join().await?;
    Ok(text)
}

#[tokio::main]
async fn main() {
    let config = Config::infer().await.expect("a kubeconfig");
    let client = Client::try_from(config.clone()).expect("a client");
    let ns = "default";
    let maps: Api<ConfigMap> = Api::namespaced(client.clone(), ns);
    let pods: Api<Pod> = Api::namespaced(client.clone(), ns);
    let deployments: Api<Deployment> = Api::namespaced(client.clone(), ns);
    let post = PostParams::default();
    let merge = PatchParams::default();
    let mut table = Table::default();

    table.call("version", async { want("major", client.apiserver_version().await?.major, "1".into()) }).await;
    table.call("api groups", async { want("many", client.list_api_groups().await?.groups.len() > 10, true) }).await;
    table.call("core resources", async {
        let list = client.list_core_api_resources("v1").await?;
        want("pods", list.resources.iter().any(|r| r.name == "pods"), true)
    }).await;
    table.call("discovery", async {
        let found = Discovery::new(client.clone()).run().await?;
        let gvk = GroupVersionKind::gvk("apps", "v1", "Deployment");
        let (resource, capabilities) = found.resolve_gvk(&gvk).ok_or("no Deployment")?;
        want("plural", resource.plural, "deployments".into())?;
        want("scope", capabilities.scope == Scope::Namespaced, true)
    }).await;
    table.call("aggregated discovery", async {
        let found = Discovery::new(client.clone()).run_aggregated().await?;
        want("apps", found.get("apps").is_some(), true)
    }).await;
    table.call("create", async {
        let made = maps.create(&post, &config_map("cm", "1")).await?;
        want("a", made.data.ok_or("no data")?["a"].clone(), "1".into())
    }).await;
    table.call("create again", async { fails(409, maps.create(&post, &config_map("cm", "1")).await) }).await;
    table.call("create invalid", async { fails(422, maps.create(&post, &config_map("Not_A_Name", "1")).await) }).await;
    table.call("create dry run", async {
        let dry = PostParams { dry_run: true, ..PostParams::default() };
        maps.create(&dry, &config_map("dry", "1")).await?;
        want("none", maps.get_opt("dry").await?.is_none(), true)
    }).await;
    table.call("get", async { want("name", maps.get("cm").await?.name_any(), "cm".into()) }).await;
    table.call("get from the cache", async {
        maps.get_with("cm", &GetParams::at("0")).await?;
        Ok(())
    }).await;
    table.call("get what is not there", async { fails(404, maps.get("nope").await) }).await;
    table.call("list by labels", async { want("items", maps.list(&ListParams::default().labels("of=rust")).await?.items.len(), 1) }).await;
    table.call("list by fields", async {
        let all: Api<Namespace> = Api::all(client.clone());
        want("items", all.list(&ListParams::default().fields("metadata.name=kube-system")).await?.items.len(), 1)
    }).await;
    table.call("list by pages", async {
        let roles: Api<ClusterRole> = Api::all(client.clone());
        let (mut pages, mut names, mut params) = (0, 0, ListParams::default().limit(5));
        loop {
            let page = roles.list(&params).await?;
            (pages, names) = (pages + 1, names + page.items.len());
            match page.metadata.continue_ {
                Some(token) if !token.is_empty() => params = params.continue_token(&token),
                _ => break,
            }
        }
        want("pages", pages > 2 && names > 10, true)
    }).await;
    table.call("metadata", async {
        want("name", maps.get_metadata("cm").await?.name_any(), "cm".into())?;
        want("items", maps.list_metadata(&ListParams::default().labels("of=rust")).await?.items.len(), 1)
    }).await;
    table.call("replace", async {
        let mut map = maps.get("cm").await?;
        map.data.get_or_insert_with(BTreeMap::new).insert("b".into(), "2".into());
        want("b", maps.replace("cm", &post, &map).await?.data.ok_or("no data")?["b"].clone(), "2".into())
    }).await;
    table.call("replace conflict", async {
        let mut map = config_map("cm", "3");
        map.metadata.resource_version = Some("1".into());
        fails(409, maps.replace("cm", &post, &map).await)
    }).await;
    table.call("patch json", async {
        let patch: json_patch::Patch = typed(json!([{"op": "add", "path": "/data/j", "value": "1"}]));
        want("j", maps.patch("cm", &merge, &Patch::Json::<()>(patch)).await?.data.ok_or("no data")?["j"].clone(), "1".into())
    }).await;
    table.call("patch merge", async {
        let patch = json!({"data": {"m": "1"}});
        want("m", maps.patch("cm", &merge, &Patch::Merge(&patch)).await?.data.ok_or("no data")?["m"].clone(), "1".into())
    }).await;
    table.call("patch strategic", async {
        let patch = json!({"data": {"s": "1"}});
        want("s", maps.patch("cm", &merge, &Patch::Strategic(&patch)).await?.data.ok_or("no data")?["s"].clone(), "1".into())
    }).await;
    table.call("patch apply", async {
        let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "applied"}, "data": {"a": "1"}});
        let made = maps.patch("applied", &PatchParams::apply("rust").force(), &Patch::Apply(&map)).await?;
        want("manager", made.managed_fields()[0].manager.clone(), Some("rust".into()))
    }).await;
    table.call("patch metadata", async {
        let partial = kube::core::ObjectMeta { labels: Some([("of".into(), "rust".into())].into()), ..Default::default() }
            .into_request_partial::<ConfigMap>();
        want("name", maps.patch_metadata("applied", &PatchParams::apply("meta"), &Patch::Apply(&partial)).await?.name_any(), "applied".into())
    }).await;
    table.call("deployment", async {
        let made = deployments.create(&post, &deployment("web")).await?;
        want("strategy", made.spec.strategy.and_then(|s| s.type_), Some("RollingUpdate".into()))
    }).await;
    table.call("deployment status", async {
        let made = deployments.patch_status("web", &merge, &Patch::Merge(json!({"status": {"replicas": 2}}))).await?;
        want("replicas", made.status.and_then(|s| s.replicas), Some(2))
    }).await;
    table.call("scale", async {
        let scaled = deployments.patch_scale("web", &merge, &Patch::Merge(json!({"spec": {"replicas": 5}}))).await?;
        want("replicas", scaled.spec.and_then(|s| s.replicas), Some(5))?;
        want("name", deployments.get_scale("web").await?.name_any(), "web".into())
    }).await;
    table.call("restart", async {
        let made = deployments.restart("web").await?;
        let annotations = made.spec.template.metadata.and_then(|m| m.annotations).unwrap_or_default();
        want("annotation", annotations.contains_key("kube.kubernetes.io/restartedAt"), true)
    }).await;
    table.call("pod", async { want("phase", pods.create(&post, &pod("p")).await?.status.and_then(|s| s.phase), Some("Pending".into())) }).await;
    table.call("logs", async {
        pods.logs("p", &LogParams::default()).await?;
        Ok(())
    }).await;
    table.call("exec", async { want("text", output_of(&pods, "p", &["echo", "a", "b"]).await?, "a b\n".into()) }).await;
    table.call("exec with stdin", async {
        let params = AttachParams::default().stdin(true).stderr(false);
        let mut attached = pods.exec("p", vec!["cat"], &params).await?;
        let mut stdin = attached.stdin().ok_or("no stdin")?;
        stdin.write_all(b"hello").await?;
        stdin.shutdown().await?;
        drop(stdin);
        let mut text = String::new();
        attached.stdout().ok_or("no stdout")?.read_to_string(&mut text).await?;
        want("text", text, "hello".into())
    }).await;
    table.call("exec: exit code", async {
        let mut attached = pods.exec("p", vec!["sh", "-c", "exit 3"], &AttachParams::default()).await?;
        let status = attached.take_status().ok_or("no status")?.await.ok_or("nothing")?;
        want("reason", status.reason, Some("NonZeroExitCode".into()))
    }).await;
    table.call("port-forward", async {
        let mut forwarder = pods.portforward("p", &[8080]).await?;
        let mut stream = forwarder.take_stream(8080).ok_or("no stream")?;
        stream.write_all(b"ping").await?;
        let mut back = [0; 4];
        stream.read_exact(&mut back).await?;
        want("echo", &back, b"ping")
    }).await;
    table.call("evict", async {
        pods.create(&post, &pod("evicted")).await?;
        pods.evict("evicted", &EvictParams::default()).await?;
        want("gone", pods.get_opt("evicted").await?.is_none(), true)
    }).await;
    table.call("watch", async {
        let version = maps.list(&ListParams::default()).await?.metadata.resource_version.ok_or("no version")?;
        let mut stream = maps.watch(&WatchParams::default().timeout(10), &version).await?.boxed();
        maps.create(&post, &config_map("watched", "1")).await?;
        match stream.try_next().await? {
            Some(WatchEvent::Added(map)) => want("name", map.name_any(), "watched".into()),
            other => Err(format!("{other:?}").into()),
        }
    }).await;
    for (name, config) in [("watcher", watcher::Config::default()), ("watcher by watch list", watcher::Config::default().streaming_lists())] {
        table.call(name, async {
            let (reader, writer) = reflector::store();
            let stream = reflector(writer, watcher(maps.clone(), config.labels("of=rust"))).applied_objects();
            let task = tokio::spawn(async move { stream.for_each(|_| async {}).await });
            reader.wait_until_ready().await?;
            let count = reader.state().len();
            task.abort();
            want("maps", count, maps.list(&ListParams::default().labels("of=rust")).await?.items.len())
        }).await;
    }
    table.call("metadata watcher", async {
        let mut stream = watcher(Api::<PartialObjectMeta<ConfigMap>>::namespaced(client.clone(), ns), watcher::Config::default()).applied_objects().boxed();
        want("one", stream.try_next().await?.is_some(), true)
    }).await;
    table.call("dynamic", async {
        let resource = ApiResource::from_gvk(&GroupVersionKind::gvk("", "v1", "ConfigMap"));
        let dynamic: Api<DynamicObject> = Api::namespaced_with(client.clone(), ns, &resource);
        want("data", dynamic.get("cm").await?.data["data"]["a"].clone(), json!("1"))
    }).await;
    table.call("custom resources", async {
        let definitions: Api<CustomResourceDefinition> = Api::all(client.clone());
        definitions.create(&post, &Gadget::crd()).await?;
        kube::runtime::wait::await_condition(definitions.clone(), "gadgets.example.com", kube::runtime::conditions::is_crd_established()).await?;
        let gadgets: Api<Gadget> = Api::namespaced(client.clone(), ns);
        gadgets.create(&post, &Gadget::new("g", GadgetSpec { size: 3 })).await?;
        let mut made = gadgets.get("g").await?;
        made.status = Some(GadgetStatus { ready: true });
        want("ready", gadgets.replace_status("g", &post, &made).await?.status.ok_or("no status")?.ready, true)
    }).await;
    table.call("controller", async {
        let (sender, mut receiver) = tokio::sync::mpsc::channel(1);
        let gadgets: Api<Gadget> = Api::namespaced(client.clone(), ns);
        let controller = Controller::new(gadgets, watcher::Config::default())
            .run(
                |gadget, context: std::sync::Arc<tokio::sync::mpsc::Sender<String>>| async move {
                    let _ = context.try_send(gadget.name_any());
                    Ok::<_, std::io::Error>(Action::await_change())
                },
                |_, _, _| Action::await_change(),
                std::sync::Arc::new(sender),
            )
            .for_each(|_| async {});
        let task = tokio::spawn(controller);
        let name = receiver.recv().await;
        task.abort();
        want("reconciled", name, Some("g".into()))
    }).await;
    table.call("finalizers", async {
        let held = config_map("held", "1");
        maps.create(&post, &held).await?;
        maps.patch("held", &merge, &Patch::Merge(json!({"metadata": {"finalizers": ["example.com/hold"]}}))).await?;
        maps.delete("held", &DeleteParams::default()).await?;
        want("terminating", maps.get("held").await?.metadata.deletion_timestamp.is_some(), true)?;
        maps.patch("held", &merge, &Patch::Merge(json!({"metadata": {"finalizers": null}}))).await?;
        want("gone", maps.get_opt("held").await?.is_none(), true)
    }).await;
    table.call("secret", async {
        let secrets: Api<Secret> = Api::namespaced(client.clone(), ns);
        let made = secrets.create(&post, &typed(json!({"metadata": {"name": "s"}, "stringData": {"k": "v"}}))).await?;
        want("bytes", made.data.ok_or("no data")?["k"].0.clone(), b"v".to_vec())
    }).await;
    table.call("lease", async {
        let leases: Api<Lease> = Api::namespaced(client.clone(), ns);
        let made = leases.create(&post, &typed(json!({"metadata": {"name": "l"}, "spec": {"holderIdentity": "me"}}))).await?;
        want("holder", made.spec.and_then(|s| s.holder_identity), Some("me".into()))
    }).await;
    table.call("token of a service account", async {
        let accounts: Api<ServiceAccount> = Api::namespaced(client.clone(), ns);
        let request: TokenRequest = typed(json!({"spec": {"audiences": [], "expirationSeconds": 3600}}));
        let token = accounts.create_token_request("default", &post, &request).await?;
        want("a JWT", token.status.ok_or("no status")?.token.ok_or("no token")?.split('.').count(), 3)
    }).await;
    table.call("who am I", async {
        let reviews: Api<SelfSubjectReview> = Api::all(client.clone());
        let review = reviews.create(&post, &SelfSubjectReview::default()).await?;
        want("name", review.status.and_then(|s| s.user_info).and_then(|u| u.username).is_some(), true)
    }).await;
    table.call("may I", async {
        let reviews: Api<SelfSubjectAccessReview> = Api::all(client.clone());
        let asked = typed(json!({"spec": {"resourceAttributes": {"verb": "get", "resource": "pods"}}}));
        want("allowed", reviews.create(&post, &asked).await?.status.ok_or("no status")?.allowed, true)
    }).await;
    table.call("impersonate", async {
        let mut other = config.clone();
        other.auth_info.impersonate = Some("jane".into());
        let reviews: Api<SelfSubjectReview> = Api::all(Client::try_from(other)?);
        let review = reviews.create(&post, &SelfSubjectReview::default()).await?;
        want("name", review.status.and_then(|s| s.user_info).and_then(|u| u.username), Some("jane".into()))
    }).await;
    table.call("delete", async {
        maps.delete("cm", &DeleteParams::default()).await?;
        fails(404, maps.delete("cm", &DeleteParams::default()).await)
    }).await;
    table.call("delete with preconditions", async {
        let wrong = DeleteParams { preconditions: Some(kube::api::Preconditions { uid: Some("x".into()), resource_version: None }), ..Default::default() };
        fails(409, maps.delete("applied", &wrong).await)
    }).await;
    table.call("delete collection", async {
        let _ = maps.delete_collection(&DeleteParams::default(), &ListParams::default().labels("of=rust")).await?;
        want("left", maps.list(&ListParams::default().labels("of=rust")).await?.items.len(), 0)
    }).await;

    println!("{} ok, {} failed", table.good, table.bad);
    std::process::exit(i32::from(table.bad > 0));
}
