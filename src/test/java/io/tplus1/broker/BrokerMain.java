package io.tplus1.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One broker as a process of its own, for {@link BrokerProcess}.
 *
 * <p>Arguments: the data directory, then overrides as {@code name=value}. It writes {@code ready
 * host:port} to standard output when it serves, and stops cleanly when standard input ends, which
 * it does too when the parent dies.
 */
final class BrokerMain {
  static final String READY = "ready ";
  private static final Logger log = LoggerFactory.getLogger(BrokerMain.class);
  private static final Duration LONGEST_SHUTDOWN = Duration.ofSeconds(10);

  private BrokerMain() {}

  public static void main(String[] args) {
    // First, so that a parent's death ends a broker that still waits for the rest of its cluster.
    daemon("parent-watch", BrokerMain::exitWhenInputEnds).start();
    Map<String, String> overrides = new HashMap<>();
    for (int i = 1; i < args.length; i++) {
      int equals = args[i].indexOf('=');
      overrides.put(args[i].substring(0, equals), args[i].substring(equals + 1));
    }
    EmbeddedBroker broker;
    try {
      broker = EmbeddedBroker.start(Path.of(args[0]), overrides);
    } catch (RuntimeException e) {
      log.error("The broker did not start", e);
      // Threads of a broker that is half up would keep the JVM alive.
      System.exit(1);
      return;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(broker), "broker-close"));
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.println(READY + broker.bootstrapServers());
  }

  @SuppressWarnings("SystemExitOutsideMain")
  private static void exitWhenInputEnds() {
    try {
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException broken) {
      // As good as the end: the parent is gone.
    }
    System.exit(0);
  }

  /** A broker whose cluster has lost its quorum cannot stop cleanly: it gets a moment, no more. */
  private static void close(EmbeddedBroker broker) {
    Thread closing = daemon("broker-closing", broker::close);
    closing.start();
    try {
      closing.join(LONGEST_SHUTDOWN.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }
}
