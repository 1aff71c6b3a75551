package io.kaudit.testing;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One server for a class of tests, put back before each of them, and a parameter of tests:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final KauditExtension KAUDIT = new KauditExtension("--seed", "manifests/");
 *
 * @Test
 * void aSecretIsReadOnce(KauditServer server) { … }
 * }</pre>
 */
public final class KauditExtension
    implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback, ParameterResolver {
  private final String[] flags;
  private KauditServer server;

  public KauditExtension(String... flags) {
    this.flags = flags.clone();
  }

  public KauditServer server() {
    return server;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    server = KauditServer.start(flags);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    server.reset();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    server.close();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == KauditServer.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return server;
  }
}
