package io.tplus1.ops;

import io.tplus1.config.HttpSettings;
import java.io.IOException;
import java.net.BindException;
import java.net.UnknownHostException;

/** Why nothing can listen at an address, which Java tells by words alone. */
public enum BindFailure {
  /** Another process listens there, which may end. */
  TAKEN,
  /** The host is not of this machine, or unknown. */
  HOST,
  OTHER;

  /**
   * What a failure to listen was.
   *
   * @param failure of a server's socket, or of its host's name
   */
  public static BindFailure of(IOException failure) {
    String words = String.valueOf(failure.getMessage());
    if (failure instanceof BindException && words.contains("already in use")) {
      return TAKEN;
    }
    boolean foreign =
        failure instanceof BindException && words.contains("assign requested address");
    return foreign || failure instanceof UnknownHostException ? HOST : OTHER;
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
            ? "port %d of %s is taken".formatted(settings.port(), settings.host())
            : "http.host=%s, %s=%d cannot be bound (%s)"
                .formatted(
                    settings.host(), settings.portSetting(), settings.port(), failure.getMessage());
    return found + ": " + remedy(settings);
  }
}
