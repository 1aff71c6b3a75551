package io.kaudit.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Twenty tests with a reset between them, and what a helper has to show. */
class ExampleTest {
  private static final String CONFIGMAPS = "/api/v1/namespaces/team/configmaps";

  @RegisterExtension static final KauditExtension KAUDIT = new KauditExtension("--seed", seed());

  private static String seed() {
    try {
      Path file = Files.createTempFile("team", ".yaml");
      file.toFile().deleteOnExit();
      return Files.writeString(file, "apiVersion: v1\nkind: Namespace\nmetadata: {name: team}\n").toString();
    } catch (IOException error) {
      throw new IllegalStateException(error);
    }
  }

  /** A request of the administrator's by curl, since any Kubernetes client would do: its code and its body. */
  private static JsonNode ask(int expected, String method, String path, String body) throws Exception {
    Path folder = KAUDIT.server().caFile().getParent();
    Process curl =
        new ProcessBuilder(
                "curl", "-sS", "--cacert", folder.resolve("ca.crt").toString(),
                "--cert", folder.resolve("admin.crt").toString(), "--key", folder.resolve("admin.key").toString(),
                "-X", method, "-H", "Content-Type: application/json", "-d", body, "-w", "\n%{http_code}",
                KAUDIT.server().url() + path)
            .start();
    String text = new String(curl.getInputStream().readAllBytes());
    int end = text.lastIndexOf('\n');
    assertEquals(expected, Integer.parseInt(text.substring(end + 1)), text);
    return new ObjectMapper().readTree(text.substring(0, end));
  }

  private static String named(String name) {
    return "{\"metadata\":{\"name\":\"" + name + "\"}}";
  }

  @RepeatedTest(20)
  void eachBeginsWithTheSeedAndNothingElse(KauditServer server, RepetitionInfo which) throws Exception {
    assertEquals(1, ask(200, "GET", CONFIGMAPS, "").path("items").size());
    String name = "of-" + which.getCurrentRepetition();
    ask(201, "POST", CONFIGMAPS, named(name));
    List<JsonNode> events = server.events("verb=create", "wait=2s");
    assertEquals(1, events.size());
    assertEquals(name, events.get(0).at("/objectRef/name").asText());
  }

  @Test
  void aFaultIsMetCountedAndNamedByItsEvent(KauditServer server) throws Exception {
    JsonNode fault =
        server.fault("{\"match\":{\"verbs\":[\"create\"]},\"times\":1,\"action\":{\"status\":429,\"retryAfter\":1}}");
    ask(429, "POST", CONFIGMAPS, named("a"));
    ask(201, "POST", CONFIGMAPS, named("a"));
    assertEquals(1, server.faults().get(0).path("hits").asInt());
    List<JsonNode> events = server.events("fault=" + fault.path("id").asText(), "wait=2s");
    assertEquals(429, events.get(0).at("/responseStatus/code").asInt());
    server.clearFaults();
    assertEquals(0, server.faults().size());
  }

  @Test
  void snapshotsAndTheClock(KauditServer server) throws Exception {
    ask(201, "POST", CONFIGMAPS, named("kept"));
    server.snapshot("s");
    server.reset();
    ask(404, "GET", CONFIGMAPS + "/kept", "");
    server.restore("s");
    ask(200, "GET", CONFIGMAPS + "/kept", "");
    assertEquals("48h0m0s", server.advance("48h").path("advanced").asText());
  }

  @Test
  void refusalsSayWhy(KauditServer server) {
    KauditServer.ApiException refusal =
        assertThrows(KauditServer.ApiException.class, () -> server.fault("{\"action\":{\"status\":200}}"));
    assertEquals(400, refusal.status().path("code").asInt());
    IllegalStateException failed =
        assertThrows(IllegalStateException.class, () -> KauditServer.start("--seed", "/does/not/exist"));
    assertTrue(failed.getMessage().contains("no such file"), failed.getMessage());
  }
}
