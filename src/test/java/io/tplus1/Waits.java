package io.tplus1;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How long tests wait for what must come. A limit of a test's own is a promise that it checks.
 *
 * <p>JUnit finds it by itself, as the service that it is, and Awaitility waits so long from then
 * on.
 */
public final class Waits implements BeforeAllCallback {
  /**
   * Longer than anything takes on a machine that is busy: an instance that failed has a minute to
   * close, after what its last commit waited for.
   */
  public static final Duration LONG = Duration.ofMinutes(3);

  /** For a champion: one challenger after another learns on what a busy machine leaves it. */
  public static final Duration LEARNING = Duration.ofMinutes(8);

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultTimeout(LONG);
  }
}
