import io.kubernetes.client.Copy;
import io.kubernetes.client.Exec;
import io.kubernetes.client.PodLogs;
import io.kubernetes.client.PortForward;
import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.kubernetes.client.extended.leaderelection.LeaderElector;
import io.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.*;
import io.kubernetes.client.openapi.models.*;
import io.kubernetes.client.util.*;
import io.kubernetes.client.util.generic.GenericKubernetesApi;
import io.kubernetes.client.util.generic.dynamic.DynamicKubernetesApi;
import java.io.FileReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.*;

/** The official Java client against a running server: a line a call, `ok|FAIL NAME MESSAGE`, then the counts. */
public class JavaCalls {
  interface Call { void run() throws Exception; }

  static final String NS = "default";
  static final Map<String, Call> TABLE = new LinkedHashMap<>();
  static ApiClient client;
  static CoreV1Api core;
  static AppsV1Api apps;

  static void want(String what, Object got, Object expected) {
    if (!Objects.equals(got, expected)) throw new AssertionError(what + ": got " + got + ", want " + expected);
  }

  static void fails(int code, Call call) throws Exception {
    try {
      call.run();
    } catch (ApiException error) {
      want("code", error.getCode(), code);
      return;
    }
    throw new AssertionError("it succeeded, but was to fail with " + code);
  }

  static ApiClient connect(String variable) throws Exception {
    return ClientBuilder.kubeconfig(KubeConfig.loadKubeConfig(new FileReader(System.getenv(variable)))).setReadTimeout(Duration.ZERO).build();
  }

  static V1ObjectMeta meta(String name) { return new V1ObjectMeta().name(name).namespace(NS).putLabelsItem("of", "java"); }
  static V1ConfigMap map(String name) { return new V1ConfigMap().apiVersion("v1").kind("ConfigMap").metadata(meta(name)).putDataItem("a", "1"); }
  static V1PodSpec podSpec() { return new V1PodSpec().addContainersItem(new V1Container().name("c").image("nginx")); }
  static V1Pod pod(String name) { return new V1Pod().metadata(meta(name)).spec(podSpec()); }

  static V1Deployment deployment(String name) {
    var labels = Map.of("app", name);
    return new V1Deployment().metadata(meta(name)).spec(new V1DeploymentSpec().replicas(2).selector(new V1LabelSelector().matchLabels(labels))
        .template(new V1PodTemplateSpec().metadata(new V1ObjectMeta().labels(labels)).spec(podSpec())));
  }

  static V1ConfigMap patched(String format, String body) throws ApiException {
    return PatchUtils.patch(V1ConfigMap.class, () -> core.patchNamespacedConfigMap("cm", NS, new V1Patch(body)).fieldManager("java").force("application/apply-patch+yaml".equals(format) ? true : null).buildCall(null), format, client);
  }

  static int exec(String... command) throws Exception {
    Process process = new Exec(client).exec(NS, "runs", command, false, false);
    process.getInputStream().readAllBytes();
    want("ended", process.waitFor(20, TimeUnit.SECONDS), true);
    return process.exitValue();
  }

  static void objects() {
    TABLE.put("version", () -> want("major", new VersionApi(client).getCode().execute().getMajor(), "1"));
    TABLE.put("groups", () -> want("many", new ApisApi(client).getAPIVersions().execute().getGroups().size() > 10, true));
    TABLE.put("create", () -> want("a", core.createNamespacedConfigMap(NS, map("cm")).execute().getData().get("a"), "1"));
    TABLE.put("create again", () -> fails(409, () -> core.createNamespacedConfigMap(NS, map("cm")).execute()));
    TABLE.put("create invalid", () -> fails(422, () -> core.createNamespacedConfigMap(NS, map("Not_A_Name")).execute()));
    TABLE.put("create dry run", () -> {
      core.createNamespacedConfigMap(NS, map("dry")).dryRun("All").execute();
      fails(404, () -> core.readNamespacedConfigMap("dry", NS).execute());
    });
    TABLE.put("read", () -> want("label", core.readNamespacedConfigMap("cm", NS).execute().getMetadata().getLabels().get("of"), "java"));
    TABLE.put("list by labels", () -> want("items", core.listConfigMapForAllNamespaces().labelSelector("of=java").execute().getItems().size(), 1));
    TABLE.put("list by pages", () -> {
      var page = new RbacAuthorizationV1Api(client).listClusterRole().limit(5).execute();
      want("items", new RbacAuthorizationV1Api(client).listClusterRole().limit(5)._continue(page.getMetadata().getContinue()).execute().getItems().size(), 5);
    });
    TABLE.put("replace", () -> want("b", core.replaceNamespacedConfigMap("cm", NS, core.readNamespacedConfigMap("cm", NS).execute().putDataItem("b", "2")).execute().getData().get("b"), "2"));
    TABLE.put("patch json", () -> want("j", patched("application/json-patch+json", "[{\"op\":\"add\",\"path\":\"/data/j\",\"value\":\"1\"}]").getData().get("j"), "1"));
    TABLE.put("patch merge", () -> want("m", patched("application/merge-patch+json", "{\"data\":{\"m\":\"1\"}}").getData().get("m"), "1"));
    TABLE.put("patch strategic", () -> want("s", patched("application/strategic-merge-patch+json", "{\"data\":{\"s\":\"1\"}}").getData().get("s"), "1"));
    TABLE.put("patch apply", () -> want("p", patched("application/apply-patch+yaml", "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"cm\"},\"data\":{\"p\":\"1\"}}").getData().get("p"), "1"));
    TABLE.put("deployment, its scale", () -> {
      apps.createNamespacedDeployment(NS, deployment("web")).execute();
      var scale = apps.readNamespacedDeploymentScale("web", NS).execute();
      scale.getSpec().setReplicas(5);
      want("replicas", apps.replaceNamespacedDeploymentScale("web", NS, scale).execute().getSpec().getReplicas(), 5);
    });
    TABLE.put("service, secret, job", () -> {
      core.createNamespacedService(NS, new V1Service().metadata(meta("svc")).spec(new V1ServiceSpec().addPortsItem(new V1ServicePort().port(80).targetPort(new IntOrString("http"))))).execute();
      want("p", new String(core.createNamespacedSecret(NS, new V1Secret().metadata(meta("s")).putStringDataItem("p", "w")).execute().getData().get("p")), "w");
      new BatchV1Api(client).createNamespacedJob(NS, new V1Job().metadata(meta("j")).spec(new V1JobSpec().template(new V1PodTemplateSpec().spec(podSpec().restartPolicy("Never"))))).execute();
    });
    TABLE.put("generic client", () -> {
      var maps = new GenericKubernetesApi<>(V1ConfigMap.class, V1ConfigMapList.class, "", "v1", "configmaps", client);
      want("created", maps.create(map("generic")).isSuccess(), true);
      want("listed", maps.list(NS).isSuccess(), true);
      want("deleted", maps.delete(NS, "generic").isSuccess(), true);
    });
    TABLE.put("dynamic client", () -> want("kind", new DynamicKubernetesApi("", "v1", "configmaps", client).get(NS, "cm").getObject().getKind(), "ConfigMap"));
  }

  static void podsAndOthers() {
    TABLE.put("pod", () -> core.createNamespacedPod(NS, pod("runs")).execute());
    TABLE.put("pod logs", () -> want("text", core.readNamespacedPodLog("runs", NS).tailLines(1).execute().isEmpty(), false));
    TABLE.put("pod logs, streamed", () -> {
      try (var stream = new PodLogs(client).streamNamespacedPodLog(NS, "runs", "c")) { want("a byte", stream.read() >= 0, true); }
    });
    TABLE.put("exec", () -> want("exit code", exec("echo", "hello"), 0));
    TABLE.put("exec: exit code", () -> want("exit code", exec("sh", "-c", "exit 3"), 3));
    TABLE.put("copy a file into a pod and out of it", () -> {
      var copy = new Copy(client);
      copy.copyFileToPod(NS, "runs", "c", "hello".getBytes(), Path.of("/tmp/copied"));
      try (var back = copy.copyFileFromPod(NS, "runs", "/tmp/copied")) { want("text", new String(back.readAllBytes()), "hello"); }
    });
    TABLE.put("port-forward", () -> {
      var running = core.readNamespacedPod("runs", NS).execute();
      running.getStatus().setPhase("Running");
      core.replaceNamespacedPodStatus("runs", NS, running).execute();
      var forward = new PortForward(client).forward(NS, "runs", List.of(7));
      forward.getOutboundStream(7).write("ping".getBytes());
      forward.getOutboundStream(7).flush();
      want("echo", new String(forward.getInputStream(7).readNBytes(4)), "ping");
    });
    TABLE.put("eviction", () -> {
      core.createNamespacedPod(NS, pod("evicted")).execute();
      // The answer is a Status, which the client takes for an Eviction.
      try (var answer = core.createNamespacedPodEviction("evicted", NS, new V1Eviction().metadata(meta("evicted"))).buildCall(null).execute()) { want("code", answer.code(), 201); }
    });
    TABLE.put("access review", () -> want("allowed", new AuthorizationV1Api(client).createSelfSubjectAccessReview(new V1SelfSubjectAccessReview().spec(new V1SelfSubjectAccessReviewSpec().resourceAttributes(new V1ResourceAttributes().namespace(NS).verb("list").resource("secrets")))).execute().getStatus().getAllowed(), true));
    TABLE.put("token of a service account", () -> {
      core.createNamespacedServiceAccount(NS, new V1ServiceAccount().metadata(meta("sa"))).execute();
      want("a token", core.createNamespacedServiceAccountToken("sa", NS, new AuthenticationV1TokenRequest().spec(new V1TokenRequestSpec().audiences(List.of()).expirationSeconds(3600L))).execute().getStatus().getToken().split("\\.").length, 3);
    });
    TABLE.put("by the client certificate", () -> new CoreV1Api(connect("KUBECONFIG")).listNamespacedSecret(NS).execute());
    TABLE.put("watch", () -> {
      try (Watch<V1ConfigMap> watch = Watch.createWatch(client, core.listNamespacedConfigMap(NS).fieldSelector("metadata.name=watched").watch(true).buildCall(null), new com.google.gson.reflect.TypeToken<Watch.Response<V1ConfigMap>>() {}.getType())) {
        core.createNamespacedConfigMap(NS, map("watched")).execute();
        want("event", watch.next().type, "ADDED");
      }
    });
    TABLE.put("informer", () -> {
      var factory = new SharedInformerFactory(client);
      var informer = factory.sharedIndexInformerFor(p -> core.listNamespacedConfigMap(NS).resourceVersion(p.resourceVersion).timeoutSeconds(p.timeoutSeconds).watch(p.watch).buildCall(null), V1ConfigMap.class, V1ConfigMapList.class);
      factory.startAllRegisteredInformers();
      for (long end = System.nanoTime() + 20_000_000_000L; informer.getIndexer().getByKey("default/cm") == null; Thread.sleep(10)) {
        if (System.nanoTime() > end) throw new AssertionError("the informer does not see it");
      }
      factory.stopAllRegisteredInformers();
    });
    TABLE.put("leader election", () -> {
      var led = new CompletableFuture<Boolean>();
      var elector = new LeaderElector(new LeaderElectionConfig(new LeaseLock(NS, "leader", "me", client), Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(1)));
      var thread = new Thread(() -> elector.run(() -> led.complete(true), () -> {}));
      thread.setDaemon(true);
      thread.start();
      want("led", led.get(20, TimeUnit.SECONDS), true);
    });
    TABLE.put("delete", () -> want("status", core.deleteNamespacedConfigMap("cm", NS).execute().getStatus(), "Success"));
    TABLE.put("delete with options", () -> apps.deleteNamespacedDeployment("web", NS).body(new V1DeleteOptions().propagationPolicy("Background")).execute());
    TABLE.put("delete a collection", () -> core.deleteCollectionNamespacedConfigMap(NS).labelSelector("of=java").executeWithHttpInfo());
  }

  public static void main(String[] arguments) throws Exception {
    client = connect("KAUDIT_TOKEN_KUBECONFIG");
    core = new CoreV1Api(client);
    apps = new AppsV1Api(client);
    objects();
    podsAndOthers();
    int failed = 0;
    for (var entry : TABLE.entrySet()) {
      try {
        entry.getValue().run();
        System.out.println("ok " + entry.getKey());
      } catch (Throwable error) {
        failed++;
        String text = error instanceof ApiException ? error + " " + ((ApiException) error).getResponseBody() : String.valueOf(error);
        System.out.println("FAIL " + entry.getKey() + " " + text.replace('\n', ' '));
      }
    }
    System.out.println(TABLE.size() - failed + " passed, " + failed + " failed");
    System.exit(failed == 0 ? 0 : 1);
  }
}
