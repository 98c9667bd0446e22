package io.tplus1.fault;

import io.tplus1.Folders;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** What is done to a stage, again and again. */
final class Faults {
  /** What another instance takes over with. */
  private static final Map<String, String> STANDBY = Map.of("num.standby.replicas", "1");

  /**
   * The same, and one that is back gets tasks whatever it lacks of their changelogs: as it ships,
   * it waits for ten minutes where that is more than 10,000 rows, as after four kills.
   */
  private static final Map<String, String> IN_TURN =
      Map.of("num.standby.replicas", "1", "acceptable.recovery.lag", "1000000000");

  /** Longer than the session of a member, and than its transactions. */
  private static final Duration PAUSE = Duration.ofSeconds(13);

  /** Something that is done to a stage on which vectors flow, so many times. */
  interface Harm {
    /** Does it, and takes the time of each recovery. */
    void on(Stage stage, int repetitions);
  }

  /**
   * A fault.
   *
   * @param harm what is done
   * @param settings that the application needs for it
   * @param behindProxies whether the instances come to the brokers by proxies
   * @param supervised whether an instance may end with exit code 1, to be started again
   * @param goal how long a recovery is to take with the settings that ship, on a quiet machine;
   *     empty where nobody said
   */
  record Fault(
      Harm harm,
      Map<String, String> settings,
      boolean behindProxies,
      boolean supervised,
      Optional<Duration> goal) {
    private static Fault of(Harm harm) {
      return new Fault(harm, Map.of(), false, false, Optional.empty());
    }

    private Fault with(Map<String, String> needed) {
      return new Fault(harm, needed, behindProxies, supervised, goal);
    }

    private Fault byProxies() {
      return new Fault(harm, settings, true, supervised, goal);
    }

    private Fault underSupervision() {
      return new Fault(harm, settings, behindProxies, true, goal);
    }

    private Fault within(int seconds) {
      return new Fault(
          harm, settings, behindProxies, supervised, Optional.of(Duration.ofSeconds(seconds)));
    }
  }

  private Faults() {}

  /** All of them, by what they are to people. */
  static Map<String, Fault> all() {
    Map<String, Fault> faults = new TreeMap<>();
    faults.put("kill -9, same state", Fault.of(Faults::kill).within(5));
    faults.put(
        "kill -9, another takes over", Fault.of(Faults::killOneOfTwo).with(IN_TURN).within(8));
    faults.put("kill -9 of a partition's leader", Fault.of(Faults::killLeader).within(8));
    faults.put("kill -9 of instance and leader", Fault.of(Faults::killBoth));
    faults.put("kill -9 of all brokers", Fault.of(Faults::killAllBrokers));
    faults.put("kill -9 of the retrain role", Fault.of(Faults::killRetrainer));
    faults.put("SIGSTOP for 13 s, alone", Fault.of(Faults::pause));
    faults.put("SIGSTOP for 13 s, one of two", Fault.of(Faults::pauseOneOfTwo).with(STANDBY));
    faults.put("network cut for 13 s", Fault.of(Faults::cutOff).byProxies());
    faults.put("commit after its transaction's end", Fault.of(Faults::commitLate).byProxies());
    faults.put("restart, state kept", Fault.of(Faults::restartKept));
    faults.put("restart, state lost", Fault.of(Faults::restartLost));
    faults.put(
        "restart, states damaged", Fault.of(Faults::restartStatesDamaged).underSupervision());
    faults.put(
        "restart, windows damaged", Fault.of(Faults::restartWindowsDamaged).underSupervision());
    faults.put("disk full", Fault.of(FullDisk::on).with(FullDisk.SETTINGS));
    faults.put("1 instance to 3 and back", Fault.of(Faults::scale));
    return faults;
  }

  /**
   * Those that words name, as {@code -Dfault.only} has them.
   *
   * @param words parts of their names, commas between; blank for all
   * @throws IllegalArgumentException if a word is part of no name
   */
  static Map<String, Fault> named(String words) {
    Map<String, Fault> all = all();
    if (words.isBlank()) {
      return all;
    }
    Map<String, Fault> wanted = new TreeMap<>();
    for (String word : words.split(",", -1)) {
      String part = word.strip();
      Map<String, Fault> these = new TreeMap<>(all);
      these.keySet().removeIf(name -> part.isEmpty() || !name.contains(part));
      if (these.isEmpty()) {
        throw new IllegalArgumentException(
            "-Dfault.only=%s: each word must be part of a fault's name, and '%s' is of none; they are %s"
                .formatted(words, part, all.keySet()));
      }
      wanted.putAll(these);
    }
    return wanted;
  }

  /** What every build does: a leader and the retrainer are killed, and a commit comes too late. */
  static Fault some() {
    return Fault.of(Faults::killSomeAndCommitLate)
        .with(
            Map.of(
                "retrain.first.samples", "400",
                "retrain.every.samples", "800",
                "retrain.on.drift", "false"))
        .byProxies();
  }

  private static void killSomeAndCommitLate(Stage stage, int repetitions) {
    Instance retrainer = stage.start("r", "retrain");
    alone(stage);
    for (int i = 0; i < repetitions; i++) {
      stage.awaitMoreTraining();
      int leader = leader(stage);
      Instance killed = retrainer;
      stage.recover(
          () -> {
            stage.cluster().kill(leader);
            killed.kill();
          });
      retrainer = stage.start("r", "retrain");
      stage.cluster().launchMissing();
      stage.awaitMoreTraining();
      // Transactions are asked for at every broker, and one that starts does not answer.
      stage.cluster().awaitAll();
      recoverFromLateCommit(stage);
    }
  }

  private static void kill(Stage stage, int repetitions) {
    Instance instance = alone(stage);
    for (int i = 0; i < repetitions; i++) {
      stage.pass();
      instance.kill();
      long killed = System.nanoTime();
      instance = stage.start("a");
      stage.recoverFrom(killed);
    }
  }

  private static Instance alone(Stage stage) {
    Instance instance = stage.start("a");
    stage.play();
    return instance;
  }

  private static void killOneOfTwo(Stage stage, int repetitions) {
    Map<String, Instance> two = two(stage);
    for (int i = 0; i < repetitions; i++) {
      String victim = i % 2 == 0 ? "a" : "b";
      stage.pass();
      Instance instance = two.get(victim);
      stage.recover(instance::kill);
      two.put(victim, stage.start(victim));
      stage.awaitMembers(2);
      stage.awaitForecasts();
    }
  }

  private static Map<String, Instance> two(Stage stage) {
    Map<String, Instance> two = new TreeMap<>();
    two.put("a", stage.start("a"));
    two.put("b", stage.start("b"));
    stage.play();
    stage.awaitMembers(2);
    return two;
  }

  private static void killLeader(Stage stage, int repetitions) {
    alone(stage);
    for (int i = 0; i < repetitions; i++) {
      stage.pass();
      int leader = leader(stage);
      stage.recover(() -> stage.cluster().kill(leader));
      stage.cluster().launchMissing();
      stage.cluster().awaitAll();
      stage.awaitForecasts();
    }
  }

  private static int leader(Stage stage) {
    return stage
        .cluster()
        .leader(stage.topic("features"), stage.random().nextInt(Stage.PARTITIONS));
  }

  private static void killBoth(Stage stage, int repetitions) {
    Instance instance = alone(stage);
    for (int i = 0; i < repetitions; i++) {
      stage.pass();
      int leader = leader(stage);
      stage.cluster().kill(leader);
      instance.kill();
      long killed = System.nanoTime();
      instance = stage.start("a");
      stage.recoverFrom(killed);
      stage.cluster().launchMissing();
      stage.cluster().awaitAll();
      stage.awaitForecasts();
    }
  }

  private static void killAllBrokers(Stage stage, int repetitions) {
    alone(stage);
    for (int i = 0; i < repetitions; i++) {
      stage.pass();
      stage.recover(
          () -> {
            stage.cluster().killAll();
            stage.cluster().launchMissing();
          });
      stage.cluster().awaitAll();
    }
  }

  private static void killRetrainer(Stage stage, int repetitions) {
    Instance retrainer = stage.start("r", "retrain");
    stage.start("a");
    stage.play();
    for (int i = 0; i < repetitions; i++) {
      stage.awaitMoreTraining();
      stage.pass();
      Instance killed = retrainer;
      stage.recover(killed::kill);
      retrainer = stage.start("r", "retrain");
    }
    stage.awaitMoreTraining();
  }

  private static void pause(Stage stage, int repetitions) {
    Instance instance = alone(stage);
    for (int i = 0; i < repetitions; i++) {
      stage.pass();
      instance.pause();
      LockSupport.parkNanos(PAUSE.toNanos());
      stage.recover(instance::resume);
    }
  }

  /** The other one has taken over when it wakes: what it still holds must not be committed. */
  private static void pauseOneOfTwo(Stage stage, int repetitions) {
    Map<String, Instance> two = two(stage);
    for (int i = 0; i < repetitions; i++) {
      stage.pass();
      Instance sleeper = two.get(i % 2 == 0 ? "a" : "b");
      stage.recover(sleeper::pause);
      LockSupport.parkNanos(PAUSE.toNanos());
      sleeper.resume();
      stage.awaitMembers(2);
      stage.awaitForecasts();
    }
  }

  private static void cutOff(Stage stage, int repetitions) {
    alone(stage);
    for (int i = 0; i < repetitions; i++) {
      stage.pass();
      stage.cluster().cut();
      LockSupport.parkNanos(PAUSE.toNanos());
      stage.recover(stage.cluster()::mend);
    }
  }

  /** Kafka Streams alone does not go on after that. */
  private static void commitLate(Stage stage, int repetitions) {
    alone(stage);
    for (int i = 0; i < repetitions; i++) {
      stage.pass();
      recoverFromLateCommit(stage);
    }
  }

  private static void recoverFromLateCommit(Stage stage) {
    stage.awaitTransactionAborted(stage.cluster()::holdCommits);
    stage.recover(stage.cluster()::releaseCommits);
  }

  private static void restartKept(Stage stage, int repetitions) {
    restart(stage, repetitions, state -> {});
  }

  private static void restartLost(Stage stage, int repetitions) {
    restart(stage, repetitions, Folders::delete);
  }

  private static void restartStatesDamaged(Stage stage, int repetitions) {
    SplittableRandom random = stage.random();
    restart(stage, repetitions, state -> Damage.ofStates(state, random));
  }

  private static void restartWindowsDamaged(Stage stage, int repetitions) {
    SplittableRandom random = stage.random();
    restart(stage, repetitions, state -> Damage.ofWindows(state, random));
  }

  private static void restart(Stage stage, int repetitions, Consumer<Path> between) {
    Instance instance = alone(stage);
    for (int i = 0; i < repetitions; i++) {
      stage.pass();
      stage.end(instance);
      long ended = System.nanoTime();
      between.accept(stage.state("a"));
      stage.start("a");
      stage.recoverFrom(ended);
      instance = stage.running("a");
    }
  }

  private static void scale(Stage stage, int repetitions) {
    alone(stage);
    for (int i = 0; i < repetitions; i++) {
      Instance second = stage.start("b");
      Instance third = stage.start("c");
      stage.awaitMembers(3);
      stage.awaitForecasts();
      stage.pass();
      stage.end(second);
      stage.recover(() -> stage.end(third));
      stage.awaitMembers(1);
    }
  }
}
