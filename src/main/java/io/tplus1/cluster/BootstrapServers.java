package io.tplus1.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.Utils;

/**
 * What the addresses of {@code bootstrap.servers} tell before Kafka's clients use them. A client
 * without TLS takes the alert by which a port with TLS answers for the size of a message, 352 MB,
 * which a small heap does not survive (KAFKA-4090).
 */
public final class BootstrapServers {
  private static final Duration LONGEST = Duration.ofSeconds(2);

  private static final String PROTOCOL = CommonClientConfigs.SECURITY_PROTOCOL_CONFIG;

  private BootstrapServers() {}

  /**
   * Refuses addresses with which a client cannot do anything, and tells with which to begin.
   * Whatever is not plain from a first answer is left to the client.
   *
   * <p>Kafka's admin client asks one address, and may stay with one that accepts connections and
   * says nothing, such as of a broker that hangs, for as long as it lives: what it waits for at the
   * start of a connection ends with nothing but the connection.
   *
   * @param client what it is to be made with
   * @param longest longest wait for answers; 2 s at most in any case, but for names
   * @return those that have answered it as it speaks when the first had; all if none has
   * @throws KafkaException if no host resolves; or if a port speaks TLS and the client does not,
   *     unless another one answers it
   */
  public static List<String> require(Map<String, Object> client, Duration longest) {
    List<String> servers = servers(client);
    requireHost(servers);
    SecurityProtocol protocol = protocol(client);
    if (protocol == null) {
      return servers;
    }
    boolean tls = protocol == SecurityProtocol.SSL || protocol == SecurityProtocol.SASL_SSL;
    FirstAnswers.Heard heard;
    try {
      heard = FirstAnswers.of(servers, tls, longest.compareTo(LONGEST) < 0 ? longest : LONGEST);
    } catch (IOException e) {
      return servers; // Kafka's clients say what is wrong where none can be asked.
    }
    if (!tls && heard.plain().isEmpty() && !heard.strange()) {
      requireNone(heard.withTls(), servers, protocol);
    }
    Set<String> answering = tls ? heard.withTls() : heard.plain();
    return answering.isEmpty() ? servers : servers.stream().filter(answering::contains).toList();
  }

  /**
   * Has a client begin with the addresses that {@link #require} tells.
   *
   * @param client as there; its addresses are set
   * @return {@code client}
   */
  public static Map<String, Object> beginWithWhoAnswers(
      Map<String, Object> client, Duration longest) {
    client.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, require(client, longest));
    return client;
  }

  private static List<String> servers(Map<String, Object> client) {
    String name = CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG;
    List<?> servers =
        (List<?>)
            ConfigDef.parseType(name, client.getOrDefault(name, List.of()), ConfigDef.Type.LIST);
    return servers.stream().map(Object::toString).toList();
  }

  /** Null if there is none of that name, which Kafka's clients refuse. */
  private static SecurityProtocol protocol(Map<String, Object> client) {
    Object plaintext = CommonClientConfigs.DEFAULT_SECURITY_PROTOCOL;
    String name = client.getOrDefault(PROTOCOL, plaintext).toString().strip();
    return SecurityProtocol.names().contains(name.toUpperCase(Locale.ROOT))
        ? SecurityProtocol.forName(name)
        : null;
  }

  private static void requireHost(List<String> servers) {
    if (!servers.isEmpty() && servers.stream().allMatch(BootstrapServers::isUnknown)) {
      throw new KafkaException(
          "no host of bootstrap.servers=%s resolves".formatted(String.join(",", servers)));
    }
  }

  private static boolean isUnknown(String server) {
    String host = Utils.getHost(server);
    if (host == null) {
      return false; // Kafka's clients say what is wrong with it.
    }
    try {
      var unused = InetAddress.getByName(host);
      return false;
    } catch (UnknownHostException e) {
      return true;
    }
  }

  private static void requireNone(
      Set<String> withTls, List<String> servers, SecurityProtocol protocol) {
    for (String server : servers) {
      if (withTls.contains(server)) {
        throw new KafkaException(
            "%s speaks TLS, and %s is %s: set it to %s"
                .formatted(
                    server,
                    PROTOCOL,
                    protocol.name(),
                    protocol == SecurityProtocol.SASL_PLAINTEXT
                        ? SecurityProtocol.SASL_SSL.name()
                        : "SSL, or to SASL_SSL where passwords are asked for"));
      }
    }
  }
}
