package io.tplus1.config;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * How an instance is watched over HTTP.
 *
 * @param port where it listens; 0 for no server
 * @param portSetting name of the setting that says so
 * @param host the address that it is bound to
 * @param advertised {@code host:port} by which other instances reach it; empty where they cannot
 * @param token what requests must bear; empty for none
 * @param rate requests a second that one client may send
 * @param streams most live connections at a time
 * @param series most series whose latest forecasts and scores are held in memory
 * @param readyWithoutModel whether an instance that forecasts with persistence counts as ready
 * @param readyMaxLag records behind which it does not; 0 for any number
 */
public record HttpSettings(
    int port,
    String portSetting,
    String host,
    Optional<String> advertised,
    Optional<String> token,
    int rate,
    int streams,
    int series,
    boolean readyWithoutModel,
    long readyMaxLag) {

  /**
   * What loopback is called besides, on any machine. What else stands for it here, as a machine's
   * own name may, is another machine's network there.
   */
  private static final Set<String> LOOPBACKS =
      Set.of("localhost.localdomain", "ip6-localhost", "ip6-loopback", "[0:0:0:0:0:0:0:1]");

  /** {@link #series} where none is set. */
  static final int DEFAULT_SERIES = 10_000;

  /**
   * {@code host:port} as it stands in an address.
   *
   * @param host a name or an IP address; one of IPv6 in brackets or without
   */
  public static String address(String host, int port) {
    boolean bare = host.indexOf(':') >= 0 && !host.startsWith("[");
    return (bare ? "[" + host + "]" : host) + ":" + port;
  }

  /**
   * For people, after a number of series that is smaller: the setting, if it is not the default.
   */
  public String insteadOfSeries() {
    return series == DEFAULT_SERIES ? "" : ", not of http.series=" + series;
  }

  /**
   * Whether other instances are told an address by which no other machine reaches this one: that of
   * the settings is none of loopback, and the server is on loopback alone.
   *
   * @param bound the address that {@link #host} stands for
   */
  public boolean advertisesInVain(InetAddress bound) {
    if (!bound.isLoopbackAddress() || advertised.isEmpty()) {
      return false;
    }
    String told = advertised.get().replaceFirst(":[0-9]+$", "").toLowerCase(Locale.ROOT);
    return !isLoopback(told) && !LOOPBACKS.contains(told) && !told.endsWith(".localhost");
  }

  /** Whether a host is loopback by its name, of lower case; an IP address of IPv6 in brackets. */
  public static boolean isLoopback(String host) {
    return host.equals("localhost")
        || host.matches("127(\\.[0-9]{1,3}){3}")
        || host.equals("[::1]");
  }

  /** Whether there is a server. */
  public boolean isOn() {
    return port > 0;
  }

  @Override
  public String toString() {
    // Without the token.
    return "HTTP on " + address(host, port);
  }
}
