package io.tplus1.fault;

import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;

/** The disk with the state directory fills up. */
final class FullDisk {
  static final Map<String, String> SETTINGS =
      Map.of("rocksdb.config.setter", SmallMemtables.class.getName());

  private static final int MEGABYTES = 64;
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private FullDisk() {}

  /** It ends by itself, and ends again while there is no room; with room it goes on. */
  static void on(Stage stage, int repetitions) {
    SmallDisk disk = stage.keep(SmallDisk.mount(stage.state("a"), MEGABYTES));
    Instance instance = stage.start("a");
    stage.play();
    for (int i = 0; i < repetitions; i++) {
      stage.pass();
      disk.fill();
      assertSaysSo(instance, 2 * i + 1);
      Instance again = stage.start("a");
      awaitEnd(again, disk);
      assertSaysSo(again, 2 * i + 2);
      disk.free();
      long freed = System.nanoTime();
      instance = stage.start("a");
      stage.recoverFrom(freed);
    }
  }

  /** A start clears folders of tasks away, so there is room until somebody takes that, too. */
  private static void awaitEnd(Instance instance, SmallDisk disk) {
    Awaitility.await("an end for want of room")
        .atMost(LONGEST)
        .until(
            () -> {
              disk.fill();
              return !instance.isAlive();
            });
  }

  private static void assertSaysSo(Instance instance, int times) {
    int code = instance.exitCode(LONGEST);
    long said =
        instance
            .log()
            .lines()
            .filter(line -> line.startsWith("tplus1: ") && line.contains("is full: make room"))
            .count();
    if (code != 1 || said != times) {
      throw new AssertionError(
          "exit code %d, said %d times of %d that the disk is full:%n%s"
              .formatted(code, said, times, instance.log()));
    }
  }
}
