package io.tplus1.ops;

import io.tplus1.config.HttpSettings;
import io.tplus1.model.Shown;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Decides which requests are let in: their number, their host, their token.
 *
 * <p>With a token set, everything that holds data wants it; health and the dashboard's files, which
 * are the same everywhere, do not. Without a token, reading is free and nothing can be commanded.
 */
final class Admission {
  static final String NO_TOKEN = "commands are refused while http.token is not set";
  private static final String BEARER = "Bearer ";
  private static final int MOST_CLIENTS = 1_000;
  private static final double NANOS = 1e9;

  private final HttpSettings settings;
  private final Optional<String> ofPeers;
  private final boolean loopback;
  private final Set<String> ownNames = new HashSet<>();
  private final LongSupplier nanoClock;

  /** Requests that each client may still send; the longest silent leave first. */
  private final Map<InetAddress, Allowance> allowances =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, Allowance> eldest) {
          return size() > MOST_CLIENTS;
        }
      };

  private static final class Allowance {
    private double left;
    private long atNanos;
  }

  /**
   * @param bound the address that the server is bound to
   * @param nanoClock such as {@link System#nanoTime}
   */
  Admission(HttpSettings settings, InetAddress bound, LongSupplier nanoClock) {
    this.settings = settings;
    this.ofPeers = settings.token().map(PeerToken::of);
    this.loopback = bound.isLoopbackAddress();
    ownNames.add(name(HttpSettings.address(settings.host(), settings.port())));
    settings.advertised().map(Admission::name).ifPresent(ownNames::add);
    this.nanoClock = nanoClock;
  }

  /**
   * Counts a request against its sender's allowance: {@code http.rate} a second, and twice as many
   * at once.
   */
  synchronized void requireRate(InetAddress client) throws Refusal {
    long now = nanoClock.getAsLong();
    double most = 2.0 * settings.rate();
    Allowance allowance = allowances.get(client);
    if (allowance == null) {
      allowance = new Allowance();
      allowance.left = most;
      allowances.put(client, allowance);
    } else {
      double earned = (now - allowance.atNanos) / NANOS * settings.rate();
      allowance.left = Math.min(most, allowance.left + earned);
    }
    allowance.atNanos = now;
    if (allowance.left < 1) {
      throw new Refusal(429, "more than http.rate=" + settings.rate() + " requests a second");
    }
    allowance.left--;
  }

  /**
   * A page of somebody else's that a browser shows may give a name of its own to the address
   * 127.0.0.1 and then read from here; the name that it asked for tells. It cannot choose those
   * that the settings give this server.
   *
   * @param host the header Host; null if absent
   */
  void requireHost(String host) throws Refusal {
    if (!loopback || settings.token().isPresent()) {
      return;
    }
    String name = host == null ? "" : name(host);
    if (!HttpSettings.isLoopback(name) && !ownNames.contains(name)) {
      throw new Refusal(
          421,
          "without http.token this server answers to localhost, its IP address, and the names in"
              + " http.host and http.advertised alone, not to '%s'".formatted(Shown.quote(name)));
    }
  }

  /** Of {@code host:port}, or of a host alone. */
  private static String name(String host) {
    return host.replaceFirst(":[0-9]+$", "").toLowerCase(Locale.ROOT);
  }

  /**
   * Lets a request for data pass: also one of another instance.
   *
   * @param authorization the header Authorization; null if absent
   */
  void requireReader(String authorization) throws Refusal {
    if (ofPeers.isEmpty() || !bears(authorization, ofPeers.get())) {
      requireToken(authorization);
    }
  }

  private void requireToken(String authorization) throws Refusal {
    if (settings.token().isPresent() && !bears(authorization, settings.token().get())) {
      throw new Refusal(401, "this wants the token of http.token: Authorization: Bearer …");
    }
  }

  /** Lets a command pass, which always wants a token. */
  void requireCommander(String authorization) throws Refusal {
    Optional<String> token = settings.token();
    if (token.isEmpty()) {
      throw new Refusal(403, NO_TOKEN);
    }
    requireToken(authorization);
  }

  /** The scheme's name counts in any case (RFC 9110, 11.1). */
  private static boolean isOfBearer(String authorization) {
    return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
  }

  /** Takes the same time wherever two tokens differ. */
  private static boolean bears(String authorization, String token) {
    if (authorization == null || !isOfBearer(authorization)) {
      return false;
    }
    return MessageDigest.isEqual(
        authorization.substring(BEARER.length()).getBytes(StandardCharsets.UTF_8),
        token.getBytes(StandardCharsets.UTF_8));
  }
}
