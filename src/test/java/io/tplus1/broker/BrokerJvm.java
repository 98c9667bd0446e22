package io.tplus1.broker;

import java.io.IOException;
import java.io.OutputStream;

/** Kafka's own main, which also ends when standard input does: no broker outlives its test. */
final class BrokerJvm {
  private BrokerJvm() {}

  public static void main(String[] args) {
    Thread watch = new Thread(BrokerJvm::haltWhenInputEnds, "parent-watch");
    watch.setDaemon(true);
    watch.start();
    kafka.Kafka.main(args);
  }

  private static void haltWhenInputEnds() {
    try {
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException broken) {
      // As good as the end: the parent is gone.
    }
    Runtime.getRuntime().halt(1);
  }
}
