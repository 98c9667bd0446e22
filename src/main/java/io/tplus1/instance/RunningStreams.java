package io.tplus1.instance;

import io.tplus1.cluster.Reason;
import io.tplus1.config.StreamsProperties;
import io.tplus1.topic.Causes;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One topology that runs, until it is closed or fails. Stores that cannot be read are deleted and
 * restored from the brokers: at the start in one go, later by the start that follows the failure.
 * One thread starts it, and another may close it meanwhile.
 */
final class RunningStreams {
  private static final Logger LOG = LoggerFactory.getLogger(RunningStreams.class);
  private static final Duration LONGEST_GIVING_UP = Duration.ofSeconds(5);
  private static final Duration NOTHING_TO_COMMIT = Duration.ofSeconds(1);
  private static final long SWEEP_MINUTES = 10;

  /** What Kafka Streams say of a changelog where the topic that is read has more or fewer. */
  private static final String OTHER_PARTITIONS = "has invalid partitions";

  private final String name;
  private final Supplier<Topology> topology;
  private final Properties properties;
  private final CommittedSends sends;
  private final Runnable ended;
  private final Path stateDir;
  private final LocalState state;
  private final ThreadReplacement replacement;
  private final ScheduledExecutorService sweeping;
  private Future<?> sweeps;

  /** Held by whoever starts or closes: stores that are opened while they close are left as open. */
  private final ReentrantLock turn = new ReentrantLock();

  private volatile boolean closing;
  private volatile KafkaStreams streams;
  private volatile KafkaStreams started;
  private PromptClients clients;
  private boolean opened;
  private volatile Throwable failure;
  private volatile boolean storesFailed;
  private volatile boolean storesDamaged;

  /** Whether a thread failed since this began to close, whatever took its place. */
  private volatile boolean failedClosing;

  /**
   * Nothing runs yet.
   *
   * @param name what it is to people, such as {@code the forecasts}
   * @param topology makes what runs; asked again if stores are damaged
   * @param sends told what its transactions commit
   * @param state its stores on this disk
   * @param ended called when it has ended, by whatever reason
   */
  RunningStreams(
      String name,
      Supplier<Topology> topology,
      Properties properties,
      CommittedSends sends,
      LocalState state,
      Runnable ended) {
    this.name = name;
    this.topology = topology;
    this.properties = properties;
    this.sends = sends;
    this.ended = ended;
    this.stateDir = Path.of(properties.get(StreamsConfig.STATE_DIR_CONFIG).toString());
    this.state = state;
    this.sweeping =
        Executors.newSingleThreadScheduledExecutor(task -> daemon(task, name + ", kept stores"));
    this.streams = make();
    this.replacement =
        new ThreadReplacement(Clock.systemUTC(), StreamsProperties.threads(properties));
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  private KafkaStreams make() {
    clients = new PromptClients(sends);
    KafkaStreams made = new KafkaStreams(topology.get(), properties, clients);
    made.setUncaughtExceptionHandler(this::answer);
    made.setStateListener(
        (now, before) -> {
          LOG.info("{}: {} -> {}", name, before, now);
          // One that fails while it starts says so by an exception, and another may follow it.
          if (made == started && isOver(now)) {
            end(now);
          }
        });
    LOG.info(
        "Starting {} on {}, state in {}",
        properties.get(StreamsConfig.APPLICATION_ID_CONFIG),
        properties.get(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG),
        stateDir.toAbsolutePath());
    return made;
  }

  /** What becomes of a failure; the thread that failed asks. */
  private StreamThreadExceptionResponse answer(Throwable exception) {
    if (closing) {
      failedClosing = true;
    }
    // The one thread of global stores is never replaced.
    boolean replaceable = !Thread.currentThread().getName().endsWith("GlobalStreamThread");
    if (replaceable && replacement.allows(exception)) {
      Thread.currentThread()
          .setUncaughtExceptionHandler(
              (thread, thrown) -> {
                if (closing) {
                  failedClosing = true;
                } else if (thrown != exception) {
                  endUnreplaced(thrown);
                }
              });
      LOG.warn(
          "A thread of {} failed, another is to take its place at the last commit: {}",
          name,
          Reason.of(exception));
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    fail(exception);
    LOG.error("A thread of {} failed; this instance stops", name, exception);
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  /*
   * Kafka makes the other thread on the one that failed. That one ends by what it failed with if
   * there is another, or if none is needed any more, and else by what kept the other from being
   * made, such as a host that does not resolve. Nobody is asked about that, and the state stays as
   * it was: streams without a thread count as running.
   */
  private void endUnreplaced(Throwable why) {
    fail(why);
    LOG.error(
        "No thread could take the place of one of {} that failed; this instance stops", name, why);
    ended.run();
  }

  /** Of several failures the first says why, and any of them whether stores are whole. */
  private synchronized void fail(Throwable exception) {
    failure = failure == null ? exception : failure;
    boolean lacksRoom = StateDisk.complaint(exception, stateDir).isPresent();
    storesFailed |= StateDisk.isOfStores(exception) || lacksRoom;
    storesDamaged |= StateDisk.isOfStores(exception) && !lacksRoom;
  }

  /** Starts, unless it is closed already; returns once the global stores are read to their end. */
  void start() {
    turn.lock();
    try {
      if (!closing) {
        startNow();
      }
    } finally {
      turn.unlock();
    }
  }

  private void startNow() {
    state.open(Instant.now());
    opened = true;
    try {
      streams.start();
    } catch (RuntimeException e) {
      if (!StateDisk.isOfStores(e) || StateDisk.complaint(e, stateDir).isPresent()) {
        throw e;
      }
      LOG.warn("Stores of {} cannot be read: they are restored from the brokers", name, e);
      streams.close(LONGEST_GIVING_UP);
      state.discard();
      failure = null;
      storesFailed = false;
      storesDamaged = false;
      streams = make();
      streams.start();
    }
    started = streams;
    sweeps =
        sweeping.scheduleWithFixedDelay(
            () -> state.sweep(Instant.now()), SWEEP_MINUTES, SWEEP_MINUTES, TimeUnit.MINUTES);
    KafkaStreams.State now = streams.state();
    if (isOver(now)) {
      end(now);
    }
  }

  /** Of a failure, Kafka Streams wait for all threads, and so for ever for one that hangs. */
  private static boolean isOver(KafkaStreams.State state) {
    return isFailed(state) || state == KafkaStreams.State.NOT_RUNNING;
  }

  private static boolean isFailed(KafkaStreams.State state) {
    return state == KafkaStreams.State.PENDING_ERROR || state == KafkaStreams.State.ERROR;
  }

  private void end(KafkaStreams.State now) {
    if (isFailed(now) && failure == null) {
      // Nobody is asked about an error, as opposed to an exception, of the global thread.
      fail(
          new StreamsException(
              "its global thread died of an error: standard error has its stack trace"));
    }
    ended.run();
  }

  String name() {
    return name;
  }

  KafkaStreams streams() {
    return streams;
  }

  /** What made it end by itself; null if nothing did. */
  Throwable failure() {
    return failure;
  }

  /** Why it ended by itself, for people; empty if it did not. */
  Optional<String> complaint() {
    return Optional.ofNullable(failure)
        .map(why -> "%s stopped: %s".formatted(name, complaint(why)));
  }

  private String complaint(Throwable why) {
    if (Causes.of(why).anyMatch(FencedInstanceIdException.class::isInstance)) {
      return "another instance began under the name of this one, %s, which state.dir %s keeps: give each instance a state.dir of its own that is no copy, and set no group.instance.id"
          .formatted(properties.get(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), stateDir);
    }
    return StateDisk.complaint(why, stateDir)
        .or(() -> outgrown(why))
        .orElseGet(() -> Reason.of(why));
  }

  /** Kafka's own remedy for partitions that were added deletes what was learnt. */
  private static Optional<String> outgrown(Throwable why) {
    return Causes.of(why)
        .map(cause -> String.valueOf(cause.getMessage()))
        .filter(message -> message.contains(OTHER_PARTITIONS))
        .findFirst()
        .map(
            message -> {
              int remedy = message.indexOf(". Use ");
              return "a topic that it reads has another number of partitions than its stores: %s. `tplus1 topics verify --role all` says how to go on; the tool that Kafka's lines in the log name deletes what was learnt"
                  .formatted(remedy < 0 ? message : message.substring(0, remedy));
            });
  }

  /**
   * Commits and closes for good; waits for that, and before it for a start that is under way, at
   * most so long.
   *
   * @param longestFailed how long a failure waits at least: what is known of series is restored as
   *     a whole where stores are not closed, and a thread may be about to end
   * @param leave whether others take its partitions over at once; one that failed is to come back
   */
  void close(Duration longest, Duration longestFailed, boolean leave) {
    closing = true;
    long end = System.nanoTime() + longest.toNanos();
    try {
      if (!turn.tryLock(longest.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn(
            "{} did not start within {} s; the next start recovers from the brokers",
            name,
            seconds(longest));
        return;
      }
    } catch (InterruptedException e) {
      throw new InterruptException("interrupted while %s started".formatted(name), e);
    }
    try {
      Duration left = Duration.ofMillis(Math.max(0, (end - System.nanoTime()) / 1_000_000));
      boolean failed = failure != null;
      closeNow(failed && left.compareTo(longestFailed) < 0 ? longestFailed : left, leave);
    } finally {
      turn.unlock();
    }
  }

  private void closeNow(Duration longest, boolean leave) {
    if (sweeps != null) {
      sweeps.cancel(false);
    }
    sweeping.shutdown();
    long uncommitted = clients.uncommitted();
    if (!opened) {
      // It has nothing to commit, and brokers that do not answer may be why it never started.
      streams.close(NOTHING_TO_COMMIT);
    } else if (!streams.close(options(longest, leave && failure == null))) {
      LOG.warn(
          "{} did not close within {} s; the next start recovers from the brokers",
          name,
          seconds(longest));
    } else if (StateDisk.isFull(stateDir)) {
      // Stores that cannot write their last rows close in silence.
      LOG.warn(
          "{}: closed on a full disk, state.dir {}; the next start recovers from the brokers",
          name,
          stateDir.toAbsolutePath());
    } else if (failure == null && !failedClosing && clients.uncommitted() == uncommitted) {
      LOG.info("{}: closed, everything committed", name);
      state.closed();
    } else {
      LOG.info("{}: closed after a failure; the next start goes on from the last commit", name);
      if (storesFailed) {
        discard();
      } else {
        state.closed();
      }
    }
  }

  private static CloseOptions options(Duration longest, boolean leave) {
    return CloseOptions.timeout(longest)
        .withGroupMembershipOperation(
            leave
                ? CloseOptions.GroupMembershipOperation.LEAVE_GROUP
                : CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP);
  }

  /** Rounded: some of what there was has passed. */
  private static long seconds(Duration longest) {
    return longest.plusMillis(500).toSeconds();
  }

  private void discard() {
    try {
      if (storesDamaged) {
        state.discard();
      } else {
        state.discardUnfinished();
      }
    } catch (UncheckedIOException e) {
      LOG.warn("Stores that cannot be read are still there: {}", e.toString());
    }
  }
}
