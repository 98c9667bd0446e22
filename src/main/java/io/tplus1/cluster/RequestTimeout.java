package io.tplus1.cluster;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.ConfigDef;

/**
 * How long one broker is waited for, where whoever asks waits for an answer of any. A client asks
 * the next broker when a request has timed out; if the caller has given up by then, one broker that
 * hangs is as if none answered.
 */
public final class RequestTimeout {
  /** How many brokers can be asked in turn. */
  private static final int TURNS = 3;

  /** A broker under load takes seconds, and is well. */
  private static final int LEAST_MS = 4_000;

  /** Kafka's default. */
  private static final int MOST_MS = 30_000;

  private static final String NAME = CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG;

  private RequestTimeout() {}

  /**
   * Sets a client's time for a request: a third of the caller's, but from 4 s to 30 s and never
   * more than the caller's. The user's own stands, within the caller's.
   *
   * @param settings the client's, under Kafka's names; is changed
   * @param timeout how long the caller waits
   */
  public static void set(Map<String, Object> settings, Duration timeout) {
    int ownMs =
        settings.containsKey(NAME)
            ? (Integer) ConfigDef.parseType(NAME, settings.get(NAME), ConfigDef.Type.INT)
            : (int) Math.min(MOST_MS, Math.max(LEAST_MS, timeout.toMillis() / TURNS));
    settings.put(NAME, Math.min(ownMs, milliseconds(timeout)));
  }

  /** As Kafka's clients take it; as long as they can wait where it is longer. */
  public static int milliseconds(Duration timeout) {
    return (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE);
  }
}
