package io.tplus1.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.Utils;

/**
 * What the addresses of {@code bootstrap.servers} tell before Kafka's clients use them. A client
 * without TLS takes the alert by which a port with TLS answers for the size of a message, 352 MB,
 * which a small heap does not survive (KAFKA-4090).
 */
public final class BootstrapServers {
  private static final Duration LONGEST = Duration.ofSeconds(2);

  /** That a host which is away leaves time for the others. */
  private static final Duration LONGEST_CONNECT = Duration.ofMillis(500);

  private static final String PROTOCOL = CommonClientConfigs.SECURITY_PROTOCOL_CONFIG;
  private static final int ALERT = 0x15;
  private static final int HANDSHAKE = 0x16;
  private static final int TLS_VERSION = 0x03;

  private enum Answer {
    NONE,
    TLS,
    OTHER
  }

  private BootstrapServers() {}

  /**
   * Refuses addresses with which a client cannot do anything. Whatever is not plain from a first
   * answer is left to the client.
   *
   * @param client what it is to be made with
   * @param longest longest wait for answers; 2 s at most in any case, but for names
   * @throws KafkaException if no host resolves; or if a port speaks TLS and the client does not,
   *     unless another one answers it
   */
  public static void require(Map<String, Object> client, Duration longest) {
    List<String> servers = servers(client);
    requireHost(servers);
    SecurityProtocol protocol = protocol(client);
    if (protocol == SecurityProtocol.PLAINTEXT || protocol == SecurityProtocol.SASL_PLAINTEXT) {
      requirePlain(servers, protocol, longest.compareTo(LONGEST) < 0 ? longest : LONGEST);
    }
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

  private static void requirePlain(
      List<String> servers, SecurityProtocol protocol, Duration longest) {
    long end = System.nanoTime() + longest.toNanos();
    Optional<String> speaksTls = Optional.empty();
    for (String server : servers) {
      Answer answer = ask(server, end);
      if (answer == Answer.OTHER) {
        return;
      }
      speaksTls = answer == Answer.TLS ? Optional.of(server) : speaksTls;
    }
    if (speaksTls.isPresent()) {
      throw new KafkaException(
          "%s speaks TLS, and %s is %s: set it to %s"
              .formatted(
                  speaksTls.get(),
                  PROTOCOL,
                  protocol.name(),
                  protocol == SecurityProtocol.SASL_PLAINTEXT
                      ? SecurityProtocol.SASL_SSL.name()
                      : "SSL, or to SASL_SSL where passwords are asked for"));
    }
  }

  /** The first answer of a server's addresses, which Kafka's clients try as well. */
  private static Answer ask(String server, long end) {
    String host = Utils.getHost(server);
    if (host == null) {
      return Answer.NONE;
    }
    try {
      int port = Utils.getPort(server);
      for (InetAddress address : InetAddress.getAllByName(host)) {
        Answer answer = ask(new InetSocketAddress(address, port), end);
        if (answer != Answer.NONE) {
          return answer;
        }
      }
    } catch (UnknownHostException
        | IllegalArgumentException e) { // The latter of a port that is none
      return Answer.NONE;
    }
    return Answer.NONE;
  }

  /** Asks for the versions of requests, which brokers tell anybody. */
  private static Answer ask(InetSocketAddress address, long end) {
    // Kafka's clients use no proxy of the JVM's either.
    try (Socket socket = new Socket(Proxy.NO_PROXY)) {
      int leftMs = leftMs(end);
      if (leftMs <= 0) {
        return Answer.NONE;
      }
      socket.connect(address, Math.min(leftMs, (int) LONGEST_CONNECT.toMillis()));
      socket.getOutputStream().write(versionsRequest());
      int kind = read(socket, end);
      int version = read(socket, end);
      if (kind < 0 || version < 0) {
        return Answer.NONE;
      }
      return (kind == ALERT || kind == HANDSHAKE) && version == TLS_VERSION
          ? Answer.TLS
          : Answer.OTHER;
    } catch (IOException e) {
      return Answer.NONE;
    }
  }

  /** A byte of the answer; negative if none comes in time. */
  private static int read(Socket socket, long end) throws IOException {
    int leftMs = leftMs(end);
    if (leftMs <= 0) {
      return -1;
    }
    socket.setSoTimeout(leftMs);
    InputStream in = socket.getInputStream();
    return in.read();
  }

  private static int leftMs(long end) {
    return (int) TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
  }

  /** In the first version of the request and of its header. */
  private static byte[] versionsRequest() {
    byte[] client = "tplus1".getBytes(US_ASCII);
    int size = 2 * Short.BYTES + Integer.BYTES + Short.BYTES + client.length;
    return ByteBuffer.allocate(Integer.BYTES + size)
        .putInt(size)
        .putShort(ApiKeys.API_VERSIONS.id)
        .putShort((short) 0)
        .putInt(0)
        .putShort((short) client.length)
        .put(client)
        .array();
  }
}
