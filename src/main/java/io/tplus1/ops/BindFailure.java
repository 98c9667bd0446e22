package io.tplus1.ops;

import io.tplus1.config.HttpSettings;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/**
 * Why nothing can listen at an address. Java tells that in the words of the system, which are of
 * its locale.
 */
public enum BindFailure {
  /** Another process listens there, which may end. */
  TAKEN,
  /** The host is not of this machine, or unknown. */
  HOST,
  OTHER;

  /** Below it, a system may ask for more rights. */
  private static final int LEAST_FREE_PORT = 1024;

  /**
   * What a failure to listen was; finds out whether any port of the host can be listened at.
   *
   * @param failure of a server's socket, or of its host's name
   */
  public static BindFailure of(IOException failure, HttpSettings settings) {
    if (failure instanceof UnknownHostException) {
      return HOST;
    }
    if (!(failure instanceof BindException)) {
      return OTHER;
    }
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getByName(settings.host()))) {
      return any.isBound() && settings.port() >= LEAST_FREE_PORT ? TAKEN : OTHER;
    } catch (IOException e) {
      return HOST;
    }
  }

  /** What to do about it. */
  public String remedy(HttpSettings settings) {
    return switch (this) {
      case HOST -> "set http.host to an address of this machine, or to 0.0.0.0 for all of them";
      case TAKEN, OTHER ->
          "set %s to another one, or to 0 for no server".formatted(settings.portSetting());
    };
  }

  /** What is wrong, and what to do about it. */
  String complaint(HttpSettings settings, IOException failure) {
    String found =
        this == TAKEN
            ? "port %d of %s is taken (%s)"
                .formatted(settings.port(), settings.host(), failure.getMessage())
            : "http.host=%s, %s=%d cannot be bound (%s)"
                .formatted(
                    settings.host(), settings.portSetting(), settings.port(), failure.getMessage());
    return found + ": " + remedy(settings);
  }
}
