package io.tplus1.config;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigTransformer;

/**
 * Settings of an application for a process that asks no brokers, such as a test or a backtest:
 * without what only proves who asks, because the secrets are where the application runs.
 */
public final class BrokerlessSettings {
  private static final String BROKERS = "bootstrap.servers";
  private static final String STATE_DIR = "state.dir";
  private static final String MODEL_FILE = "model.file";

  /** Of no brokers: nothing asks them. */
  private static final String NO_BROKERS = "none:1";

  private static final String ANY_TOKEN = "0123456789abcdef";
  private static final String REFERENCE = "${";
  private static final String PROVIDERS = AbstractConfig.CONFIG_PROVIDERS_CONFIG;

  private static final List<String> SECURITY = List.of("sasl.", "ssl.", "security.");

  private BrokerlessSettings() {}

  /**
   * Leaves out {@code sasl.*}, {@code ssl.*} and {@code security.*}, of all clients or of one, the
   * state directory, and a model's file that a config provider would name; puts others in the place
   * of brokers and of a token that a config provider would read; and leaves out the providers that
   * nothing refers to any more.
   *
   * @param settings by name
   * @return a copy
   * @throws org.apache.kafka.common.config.ConfigException if a name is unknown, also one that is
   *     left out
   */
  public static Map<String, String> of(Map<String, String> settings) {
    return of(settings, false);
  }

  /**
   * The same.
   *
   * @param modelFile whether a model's file that a config provider would name stays
   */
  public static Map<String, String> of(Map<String, String> settings, boolean modelFile) {
    KnownSettings.requireKnown(settings);
    Map<String, String> kept = new TreeMap<>(settings);
    kept.keySet()
        .removeIf(name -> isSecurity(name) || KnownSettings.withoutClient(name).equals(BROKERS));
    kept.put(BROKERS, NO_BROKERS);
    kept.remove(STATE_DIR);
    kept.computeIfPresent(
        MODEL_FILE, (name, file) -> file.contains(REFERENCE) && !modelFile ? null : file);
    return withProvidersReferredTo(withAnyToken(kept));
  }

  /** A provider's class may not be here, either, nor what it reads. */
  private static Map<String, String> withProvidersReferredTo(Map<String, String> settings) {
    Map<String, String> kept = new TreeMap<>(settings);
    kept.keySet().removeIf(name -> name.startsWith(PROVIDERS));
    Set<String> referredTo = new TreeSet<>();
    for (String value : kept.values()) {
      ConfigTransformer.DEFAULT_PATTERN
          .matcher(value)
          .results()
          .forEach(reference -> referredTo.add(reference.group(1)));
    }
    List<String> providers =
        Arrays.stream(settings.getOrDefault(PROVIDERS, "").trim().split(","))
            .filter(referredTo::contains)
            .toList();
    if (!providers.isEmpty()) {
      kept.put(PROVIDERS, String.join(",", providers));
    }
    for (String provider : providers) {
      String prefix = PROVIDERS + "." + provider + ".";
      settings.forEach(
          (name, value) -> {
            if (name.startsWith(prefix)) {
              kept.put(name, value);
            }
          });
    }
    return kept;
  }

  /**
   * Puts another in the place of a token that a config provider would read, or that is refused as a
   * reference of another kind, for a process that answers nobody.
   *
   * @return a copy
   */
  public static Map<String, String> withAnyToken(Map<String, String> settings) {
    Map<String, String> kept = new TreeMap<>(settings);
    kept.computeIfPresent(
        OperationsGroup.TOKEN_SETTING, (name, token) -> token.contains("$") ? ANY_TOKEN : token);
    return kept;
  }

  private static boolean isSecurity(String name) {
    String plain = KnownSettings.withoutClient(name);
    return SECURITY.stream().anyMatch(plain::startsWith);
  }
}
