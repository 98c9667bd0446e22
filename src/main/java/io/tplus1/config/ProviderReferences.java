package io.tplus1.config;

import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigTransformer;

/**
 * References to config providers ({@code ${provider:path:key}}) that resolved to nothing.
 *
 * <p>Kafka leaves such a reference as it stands. Whoever may read the file that it stands in would
 * then know the secret.
 */
final class ProviderReferences {
  private static final String PROVIDERS = AbstractConfig.CONFIG_PROVIDERS_CONFIG;

  /** What shells, Compose, Spring or Kubernetes would put something in the place of. */
  private static final Pattern FOREIGN = Pattern.compile("\\$[{(]|^\\$[A-Za-z_]\\w*$");

  /** Groups of {@link ConfigTransformer#DEFAULT_PATTERN}. */
  private static final int PROVIDER = 1;

  private static final int PATH = 3;
  private static final int KEY = 4;

  private ProviderReferences() {}

  /**
   * Checks that every reference was resolved, but for those in vocabularies, and that of {@code
   * http.token} to something. Brokers refuse a reference of another kind for a password; the token
   * would be its text.
   *
   * @param settings as they were given
   * @param resolved the same after their references were resolved
   * @throws ConfigException naming the setting, the reference and why it resolved to nothing; never
   *     a value, which may be secret
   */
  static void requireResolved(Map<String, String> settings, Map<String, Object> resolved) {
    settings.forEach(
        (name, value) -> {
          if (name.equals(OperationsGroup.TOKEN_SETTING)) {
            requireNoneOfAnotherKind(value);
          }
          if (name.startsWith(SchemaConfiguration.VOCABULARY)) {
            return; // A word may look like one.
          }
          // Those that were given are looked for: a secret, too, may look like a reference.
          Matcher reference = ConfigTransformer.DEFAULT_PATTERN.matcher(value);
          String now = String.valueOf(resolved.get(name));
          while (reference.find()) {
            if (now.contains(reference.group())) {
              throw refused(name, reference, reason(reference, settings));
            }
            if (now.isEmpty() && name.equals(OperationsGroup.TOKEN_SETTING)) {
              throw refused(name, reference, "which is empty: all data would be anybody's to read");
            }
          }
        });
  }

  private static void requireNoneOfAnotherKind(String token) {
    String rest = ConfigTransformer.DEFAULT_PATTERN.matcher(token).replaceAll("");
    if (FOREIGN.matcher(rest).find()) {
      throw new ConfigException(
          "%s holds a '$' as references do, and none to a config provider, which is ${provider:key} or ${provider:path:key}: write it so, or leave http.token out and set the environment variable TPLUS1_HTTP_TOKEN; if it is the token itself, take one without '$'"
              .formatted(OperationsGroup.TOKEN_SETTING));
    }
  }

  private static ConfigException refused(String name, Matcher reference, String reason) {
    return new ConfigException("%s refers to %s, %s".formatted(name, reference.group(), reason));
  }

  private static String reason(Matcher reference, Map<String, String> settings) {
    String provider = reference.group(PROVIDER);
    boolean listed =
        Arrays.asList(settings.getOrDefault(PROVIDERS, "").split(",")).contains(provider);
    if (!listed || !settings.containsKey(PROVIDERS + "." + provider + ".class")) {
      return "and no config provider '%s' is declared: set %s (names with commas between them, no blanks) and %s.%s.class"
          .formatted(provider, PROVIDERS, PROVIDERS, provider);
    }
    String path = reference.group(PATH);
    return "and the config provider '%s' has no '%s'%s"
        .formatted(provider, reference.group(KEY), path == null ? "" : " in " + path);
  }
}
