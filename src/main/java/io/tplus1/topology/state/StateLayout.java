package io.tplus1.topology.state;

import io.tplus1.config.Expert;
import io.tplus1.config.ForecastSettings;
import io.tplus1.expert.LinearShape;
import io.tplus1.expert.SeasonFinder;
import io.tplus1.expert.SeriesLinear;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.score.ConformalInterval;
import io.tplus1.score.ExpertMix;
import io.tplus1.score.IntervalPlan;
import io.tplus1.score.MeanChanges;
import io.tplus1.score.MixPlan;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What a series' state holds beside times and forecasts, by these settings. Immutable.
 *
 * <p>Parts that the settings ask for begin anew where the store has none, and parts that they no
 * longer ask for are dropped.
 */
public final class StateLayout {
  /** Tags lie below this, and are never given to another part. */
  static final int TAGS = 16;

  /*
   * 1 and 6 were mean changes in which one of 0 counted, of which nobody can tell what is left where
   * a series stood still. They are passed over.
   */
  private static final byte MIX = 2;
  private static final byte INTERVALS = 3;
  private static final byte LINEAR = 4;
  private static final byte WINDOW_FROM = 5;
  private static final byte SEASON = 7;
  private static final byte ABSENCES = 8;
  private static final byte STACKED = 9;
  private static final byte LAST_ERRORS = 10;

  /** Of which features, targets and words all the rest is. */
  private static final byte SCHEMA = 11;

  private static final byte CHANGES = 12;
  private static final byte INTERVAL = 13;

  /** Tag and length of a part, in bytes. */
  private static final int PART_HEAD = 1 + Integer.BYTES;

  /** Most bytes of the parts that no series begins with, beside those for each feature. */
  private static final long MOST_LATER = 2L * (PART_HEAD + Long.BYTES) + PART_HEAD;

  /** Time, status, model's hash and lengths of a forecast that waits, in bytes. */
  private static final long FORECAST_HEAD = 128;

  /** The same of each expert's. */
  private static final long EXPERT_HEAD = 8;

  /** Most bytes of a state that nobody need reckon with. */
  private static final long SMALL = 4_096;

  private final Roster roster;
  private final int features;
  private final int targets;
  private final int outputWidth;
  private final int horizon;
  private final boolean learning;
  private final MixPlan mixPlan;
  private final IntervalPlan intervalPlan;
  private final boolean pooled;
  private final LinearShape series;
  private final StackedPart stacked;
  private final boolean pooledStacked;
  private final FeatureSchema schema;
  private final SchemaMark mark;
  private final boolean findsSeason;
  private final int longestLag;
  private final boolean learnsInterval;

  /**
   * What these settings keep.
   *
   * @param roster of the same schema and settings
   */
  StateLayout(FeatureSchema schema, ForecastSettings settings, Roster roster) {
    this.roster = roster;
    this.features = schema.size();
    this.targets = schema.targets().size();
    this.outputWidth = schema.outputWidth();
    this.horizon = settings.windows().horizon();
    this.learning = settings.learning();
    this.mixPlan = roster.mixPlan().orElse(null);
    double coverage = settings.experts().coverage();
    this.intervalPlan = coverage > 0 ? new IntervalPlan(schema, horizon, coverage) : null;
    this.pooled = coverage > 0 && settings.experts().pooledIntervals();
    this.series = roster.series().orElse(null);
    this.stacked = roster.stacked().orElse(null);
    this.pooledStacked = settings.experts().stacked().pooled();
    this.schema = schema;
    this.mark = new SchemaMark(schema);
    this.findsSeason = roster.has(Expert.SEASONAL) && settings.experts().findsSeason();
    this.longestLag = Math.max(1, settings.windows().steps() - 1);
    this.learnsInterval = settings.learnsInterval();
  }

  int targets() {
    return targets;
  }

  int outputWidth() {
    return outputWidth;
  }

  /**
   * Numbers per horizon and target that a pool of intervals is to know of a forecast, whether or
   * not there is a pool.
   */
  int inputs() {
    return ConformalInterval.INPUTS;
  }

  /** Numbers that a step of a forecast that waits takes. */
  long forecastValues() {
    int known = (intervalPlan == null ? 0 : 1) + (pooled ? inputs() : 0);
    return outputWidth * (1L + roster.size()) + (long) targets * known;
  }

  /** Bytes of what is learnt of a series from its first vector on. */
  long learntBytes() {
    return bytes(start(0));
  }

  /** Bytes of all that a state holds beside times and forecasts. */
  private long bytes(SeriesState state) {
    long[] bytes = {1};
    eachPart(state, (tag, length, content) -> bytes[0] += PART_HEAD + length);
    return bytes[0];
  }

  /**
   * Most bytes that a series' state takes in the store: all that is learnt, and one forecast for
   * each step that can be waited for, of which what is answered is not kept. Somewhat too many.
   */
  public long mostBytes() {
    return learntBytes()
        + MOST_LATER
        + 2L * features
        + bytes(horizon, horizon * (horizon + 1L) / 2);
  }

  /**
   * Most bytes beside what is learnt.
   *
   * @param forecasts that wait
   * @param unanswered steps of all of them
   */
  private long bytes(int forecasts, long unanswered) {
    long head = FORECAST_HEAD + (long) Float.BYTES * targets + roster.size() * EXPERT_HEAD;
    return Float.BYTES * forecastValues() * unanswered + forecasts * head;
  }

  /**
   * How many small states one of these may come to be as large as, rounded up: where so many are
   * written at once, or wait, that many fewer are.
   */
  int mostWeight() {
    return weight(mostBytes());
  }

  /** How many small states this one is as large as, rounded up. */
  int weight(SeriesState state) {
    long unanswered = 0;
    for (PendingForecast forecast : state.pending()) {
      int steps = forecast.values().length / outputWidth;
      unanswered += Math.max(0, steps - forecast.answered()); // of other targets, fewer may be left
    }
    return weight(bytes(state) + bytes(state.pending().size(), unanswered));
  }

  private static int weight(long bytes) {
    return (int) ((bytes + SMALL - 1) / SMALL);
  }

  /** The state of a series that speaks for the first time. */
  public SeriesState start(long timeMs) {
    return new SeriesState(timeMs, read(new ByteBuffer[TAGS]));
  }

  /** Takes a part of a state. */
  private interface PartVisitor {
    /**
     * Takes it.
     *
     * @param length bytes of its content
     * @param content writes them
     */
    void part(byte tag, int length, Consumer<ByteBuffer> content);
  }

  /** Writes number of parts (8 bits), and of each tag (8), length (32) and bytes. */
  void write(SeriesState state, StateOutput bytes) {
    int count = bytes.position();
    bytes.room(1).put((byte) 0);
    eachPart(
        state,
        (tag, length, content) -> {
          bytes.increment(count);
          content.accept(bytes.room(PART_HEAD + length).put(tag).putInt(length));
        });
  }

  /** All that a state holds, in the order in which it is written. */
  private void eachPart(SeriesState state, PartVisitor to) {
    Learnt learnt = state.learnt();
    to.part(SCHEMA, SchemaMark.BYTES, mark::write);
    if (learnt.changes() != null) {
      to.part(CHANGES, learnt.changes().bytes(), learnt.changes()::write);
    }
    if (learnt.mix() != null) {
      to.part(MIX, learnt.mix().bytes(), learnt.mix()::write);
    }
    if (learnt.intervals() != null) {
      to.part(INTERVALS, learnt.intervals().bytes(), learnt.intervals()::write);
    }
    if (learnt.linear() != null) {
      to.part(
          LINEAR,
          Integer.BYTES + learnt.linear().bytes(),
          bytes -> learnt.linear().write(bytes.putInt(identity(series))));
    }
    if (learnt.season() != null) {
      to.part(SEASON, learnt.season().bytes(), learnt.season()::write);
    }
    if (learnt.stacked() != null) {
      to.part(STACKED, stacked.bytes(), bytes -> stacked.write(learnt.stacked(), bytes));
    }
    if (learnt.lastErrors() != null) {
      to.part(
          LAST_ERRORS,
          stacked.errorBytes(),
          bytes -> stacked.writeErrors(learnt.lastErrors(), bytes));
    }
    if (state.windowFromMs() != SeriesState.NO_GAP) {
      to.part(WINDOW_FROM, Long.BYTES, bytes -> bytes.putLong(state.windowFromMs()));
    }
    if (state.intervalMs() > 0) {
      to.part(INTERVAL, Long.BYTES, bytes -> bytes.putLong(state.intervalMs()));
    }
    if (!state.absences().isNone()) {
      to.part(ABSENCES, state.absences().bytes(), state.absences()::write);
    }
  }

  /**
   * A state of stored parts.
   *
   * @param parts what was stored, by tag; null where there is nothing
   * @throws SerializationException if it is of other features, targets or words
   */
  SeriesState read(long timeMs, ByteBuffer[] parts) {
    mark.require("a series' state", parts[SCHEMA]);
    SeriesState state = new SeriesState(timeMs, read(parts));
    state.setMarked(parts[SCHEMA] != null);
    if (parts[WINDOW_FROM] != null) {
      state.startWindow(parts[WINDOW_FROM].getLong());
    }
    if (learnsInterval && parts[INTERVAL] != null) {
      state.setIntervalMs(parts[INTERVAL].getLong());
    }
    if (parts[ABSENCES] != null) {
      state.absences().read(parts[ABSENCES], features);
    }
    return state;
  }

  private Learnt read(ByteBuffer[] parts) {
    return new Learnt(
        learning ? changes(parts[CHANGES]) : null,
        mixPlan == null ? null : mix(parts[MIX]),
        intervalPlan == null ? null : intervals(parts[INTERVALS]),
        series == null ? null : linear(parts[LINEAR]),
        findsSeason ? season(parts[SEASON]) : null,
        stacked == null || pooledStacked ? null : stacked.read(parts[STACKED]),
        stacked == null ? null : stacked.readErrors(parts[LAST_ERRORS]));
  }

  private MeanChanges changes(ByteBuffer stored) {
    return stored == null ? new MeanChanges(targets) : MeanChanges.read(stored, targets);
  }

  private ExpertMix mix(ByteBuffer stored) {
    return stored == null ? mixPlan.start() : mixPlan.read(stored);
  }

  private ConformalInterval intervals(ByteBuffer stored) {
    return stored == null ? intervalPlan.start() : intervalPlan.read(stored);
  }

  private SeasonFinder season(ByteBuffer stored) {
    return stored == null
        ? new SeasonFinder(schema, longestLag)
        : SeasonFinder.read(schema, longestLag, stored);
  }

  /** Sums of another shape say nothing of this one. */
  private SeriesLinear linear(ByteBuffer stored) {
    boolean same =
        stored != null
            && stored.remaining() == Integer.BYTES + SeriesLinear.bytes(series)
            && stored.getInt() == identity(series);
    return same ? SeriesLinear.read(series, stored) : new SeriesLinear(series);
  }

  /** The same for the same shape on any machine. */
  private static int identity(LinearShape shape) {
    return Objects.hash(shape.lags(), shape.horizon(), shape.scaleSteps(), shape.stepMs());
  }

  /** Whether series learn anything together. */
  public boolean isPooled() {
    return pooled || mixPlan != null;
  }

  /** Bytes of what series learn together of their intervals, from the first on; 0 for nothing. */
  public long pooledIntervalBytes() {
    return pooled ? intervalPlan.startPool().bytes() : 0;
  }

  /**
   * What series have learnt together.
   *
   * @param store null where they learn nothing together
   * @throws SerializationException if what is stored is of other features, targets or words
   */
  public Pool pool(KeyValueStore<String, byte[]> store) {
    return new Pool(
        mark, mixPlan, pooled ? intervalPlan : null, pooledStacked ? stacked : null, store);
  }

  /** The code of an expert in stored forecasts, by its place in the mix. */
  byte expertCode(int place) {
    return roster.code(place);
  }

  /** Stored forecasts of experts in the order of today's mix. */
  float[][] experts(byte[] codes, float[][] stored) {
    return roster.inOrder(codes, stored);
  }
}
