package io.tplus1.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;

/** Settings from a properties file, overridden by environment variables. */
public final class ConfigurationFile {
  /** The logger's variable. */
  public static final String LOG_LEVEL = "TPLUS1_LOG_LEVEL";

  private static final String PREFIX = "TPLUS1_";
  private static final String CATEGORIES = "categories";

  /** The logger takes any other for DEBUG. */
  private static final List<String> LOG_LEVELS =
      List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF", "ALL");

  /** Read by the start script and by the logger. */
  private static final Set<String> NOT_SETTINGS = Set.of("TPLUS1_JAVA_OPTS", LOG_LEVEL);

  /** Set by Kubernetes beside a service tplus1, or tplus1 and more. */
  private static final Pattern OF_A_SERVICE =
      Pattern.compile(
          "TPLUS1(_.+)?_(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT_[0-9]+_(TCP|UDP|SCTP)(_.*)?)");

  private static final Pattern PORT_OF_A_SERVICE = Pattern.compile("TPLUS1(_.+)?_PORT");
  private static final Pattern ADDRESS_OF_A_SERVICE = Pattern.compile("(tcp|udp|sctp)://.*");

  private ConfigurationFile() {}

  /**
   * Reads a file and lets the environment override it: {@code TPLUS1_WINDOW_STEPS} stands for
   * {@code window.steps}, and so on for every setting of tplus1 and of Kafka, with an underscore
   * for each character that is no letter and no digit.
   *
   * @param file properties in UTF-8
   * @param environment variables by name
   * @return settings by name
   * @throws ConfigException if the file cannot be read
   */
  public static Map<String, String> read(Path file, Map<String, String> environment) {
    return read(file, environment, Map.of());
  }

  /**
   * The same where settings by name override the file and the environment.
   *
   * @throws ConfigException if the file cannot be read
   */
  public static Map<String, String> read(
      Path file, Map<String, String> environment, Map<String, String> overrides) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(Utf8Text.skipMark(reader));
    } catch (NoSuchFileException e) {
      throw new ConfigException(
          "The configuration file " + file.toAbsolutePath() + " does not exist");
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigException(
          "The configuration file %s %s".formatted(file.toAbsolutePath(), complaint(file, e)));
    }
    Map<String, String> settings = strings(properties);
    String inFile = settings.getOrDefault(CATEGORIES, "");
    String categories =
        overrides.getOrDefault(CATEGORIES, environment.getOrDefault(variable(CATEGORIES), inFile));
    String token = settings.getOrDefault(OperationsGroup.TOKEN_SETTING, "");
    settings.putAll(fromEnvironment(environment, categories));
    settings.putAll(overrides);
    if (!overrides.containsKey(OperationsGroup.TOKEN_SETTING)) {
      requireKept(token, settings);
    }
    // Whoever looks at a value before it is parsed is to find what that finds.
    settings.replaceAll((name, value) -> value.strip());
    return settings;
  }

  private static String complaint(Path file, Exception failure) {
    if (Files.isDirectory(file)) {
      return "is a folder";
    }
    if (failure instanceof AccessDeniedException) {
      return "may not be read by this user";
    }
    return Utf8Text.complaint(failure).orElse("cannot be read: " + failure.getMessage());
  }

  /**
   * Reads a shipped file, on which the environment has no say.
   *
   * @param properties properties in UTF-8; closed by the caller
   */
  public static Map<String, String> read(InputStream properties) throws IOException {
    Properties read = new Properties();
    read.load(new InputStreamReader(properties, StandardCharsets.UTF_8));
    return strings(read);
  }

  private static Map<String, String> strings(Properties properties) {
    Map<String, String> settings = new TreeMap<>();
    for (String name : properties.stringPropertyNames()) {
      settings.put(name, properties.getProperty(name).strip());
    }
    return settings;
  }

  private static void requireKnown(String variable, String name) {
    try {
      KnownSettings.requireKnown(name);
    } catch (ConfigException e) {
      throw new ConfigException("The environment's variable " + variable + ": " + e.getMessage());
    }
  }

  /**
   * The settings that variables with the prefix {@code TPLUS1_} stand for.
   *
   * @param categories whose words they may set, with commas between them; a variable that could be
   *     of several is taken for none of them but by its plain name
   * @throws ConfigException naming the variable that stands for none
   */
  static Map<String, String> fromEnvironment(Map<String, String> environment, String categories) {
    Map<String, String> byVariable = new TreeMap<>();
    for (String category : categories.split(",", -1)) {
      String name = SchemaConfiguration.VOCABULARY + category.strip();
      byVariable.merge(variable(name), name, (one, other) -> plain(variable(name)));
    }
    for (String name : KnownSettings.all()) {
      byVariable.put(variable(name), name);
    }
    Map<String, String> settings = new TreeMap<>();
    environment.forEach(
        (variable, value) -> {
          if (variable.startsWith(PREFIX) && !isOther(variable, value)) {
            String name = byVariable.getOrDefault(variable, plain(variable));
            requireKnown(variable, name);
            settings.put(name, value);
          }
        });
    return settings;
  }

  /** A variable that a shell filled in with nothing takes no token away. */
  private static void requireKept(String token, Map<String, String> settings) {
    String name = OperationsGroup.TOKEN_SETTING;
    if (!token.isEmpty() && settings.get(name).isBlank()) {
      throw new ConfigException(
          "The environment's variable %s is empty, and would take the file's %s away: all data would be anybody's to read. Unset it, or give it a token"
              .formatted(variable(name), name));
    }
  }

  /** What the logger's variable holds, a level or not; an empty one counts as none. */
  public static Optional<String> logLevel(Map<String, String> environment) {
    return Optional.ofNullable(environment.get(LOG_LEVEL)).filter(level -> !level.isBlank());
  }

  /**
   * Checks the logger's variable, whatever else is read.
   *
   * @throws ConfigException if it holds no level
   */
  public static void requireLogLevel(Map<String, String> environment) {
    Optional<String> level = logLevel(environment);
    if (level.isPresent() && !LOG_LEVELS.contains(level.get().toUpperCase(Locale.ROOT))) {
      throw new ConfigException(
          "The environment's variable %s is '%s', expected one of %s"
              .formatted(LOG_LEVEL, level.get(), LOG_LEVELS));
    }
  }

  private static String plain(String variable) {
    return variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '.');
  }

  private static String variable(String setting) {
    return PREFIX + setting.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }

  private static boolean isOther(String variable, String value) {
    return NOT_SETTINGS.contains(variable)
        || OF_A_SERVICE.matcher(variable).matches()
        || (PORT_OF_A_SERVICE.matcher(variable).matches()
            && ADDRESS_OF_A_SERVICE.matcher(value).matches());
  }
}
