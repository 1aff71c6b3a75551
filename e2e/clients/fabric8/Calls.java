import io.fabric8.kubernetes.api.model.*;
import io.fabric8.kubernetes.api.model.apps.*;
import io.fabric8.kubernetes.api.model.authentication.*;
import io.fabric8.kubernetes.api.model.authorization.v1.*;
import io.fabric8.kubernetes.api.model.batch.v1.*;
import io.fabric8.kubernetes.api.model.rbac.*;
import io.fabric8.kubernetes.client.*;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.dsl.*;
import io.fabric8.kubernetes.client.dsl.base.*;
import io.fabric8.kubernetes.client.extended.leaderelection.*;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.*;
import java.io.*;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.*;

/** fabric8's client against a running server: a line a call, `ok|FAIL NAME MESSAGE`, then the counts. */
public class Calls {
  interface Call { void run() throws Exception; }

  static final String NS = "default";
  static final Map<String, Call> TABLE = new LinkedHashMap<>();
  static KubernetesClient client;

  static void want(String what, Object got, Object expected) {
    if (!Objects.equals(got, expected)) throw new AssertionError(what + ": got " + got + ", want " + expected);
  }

  static void fails(int code, Call call) throws Exception {
    try {
      call.run();
    } catch (KubernetesClientException error) {
      want("code", error.getCode(), code);
      return;
    }
    throw new AssertionError("it succeeded, but was to fail with " + code);
  }

  static ConfigMap configMap(String name, String... data) {
    var builder = new ConfigMapBuilder().withNewMetadata().withName(name).withNamespace(NS).addToLabels("of", "fabric8").endMetadata();
    for (int i = 0; i < data.length; i += 2) builder.addToData(data[i], data[i + 1]);
    return builder.build();
  }

  static Pod pod(String name) {
    return new PodBuilder().withNewMetadata().withName(name).withNamespace(NS).addToLabels("app", "web").endMetadata()
        .withNewSpec().addNewContainer().withName("c").withImage("nginx").endContainer().endSpec().build();
  }

  static Deployment deployment(String name) {
    return new DeploymentBuilder().withNewMetadata().withName(name).withNamespace(NS).endMetadata().withNewSpec().withReplicas(2)
        .withNewSelector().addToMatchLabels("app", name).endSelector()
        .withNewTemplate().withNewMetadata().addToLabels("app", name).endMetadata().withSpec(pod("x").getSpec()).endTemplate().endSpec().build();
  }

  static Resource<ConfigMap> map(String name) { return client.configMaps().inNamespace(NS).withName(name); }

  static KubernetesClient as(java.util.function.UnaryOperator<ConfigBuilder> change) throws IOException {
    var config = Config.fromKubeconfig(Files.readString(Path.of(System.getenv("KAUDIT_TOKEN_KUBECONFIG"))));
    return new KubernetesClientBuilder().withConfig(change.apply(new ConfigBuilder(config)).build()).build();
  }

  /** What a command in the pod prints, and its exit code. */
  static String exec(String input, String... command) throws Exception {
    var out = new ByteArrayOutputStream();
    var target = client.pods().inNamespace(NS).withName("runs");
    try (ExecWatch watch = input == null ? target.writingOutput(out).exec(command)
        : target.readingInput(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8))).writingOutput(out).exec(command)) {
      return watch.exitCode().get(20, TimeUnit.SECONDS) + " " + out;
    }
  }

  static void objects() {
    TABLE.put("version", () -> want("major", client.getKubernetesVersion().getMajor(), "1"));
    TABLE.put("groups", () -> want("many", client.getApiGroups().getGroups().size() > 10, true));
    TABLE.put("resources", () -> want("some", client.getApiResources("apps/v1").getResources().isEmpty(), false));
    TABLE.put("supports", () -> want("apps", client.supports(Deployment.class), true));
    TABLE.put("create", () -> want("a", client.resource(configMap("cm", "a", "1")).create().getData().get("a"), "1"));
    TABLE.put("create again", () -> fails(409, () -> client.resource(configMap("cm")).create()));
    TABLE.put("create invalid", () -> fails(422, () -> client.resource(configMap("Not_A_Name")).create()));
    TABLE.put("create dry run", () -> {
      client.resource(configMap("dry")).dryRun().create();
      want("stored", map("dry").get(), null);
    });
    TABLE.put("get", () -> want("label", map("cm").get().getMetadata().getLabels().get("of"), "fabric8"));
    TABLE.put("get missing", () -> want("nothing", map("nope").get(), null));
    TABLE.put("require missing", () -> {
      try { map("nope").require(); } catch (ResourceNotFoundException expected) { return; }
      throw new AssertionError("it is there");
    });
    TABLE.put("list by labels", () -> want("items", client.configMaps().inAnyNamespace().withLabel("of", "fabric8").list().getItems().size(), 1));
    TABLE.put("list by fields", () -> want("items", client.namespaces().withField("metadata.name", "kube-system").list().getItems().size(), 1));
    TABLE.put("list by pages", () -> {
      var page = client.rbac().clusterRoles().list(new ListOptionsBuilder().withLimit(5L).build());
      want("more", page.getMetadata().getContinue().isEmpty(), false);
      var next = new ListOptionsBuilder().withLimit(5L).withContinue(page.getMetadata().getContinue()).build();
      want("items", client.rbac().clusterRoles().list(next).getItems().size(), 5);
    });
    TABLE.put("edit (a JSON patch)", () -> want("b", map("cm").edit(m -> new ConfigMapBuilder(m).addToData("b", "2").build()).getData().get("b"), "2"));
    TABLE.put("update", () -> want("c", client.resource(new ConfigMapBuilder(map("cm").get()).addToData("c", "3").build()).update().getData().get("c"), "3"));
    TABLE.put("update conflict", () -> {
      var old = new ConfigMapBuilder(configMap("cm")).editMetadata().withResourceVersion("1").endMetadata().build();
      fails(409, () -> client.resource(old).update());
    });
    TABLE.put("patch merge", () -> want("m", map("cm").patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\":{\"m\":\"1\"}}").getData().get("m"), "1"));
    TABLE.put("patch strategic", () -> want("s", map("cm").patch(PatchContext.of(PatchType.STRATEGIC_MERGE), "{\"data\":{\"s\":\"1\"}}").getData().get("s"), "1"));
    TABLE.put("patch json", () -> map("cm").patch(PatchContext.of(PatchType.JSON), "[{\"op\":\"add\",\"path\":\"/data/j\",\"value\":\"1\"}]"));
    TABLE.put("server-side apply", () -> {
      client.resource(configMap("applied", "a", "1")).fieldManager("one").serverSideApply();
      fails(409, () -> client.resource(configMap("applied", "a", "2")).fieldManager("two").serverSideApply());
      client.resource(configMap("applied", "a", "2")).fieldManager("two").forceConflicts().serverSideApply();
    });
    TABLE.put("deployment", () -> want("strategy", client.resource(deployment("web")).create().getSpec().getStrategy().getType(), "RollingUpdate"));
    TABLE.put("deployment status", () -> want("replicas", client.apps().deployments().inNamespace(NS).withName("web").editStatus(d -> new DeploymentBuilder(d).editOrNewStatus().withReplicas(2).endStatus().build()).getStatus().getReplicas(), 2));
    TABLE.put("scale subresource", () -> {
      var scale = client.apps().deployments().inNamespace(NS).withName("web").scale();
      scale.getSpec().setReplicas(5);
      want("replicas", client.apps().deployments().inNamespace(NS).withName("web").scale(scale).getSpec().getReplicas(), 5);
    });
    TABLE.put("rolling restart", () -> client.apps().deployments().inNamespace(NS).withName("web").rolling().restart());
    TABLE.put("job, secret, service", () -> {
      client.resource(new JobBuilder().withNewMetadata().withName("j").withNamespace(NS).endMetadata().withNewSpec().withNewTemplate().withSpec(new PodSpecBuilder(pod("x").getSpec()).withRestartPolicy("Never").build()).endTemplate().endSpec().build()).create();
      want("p", client.resource(new SecretBuilder().withNewMetadata().withName("s").withNamespace(NS).endMetadata().addToStringData("p", "w").build()).create().getData().get("p"), "dw==");
      client.resource(new ServiceBuilder().withNewMetadata().withName("svc").withNamespace(NS).endMetadata().withNewSpec().addNewPort().withPort(80).endPort().endSpec().build()).create();
    });
    TABLE.put("load YAML", () -> client.load(new ByteArrayInputStream("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: y1}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: y2}\n".getBytes())).inNamespace(NS).create());
    TABLE.put("generic resources", () -> {
      var context = new ResourceDefinitionContext.Builder().withVersion("v1").withKind("ConfigMap").withPlural("configmaps").withNamespaced(true).build();
      want("kind", client.genericKubernetesResources(context).inNamespace(NS).withName("cm").get().getKind(), "ConfigMap");
    });
    TABLE.put("raw", () -> want("body", client.raw("/healthz"), "ok"));
  }

  static void pods() {
    TABLE.put("pod", () -> {
      client.resource(pod("runs")).create();
      client.pods().inNamespace(NS).withName("runs").editStatus(p -> new PodBuilder(p).editStatus().withPhase("Running").endStatus().build());
    });
    TABLE.put("pod logs", () -> want("text", client.pods().inNamespace(NS).withName("runs").tailingLines(1).getLog().isEmpty(), false));
    TABLE.put("pod logs, watched", () -> {
      try (LogWatch watch = client.pods().inNamespace(NS).withName("runs").watchLog()) {
        want("a byte", watch.getOutput().read() >= 0, true);
      }
    });
    TABLE.put("exec", () -> want("code and output", exec(null, "echo", "hello"), "0 hello\n"));
    TABLE.put("exec: exit code", () -> want("code and output", exec(null, "sh", "-c", "exit 3"), "3 "));
    TABLE.put("exec: input", () -> {
      try (ExecWatch watch = client.pods().inNamespace(NS).withName("runs").redirectingInput().redirectingOutput().exec("cat")) {
        watch.getInput().write("typed\n".getBytes());
        watch.getInput().flush();
        var read = new BufferedReader(new InputStreamReader(watch.getOutput()));
        want("echo", CompletableFuture.supplyAsync(() -> { try { return read.readLine(); } catch (IOException e) { return e.toString(); } }).get(20, TimeUnit.SECONDS), "typed");
      }
    });
    TABLE.put("attach", () -> {
      try (ExecWatch watch = client.pods().inNamespace(NS).withName("runs").redirectingInput().redirectingOutput().attach()) {
        watch.getInput().write("typed\n".getBytes());
        watch.getInput().flush();
        want("a byte", watch.getOutput().read() >= 0, true);
      }
    });
    TABLE.put("port-forward", () -> {
      try (LocalPortForward forward = client.pods().inNamespace(NS).withName("runs").portForward(7); Socket socket = new Socket("127.0.0.1", forward.getLocalPort())) {
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write("ping".getBytes());
        want("echo", new String(socket.getInputStream().readNBytes(4)), "ping");
      }
    });
    TABLE.put("evict", () -> {
      client.resource(pod("evicted")).create();
      want("evicted", client.pods().inNamespace(NS).withName("evicted").evict(), true);
    });
    TABLE.put("wait until a condition", () -> client.pods().inNamespace(NS).withName("runs").waitUntilCondition(p -> "Running".equals(p.getStatus().getPhase()), 20, TimeUnit.SECONDS));
  }

  static void others() {
    TABLE.put("access review", () -> {
      var review = new SelfSubjectAccessReviewBuilder().withNewSpec().withNewResourceAttributes().withNamespace(NS).withVerb("list").withResource("secrets").endResourceAttributes().endSpec().build();
      want("allowed", client.authorization().v1().selfSubjectAccessReview().create(review).getStatus().getAllowed(), true);
    });
    TABLE.put("token of a service account", () -> {
      client.resource(new ServiceAccountBuilder().withNewMetadata().withName("sa").withNamespace(NS).endMetadata().build()).create();
      var request = new TokenRequestBuilder().withNewSpec().withExpirationSeconds(3600L).endSpec().build();
      String token = client.serviceAccounts().inNamespace(NS).withName("sa").tokenRequest(request).getStatus().getToken();
      try (var other = as(c -> c.withOauthToken(token))) { fails(403, () -> other.secrets().inNamespace(NS).list()); }
    });
    TABLE.put("roles", () -> client.resource(new RoleBuilder().withNewMetadata().withName("r").withNamespace(NS).endMetadata().addNewRule().addToApiGroups("").addToResources("pods").addToVerbs("get").endRule().build()).create());
    TABLE.put("impersonation", () -> {
      try (var other = as(c -> c.withImpersonateUsername("jane"))) { fails(403, () -> other.secrets().inNamespace(NS).list()); }
    });
    TABLE.put("by the client certificate", () -> {
      // It takes a key for RSA's when its PEM does not say that it is of an elliptic curve.
      var config = new ConfigBuilder(Config.fromKubeconfig(Files.readString(Path.of(System.getenv("KUBECONFIG"))))).withClientKeyAlgo("EC").build();
      try (var other = new KubernetesClientBuilder().withConfig(config).build()) { other.secrets().inNamespace(NS).list(); }
    });
    TABLE.put("watch", () -> {
      var seen = new LinkedBlockingQueue<String>();
      var watcher = new Watcher<ConfigMap>() {
        public void eventReceived(Action action, ConfigMap one) { seen.add(action + " " + one.getMetadata().getName()); }
        public void onClose(WatcherException cause) { seen.add("closed " + cause); }
      };
      try (Watch watch = client.configMaps().inNamespace(NS).withName("watched").watch(watcher)) {
        client.resource(configMap("watched")).create();
        map("watched").delete();
        want("first", seen.poll(20, TimeUnit.SECONDS), "ADDED watched");
        want("second", seen.poll(20, TimeUnit.SECONDS), "DELETED watched");
      }
    });
    TABLE.put("informer", () -> {
      try (var informer = client.configMaps().inNamespace(NS).withLabel("of", "fabric8").inform()) {
        client.resource(configMap("informed")).create();
        for (long end = System.nanoTime() + 20_000_000_000L; informer.getStore().getByKey("default/informed") == null; Thread.sleep(10)) {
          if (System.nanoTime() > end) throw new AssertionError("the informer does not see it");
        }
      }
    });
    TABLE.put("leader election", () -> {
      var led = new CompletableFuture<Boolean>();
      var config = new LeaderElectionConfigBuilder().withName("x").withLock(new LeaseLock(NS, "leader", "me")).withLeaseDuration(Duration.ofSeconds(15)).withRenewDeadline(Duration.ofSeconds(10)).withRetryPeriod(Duration.ofSeconds(1)).withReleaseOnCancel(true)
          .withLeaderCallbacks(new LeaderCallbacks(() -> led.complete(true), () -> {}, id -> {})).build();
      var running = client.leaderElector().withConfig(config).build().start();
      want("led", led.get(20, TimeUnit.SECONDS), true);
      running.cancel(true);
    });
    TABLE.put("delete", () -> want("deleted", map("cm").delete().size(), 1));
    TABLE.put("delete missing", () -> want("nothing", map("nope").delete().size(), 0));
    TABLE.put("delete in the foreground", () -> client.apps().deployments().inNamespace(NS).withName("web").withPropagationPolicy(DeletionPropagation.FOREGROUND).delete());
    TABLE.put("delete by labels", () -> {
      client.configMaps().inNamespace(NS).withLabel("of", "fabric8").delete();
      want("left", client.configMaps().inNamespace(NS).withLabel("of", "fabric8").list().getItems().size(), 0);
    });
  }

  public static void main(String[] arguments) throws Exception {
    client = as(c -> c);
    objects();
    pods();
    others();
    int failed = 0;
    for (var entry : TABLE.entrySet()) {
      try {
        entry.getValue().run();
        System.out.println("ok " + entry.getKey());
      } catch (Throwable error) {
        failed++;
        System.out.println("FAIL " + entry.getKey() + " " + String.valueOf(error).replace('\n', ' '));
      }
    }
    System.out.println(TABLE.size() - failed + " passed, " + failed + " failed");
    System.exit(failed == 0 ? 0 : 1);
  }
}
