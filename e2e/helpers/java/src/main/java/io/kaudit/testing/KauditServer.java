package io.kaudit.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A kaudit-apiserver of its own on a free port, steered by its test API. Any thread may use it.
 *
 * <p>The program is {@code $KAUDIT_APISERVER}, else {@code kaudit-apiserver} on PATH.
 */
public final class KauditServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration READY_WITHIN = Duration.ofSeconds(30);

  private final Path folder;
  private final String token;
  private final Process process;
  private final String url;
  private final Path kubeconfig;
  private final Path caFile;
  private final HttpClient client;

  /** A refusal of the test API; {@code status()} is its metav1.Status. */
  public static final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient JsonNode status;

    ApiException(JsonNode status) {
      super(status.path("code").asInt() + " " + status.path("reason").asText() + ": " + status.path("message").asText());
      this.status = status;
    }

    public JsonNode status() {
      return status;
    }
  }

  /** Starts a server with these flags, as {@code "--seed", "manifests/"}, and waits until it is ready. */
  public static KauditServer start(String... flags) {
    try {
      return new KauditServer(flags);
    } catch (IOException | GeneralSecurityException error) {
      throw new IllegalStateException(error.getMessage(), error);
    }
  }

  private KauditServer(String... flags) throws IOException, GeneralSecurityException {
    folder = Files.createTempDirectory("kaudit-testing-");
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    token = HexFormat.of().formatHex(random);
    Path tokenFile = Files.writeString(folder.resolve("token"), token);
    Path stderr = folder.resolve("stderr");
    String program = System.getenv().getOrDefault("KAUDIT_APISERVER", "kaudit-apiserver");
    List<String> command =
        new ArrayList<>(
            List.of(
                program, "--secure-port", "0", "--print-ready", "--exit-on-stdin-eof", "--enable-test-api",
                "--test-api-token-file", tokenFile.toString()));
    command.addAll(Arrays.asList(flags));
    // It ends with the pipe of its stdin, however this process ends.
    process = new ProcessBuilder(command).redirectError(stderr.toFile()).start();
    JsonNode ready = JSON.readTree(readyLine(program, stderr));
    url = ready.path("url").asText();
    kubeconfig = Path.of(ready.path("kubeconfig").asText());
    caFile = Path.of(ready.path("caFile").asText());
    client = HttpClient.newBuilder().sslContext(trusting(caFile)).version(HttpClient.Version.HTTP_1_1).build();
    shakeHands();
  }

  /** The first handshake loads much of the JDK: on a busy machine longer than the server waits for one. */
  private void shakeHands() {
    for (int left = 5; ; --left) {
      try {
        call("GET", "clock", null);
        return;
      } catch (UncheckedIOException error) {
        if (left == 0) {
          close();
          throw error;
        }
      }
    }
  }

  private String readyLine(String program, Path stderr) throws IOException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = null;
    try {
      line =
          CompletableFuture.supplyAsync(
                  () -> {
                    try {
                      return reader.readLine();
                    } catch (IOException error) {
                      throw new UncheckedIOException(error);
                    }
                  })
              .get(READY_WITHIN.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
    } catch (Exception error) {
      // What it said tells more.
    }
    if (line == null) {
      String said = Files.readString(stderr);
      close();
      throw new IOException(program + " did not become ready; it said:\n" + said);
    }
    return line;
  }

  private static SSLContext trusting(Path caFile) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream pem = Files.newInputStream(caFile)) {
      store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** {@code https://127.0.0.1:PORT} */
  public String url() {
    return url;
  }

  /** The administrator's. */
  public Path kubeconfig() {
    return kubeconfig;
  }

  public Path caFile() {
    return caFile;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      for (String name : List.of("token", "stderr")) {
        Files.deleteIfExists(folder.resolve(name));
      }
      Files.deleteIfExists(folder);
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  /** Objects, faults, events and clock as after the seed, but for what is kept (events, faults, clock). */
  public JsonNode reset(String... keep) {
    return call("POST", "reset", keep.length == 0 ? null : Map.of("keep", keep));
  }

  /** Remembers all objects under that name. */
  public JsonNode snapshot(String name) {
    return call("PUT", "snapshots/" + escape(name), null);
  }

  /** Puts them back. */
  public JsonNode restore(String name) {
    return call("POST", "snapshots/" + escape(name) + "/restore", null);
  }

  /** Sets a fault, as {@code {"match": {…}, "times": 1, "action": {"status": 409}}}; its answer has the id. */
  public JsonNode fault(String json) {
    try {
      return call("POST", "faults", JSON.readTree(json));
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  /** The faults that are set, each with its hits. */
  public JsonNode faults() {
    return call("GET", "faults", null).path("items");
  }

  public void clearFaults() {
    call("DELETE", "faults", null);
  }

  /**
   * The events that fit, each {@code name=value} as {@code "user=alice", "resource=secrets", "wait=2s"}: at stage
   * ResponseComplete unless another one is asked for ({@code "stage="}: all).
   */
  public List<JsonNode> events(String... query) {
    Map<String, String> parameters = new LinkedHashMap<>(Map.of("stage", "ResponseComplete"));
    for (String one : query) {
      int equals = one.indexOf('=');
      parameters.put(one.substring(0, equals), one.substring(equals + 1));
    }
    StringBuilder text = new StringBuilder();
    parameters.forEach(
        (name, value) -> {
          if (!(name.equals("stage") && value.isEmpty())) {
            text.append(text.length() == 0 ? "?" : "&").append(name).append("=").append(escape(value));
          }
        });
    List<JsonNode> events = new ArrayList<>();
    call("GET", "audit/events" + text, null).path("items").forEach(events::add);
    return events;
  }

  public void clearEvents() {
    call("DELETE", "audit/events", null);
  }

  /** Moves the clock ("1h30m"). */
  public JsonNode advance(String duration) {
    return call("POST", "clock", Map.of("advance", duration));
  }

  /** One request to /kaudit/v1/PATH; body may be null. */
  public JsonNode call(String method, String path, Object body) {
    try {
      HttpRequest.BodyPublisher content =
          body == null
              ? HttpRequest.BodyPublishers.noBody()
              : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body));
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url + "/kaudit/v1/" + path))
              .timeout(Duration.ofSeconds(90))
              .header("Authorization", "Bearer " + token)
              .header("Content-Type", "application/json")
              .method(method, content)
              .build();
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      JsonNode json = JSON.readTree(answer.body());
      if (answer.statusCode() >= 400) {
        throw new ApiException(json);
      }
      return json;
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(error);
    }
  }

  private static String escape(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
