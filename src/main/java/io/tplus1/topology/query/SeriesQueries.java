package io.tplus1.topology.query;

import io.tplus1.config.ForecastSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.topology.state.ForecastStores;
import io.tplus1.topology.state.PendingForecast;
import io.tplus1.topology.state.RowLayout;
import io.tplus1.topology.state.SeriesState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/**
 * Reads the series that this instance keeps, through Kafka Streams' interactive queries.
 *
 * <p>For any thread: it reads the stores, never what stream threads hold on the heap, so states are
 * as they were last written. Every method throws {@link
 * org.apache.kafka.streams.errors.InvalidStateStoreException} while stores are opening or moving.
 */
public final class SeriesQueries {
  private final KafkaStreams streams;
  private final RowLayout rows;

  /**
   * What is stored of one series' newest forecast.
   *
   * @param madeAtMs event time of the window's last vector, epoch milliseconds
   * @param status what stands behind it
   * @param model hash of the artifact that made it
   * @param values {@code float[horizon][outputWidth]}, row-major, raw units
   */
  public record Stored(long madeAtMs, String status, String model, float[] values) {}

  /**
   * What is stored of one series.
   *
   * @param lastTimeMs event time of its newest vector, epoch milliseconds
   * @param vectors the newest vectors, oldest first; NaN for each value of a step that was made up
   * @param targetsFilledMs times of those of which a target was made up
   * @param inputsFilledMs times of those of which other features were, and no target
   * @param latest the newest forecast that still waits
   */
  public record Series(
      long lastTimeMs,
      List<FeatureVector> vectors,
      List<Long> targetsFilledMs,
      List<Long> inputsFilledMs,
      Optional<Stored> latest) {}

  /**
   * @param schema of the vectors that the streams read
   * @param settings what the streams forecast by
   */
  public SeriesQueries(KafkaStreams streams, FeatureSchema schema, ForecastSettings settings) {
    this.streams = streams;
    this.rows = RowLayout.of(schema, settings);
  }

  /**
   * Series of this instance in {@link ForecastStores#KEY_ORDER}.
   *
   * @param prefix how their keys begin
   * @param after only keys behind this one; null for the first
   * @param limit most of them
   */
  public List<ListedSeries> list(String prefix, String after, int limit) {
    return SeriesList.first(partitions().stream().map(this::states).toList(), prefix, after, limit);
  }

  /** Whether this instance keeps a series. */
  public boolean holds(String key) {
    return state(key) != null;
  }

  /** Null if it is not kept here. */
  private SeriesState state(String key) {
    if (keepsNothing()) {
      return null; // Kafka Streams would go on saying that the store may have moved.
    }
    return ask(streams -> streams.store(states())).get(key);
  }

  /**
   * One series, if this instance keeps it.
   *
   * @param key the series
   * @param vectors most vectors that are read
   * @param knownMs event time of a vector of it that came, epoch milliseconds: vectors are stored
   *     at once, while a state may wait for its turn
   */
  public Optional<Series> read(String key, int vectors, long knownMs) {
    if (keepsNothing()) {
      return Optional.empty();
    }
    Set<Integer> partitions = partitions();
    // Any: producers may place keys by rules of their own.
    for (int partition : partitions) {
      SeriesState state = states(partition).get(key);
      if (state != null) {
        return Optional.of(series(key, partition, state, vectors, knownMs));
      }
    }
    if (partitions.isEmpty() || !partitions.equals(partitions())) {
      throw new InvalidStateStoreException("partitions are moving");
    }
    return Optional.empty();
  }

  private Series series(String key, int partition, SeriesState state, int vectors, long knownMs) {
    long lastTimeMs = Math.max(state.lastTimeMs(), knownMs);
    PendingForecast newest = state.pending().peekLast();
    List<FeatureVector> stored = stored(key, partition, lastTimeMs, vectors);
    return new Series(
        lastTimeMs,
        stored.stream().map(this::observed).toList(),
        times(stored, row -> rows.isTargetFilled(row)),
        times(stored, row -> rows.isFilled(row) && !rows.isTargetFilled(row)),
        Optional.ofNullable(newest)
            .map(
                forecast ->
                    new Stored(
                        forecast.madeAtMs(),
                        forecast.status().name(),
                        forecast.model(),
                        forecast.values().clone())));
  }

  private static List<Long> times(List<FeatureVector> stored, Predicate<float[]> which) {
    return stored.stream()
        .filter(row -> which.test(row.values()))
        .map(FeatureVector::timeMs)
        .toList();
  }

  /** Behind the features a row holds what experts forecast then, and how much of it was filled. */
  private FeatureVector observed(FeatureVector row) {
    float[] values = Arrays.copyOf(row.values(), rows.features());
    if (rows.isMadeUp(row.values())) {
      Arrays.fill(values, Float.NaN);
    }
    return new FeatureVector(row.timeMs(), values);
  }

  /** Of its own partition: whoever asks all of them holds up the tasks of all. */
  private List<FeatureVector> stored(String key, int partition, long newestMs, int most) {
    ReadOnlyWindowStore<String, float[]> store =
        ask(
            streams ->
                streams.store(
                    StoreQueryParameters.fromNameAndType(
                            ForecastStores.VECTORS,
                            QueryableStoreTypes.<String, float[]>windowStore())
                        .withPartition(partition)));
    List<FeatureVector> vectors = new ArrayList<>();
    try (WindowStoreIterator<float[]> backwards =
        store.backwardFetch(key, Instant.EPOCH, Instant.ofEpochMilli(newestMs))) {
      while (vectors.size() < most && backwards.hasNext()) {
        KeyValue<Long, float[]> next = backwards.next();
        vectors.add(new FeatureVector(next.key, next.value.clone()));
      }
    }
    Collections.reverse(vectors);
    return vectors;
  }

  /** Whether a series lies where Kafka's own partitioner sees it, and that is here. */
  public boolean isExpected(String key) {
    KeyQueryMetadata metadata = metadata(key);
    return metadata != null && partitions().contains(metadata.partition());
  }

  /**
   * The instance that keeps a series, as Kafka's own partitioner sees it; empty while that is being
   * settled, or if instances do not say how they can be reached.
   */
  public Optional<HostInfo> owner(String key) {
    return Optional.ofNullable(metadata(key))
        .map(KeyQueryMetadata::activeHost)
        .filter(SeriesQueries::isReachable);
  }

  private KeyQueryMetadata metadata(String key) {
    KeyQueryMetadata metadata =
        ask(
            streams ->
                streams.queryMetadataForKey(ForecastStores.SERIES, key, new StringSerializer()));
    return KeyQueryMetadata.NOT_AVAILABLE.equals(metadata) ? null : metadata;
  }

  /** Asks streams that run: Kafka Streams' own complaint of others is none of a store's. */
  private <T> T ask(Function<KafkaStreams, T> question) {
    KafkaStreams.State state = streams.state();
    if (!state.isRunningOrRebalancing()) {
      throw new InvalidStateStoreException("the streams are " + state);
    }
    try {
      return question.apply(streams);
    } catch (IllegalStateException e) { // They began to close in between.
      throw new InvalidStateStoreException("the streams are closing", e);
    }
  }

  /** All instances that say how they can be reached; none while the streams do not run. */
  public List<HostInfo> instances() {
    try {
      return ask(KafkaStreams::metadataForAllStreamsClients).stream()
          .map(StreamsMetadata::hostInfo)
          .filter(SeriesQueries::isReachable)
          .distinct()
          .toList();
    } catch (InvalidStateStoreException e) {
      return List.of();
    }
  }

  private static boolean isReachable(HostInfo host) {
    return !host.equals(HostInfo.unavailable());
  }

  /**
   * Whether this instance has no partition, and takes none over: there are more instances than
   * partitions, or it first restores what others still have. While partitions come, the streams do
   * not run, nor does a thread that is new.
   */
  private boolean keepsNothing() {
    return streams.state() == KafkaStreams.State.RUNNING
        && ask(KafkaStreams::metadataForLocalThreads).stream()
            .allMatch(
                thread -> thread.threadState().equals("RUNNING") && thread.activeTasks().isEmpty());
  }

  private Set<Integer> partitions() {
    Set<Integer> partitions = new TreeSet<>();
    ask(KafkaStreams::metadataForLocalThreads)
        .forEach(
            thread ->
                thread.activeTasks().forEach(task -> partitions.add(task.taskId().partition())));
    return partitions;
  }

  private ReadOnlyKeyValueStore<String, SeriesState> states(int partition) {
    return ask(streams -> streams.store(states().withPartition(partition)));
  }

  private static StoreQueryParameters<ReadOnlyKeyValueStore<String, SeriesState>> states() {
    return StoreQueryParameters.fromNameAndType(
        ForecastStores.SERIES, QueryableStoreTypes.keyValueStore());
  }
}
