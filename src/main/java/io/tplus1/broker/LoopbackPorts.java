package io.tplus1.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Free TCP ports of the loopback address. */
final class LoopbackPorts {
  /** The address that every listener binds to and advertises. */
  static final String HOST = "127.0.0.1";

  /*
   * Below the ranges that systems hand out to outgoing connections (from 32768 on Linux, from 49152
   * elsewhere). A broker's address must stay its own while the broker is down: a client that keeps
   * dialling a port of those ranges may be given that very port as its source, connect to itself,
   * and hold the port against the restart.
   */
  private static final int LOWEST = 20_000;
  private static final int HIGHEST = 32_767;
  private static final int ATTEMPTS = 1_000;

  private LoopbackPorts() {}

  /** Returns {@code count} distinct ports that nothing listens on at this moment. */
  static List<Integer> free(int count) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      List<Integer> ports = new ArrayList<>();
      for (int attempt = 0; ports.size() < count; attempt++) {
        if (attempt == ATTEMPTS) {
          throw new IllegalStateException(
              "No free port on %s between %d and %d after %d attempts"
                  .formatted(HOST, LOWEST, HIGHEST, ATTEMPTS));
        }
        // Random, because several JVMs look for ports at the same time.
        int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST + 1);
        bind(port)
            .ifPresent(
                socket -> {
                  held.add(socket);
                  ports.add(port);
                });
      }
      return List.copyOf(ports);
    } finally {
      for (ServerSocket socket : held) {
        close(socket);
      }
    }
  }

  /** Whether a listener could bind to the port at this moment. */
  static boolean isFree(int port) {
    Optional<ServerSocket> socket = bind(port);
    socket.ifPresent(LoopbackPorts::close);
    return socket.isPresent();
  }

  /** Listens on the port; empty when it is taken. The caller closes the socket. */
  static Optional<ServerSocket> bind(int port) {
    try {
      InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
      return Optional.of(new ServerSocket(port, 1, loopback));
    } catch (IOException taken) {
      return Optional.empty();
    }
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
