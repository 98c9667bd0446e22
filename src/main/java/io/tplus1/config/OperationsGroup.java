package io.tplus1.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** Settings of what watches an instance: metrics, health, queries and the dashboard. */
final class OperationsGroup {
  static final String TOKEN_SETTING = "http.token";

  private static final Pattern ADDRESS =
      Pattern.compile("[^\\s:]+:[0-9]{1,5}|\\[[0-9a-fA-F:]+]:[0-9]{1,5}");

  /** What an HTTP header carries unchanged, and nobody guesses. */
  private static final Pattern TOKEN = Pattern.compile("[!-~]{16,512}");

  private static final int MOST_PORT = 65_535;

  private OperationsGroup() {}

  static SettingsGroup add(SettingsGroup before) {
    return before
        .group("Operations")
        .add(
            "http.port",
            INT,
            8080,
            MEDIUM,
            between(0, MOST_PORT),
            "Port of dashboard, queries, metrics and health. 0: no server.")
        .add(
            "http.host",
            STRING,
            "127.0.0.1",
            MEDIUM,
            new ConfigDef.NonEmptyString(),
            "Address that the port is bound to; `0.0.0.0` for every one, and then set `http.token`. One of the loopback answers, without a token, to `localhost`, `127.…`, `[::1]` and the names in `http.host` and `http.advertised` alone.")
        .add(
            "http.retrain.port",
            INT,
            8081,
            LOW,
            between(0, MOST_PORT),
            "Port of metrics and health of a process that retrains alone (`--role retrain`). 0, or `http.port=0`: no server.")
        .add(
            "http.advertised",
            STRING,
            "",
            MEDIUM,
            null,
            "`host:port` by which other instances reach this one. Empty: `http.host:http.port`, and none where that is every address. With instances on several machines set it on each: where two have the same, each takes the other for itself, and shows its own part as the whole.")
        .add(
            TOKEN_SETTING,
            STRING,
            "",
            MEDIUM,
            null,
            "Token, 16 characters or more, that requests bear (`Authorization: Bearer …`) to read data or metrics and to command models. Empty: reading is free, commands are refused. The same on every instance.")
        .add(
            "http.rate",
            INT,
            100,
            LOW,
            between(1, 100_000),
            "Requests a second from one address, and twice as many at once, those for health aside; more are answered with 429.")
        .add(
            "http.streams",
            INT,
            32,
            LOW,
            between(1, 1_000),
            "Most dashboards that are kept live at a time. For each, its instance asks others some 1.3 times a second, 2.3 while nothing is scored, which counts against `http.rate` there: with more than 40, or where instances share an address, raise that as well.")
        .add(
            "http.series",
            INT,
            HttpSettings.DEFAULT_SERIES,
            LOW,
            between(16, 1_000_000),
            "Most series, those that spoke last, whose latest forecasts and scores are held in memory for the dashboard: 0.8 kB each and 0.6 kB a target, and with long horizons 8 bytes and 12 a target for each step ahead. Fewer where these take more than a tenth of the heap; long keys come on top.")
        .add(
            "ready.without.model",
            BOOLEAN,
            true,
            MEDIUM,
            null,
            "Whether an instance without a model, which forecasts the last value, is ready; one without `rnn` among its `experts` waits for none.")
        .add(
            "ready.max.lag",
            LONG,
            0L,
            MEDIUM,
            atLeast(0),
            "Records of `features` not yet read beyond which an instance is not ready; nor is it ready before it has fetched from each of its partitions, since its lag is unknown until then. 0: any number.")
        .add(
            "stop.leaves.group",
            BOOLEAN,
            true,
            MEDIUM,
            null,
            "Whether an instance that is stopped (SIGTERM) leaves its partitions to the others at once. `false`: it is expected back on its `state.dir`, so nothing is moved, and its partitions wait `session.timeout.ms` for it.");
  }

  private static boolean isEvery(String host) {
    return host.equals("0.0.0.0") || host.equals("::") || host.equals("[::]");
  }

  /**
   * Whether other instances can ask it: Java, as the standard, knows no host with an underscore.
   */
  private static boolean isAddress(String advertised) {
    try {
      return ADDRESS.matcher(advertised).matches()
          && port(advertised) <= MOST_PORT
          && new URI("http://" + advertised + "/").getHost() != null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static int port(String advertised) {
    return Integer.parseInt(advertised.substring(advertised.lastIndexOf(':') + 1));
  }

  /** As Kafka tells it, whose ports are numbers: an instance knows itself by this text. */
  private static String plain(String advertised) {
    String host = advertised.substring(0, advertised.lastIndexOf(':'));
    return HttpSettings.address(host, port(advertised));
  }

  static HttpSettings parse(AbstractConfig config) {
    return on(config, "http.port", config.getInt("http.port"));
  }

  /** The same for a process that retrains alone, which may share a host with one that forecasts. */
  static HttpSettings parseRetraining(AbstractConfig config) {
    String setting = "http.retrain.port";
    return on(config, setting, config.getInt("http.port") == 0 ? 0 : config.getInt(setting));
  }

  private static HttpSettings on(AbstractConfig config, String setting, int port) {
    String host = config.getString("http.host");
    String advertised = config.getString("http.advertised");
    Optional<String> reached =
        !advertised.isEmpty()
            ? Optional.of(advertised)
            : isEvery(host)
                ? Optional.empty()
                : Optional.of(HttpSettings.address(host, config.getInt("http.port")));
    if (reached.isPresent() && !isAddress(reached.get())) {
      throw new ConfigException(
          "http.advertised",
          reached.get(),
          "must be host:port, such as forecast-1:8080: an IP address, or a name of letters, digits, '-' and '.' whose last part begins with a letter; and a port up to 65535. Empty, it is http.host:http.port");
    }
    Optional<String> token = Values.optional(config, TOKEN_SETTING);
    if (token.isPresent() && !TOKEN.matcher(token.get()).matches()) {
      // Without the value: it is a secret.
      throw new ConfigException(
          "http.token must have 16 to 512 visible ASCII characters, found %d characters: openssl rand -hex 24 makes a good one"
              .formatted(token.get().length()));
    }
    return new HttpSettings(
        port,
        setting,
        host,
        reached.map(OperationsGroup::plain),
        token,
        config.getInt("http.rate"),
        config.getInt("http.streams"),
        config.getInt("http.series"),
        // Where no forecast asks a network, none ever comes.
        config.getBoolean("ready.without.model")
            || !config.getList("experts").contains(Expert.RNN.toString()),
        config.getLong("ready.max.lag"));
  }
}
