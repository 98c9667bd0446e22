package io.tplus1.train;

import io.tplus1.feature.Absences;
import io.tplus1.feature.FeatureFill;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.GapFill;
import io.tplus1.feature.StepInterval;
import io.tplus1.feature.WindowRing;
import io.tplus1.model.TrainingSample;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * One recorded series as the stream would hold it, for whoever gives its vectors in time order:
 * absent steps and features filled, what cannot be filled refused, and windows that begin anew
 * behind a silence or what was refused.
 */
final class SeriesRows {
  /** How much of a row came. */
  private enum Mark {
    CAME,
    INPUTS_FILLED,
    TARGETS_FILLED,
    STEP_FILLED
  }

  private final SampleWindows windows;
  private final SampleFilling filling;
  private final FeatureSchema schema;
  private final long maxAgeMs;
  private final WindowRing ring;
  private final Absences absences = new Absences();
  private final List<FeatureVector> rows = new ArrayList<>();
  private final List<Mark> marks = new ArrayList<>();
  private final BitSet madeUp = new BitSet();
  private final BitSet targetFilled = new BitSet();
  private final List<Boolean> anew = new ArrayList<>();

  /** Of the window that ends with the newest row; 0 for none. */
  private long intervalMs;

  SeriesRows(SampleWindows windows, SampleFilling filling) {
    this.windows = windows;
    this.filling = filling;
    this.schema = filling.schema();
    this.maxAgeMs = windows.maxAge().toMillis();
    this.ring = new WindowRing(windows.steps(), schema.size(), windows.heldBack().toMillis());
  }

  /** Takes a vector newer than all before it; NaN where a feature is absent. */
  void add(FeatureVector next) {
    int absent = absent(next.values());
    if (absent == schema.size()) {
      return; // no vector at all
    }
    ring.age(next.timeMs());
    boolean none = ring.count() == 0;
    boolean tooOld = !none && next.timeMs() - ring.lastTimeMs() > maxAgeMs;
    // Nothing is filled from what can stand in no window with it.
    boolean forgotten = none || (tooOld && (absent > 0 || filling.gaps().isPresent()));
    long steps = forgotten ? 0 : StepInterval.absent(intervalMs, ring.lastTimeMs(), next.timeMs());
    boolean tooMany = steps > filling.gaps().map(SampleFilling.Gaps::limit).orElse(0);
    if (absent > 0 && (forgotten || tooMany || isAbsentTooLong(next.values()))) {
      if (!forgotten && !tooMany && !isWindowOver()) {
        count(next.values());
      }
      return;
    }
    boolean begins = forgotten || tooMany || isWindowOver();
    if (begins) {
      ring.clear();
    } else {
      bridge(next, steps);
    }
    count(next.values());
    append(
        absent > 0 ? filled(next) : next,
        absent == 0 ? Mark.CAME : isTargetAbsent(next) ? Mark.TARGETS_FILLED : Mark.INPUTS_FILLED,
        begins);
  }

  private int absent(float[] values) {
    int absent = 0;
    for (float value : values) {
      absent += Float.isNaN(value) ? 1 : 0;
    }
    return absent;
  }

  private boolean isTargetAbsent(FeatureVector vector) {
    return schema.targets().stream().anyMatch(f -> Float.isNaN(vector.values()[f]));
  }

  private FeatureWindow beside(long timeMs) {
    return ring.newest(windows.steps(), maxAgeMs - (timeMs - ring.lastTimeMs()));
  }

  private boolean isAbsentTooLong(float[] values) {
    boolean too = filling.absent().isEmpty() || isWindowOver();
    for (int f = 0; f < values.length && !too; f++) {
      too = Float.isNaN(values[f]) && absences.count(f) >= filling.absent().get().limit();
    }
    return too;
  }

  private boolean isWindowOver() {
    return filling.absent().isPresent() && absences.isBeyond(filling.absent().get().limit());
  }

  private void count(float[] values) {
    filling.absent().ifPresent(some -> absences.add(values, schema.size(), some.limit()));
  }

  private void bridge(FeatureVector next, long steps) {
    for (long i = 1; i <= steps; i++) {
      FeatureVector before = rows.get(rows.size() - (int) i);
      append(
          new FeatureVector(
              GapFill.timeMs(before.timeMs(), next.timeMs(), i, steps),
              filling
                  .gaps()
                  .orElseThrow()
                  .fill()
                  .values(before.values(), next.values(), i / (steps + 1.0))),
          Mark.STEP_FILLED,
          false);
    }
  }

  /** A number that is no target goes on along its last change, if the row before it came whole. */
  private FeatureVector filled(FeatureVector next) {
    FeatureWindow before = beside(next.timeMs());
    boolean linear =
        filling.absent().orElseThrow().linear()
            && before.steps() > 1
            && marks.get(marks.size() - 1) == Mark.CAME;
    float[] values = next.values().clone();
    for (int f = 0; f < values.length; f++) {
      if (Float.isNaN(values[f])) {
        values[f] = FeatureFill.value(schema, before, f, linear);
      }
    }
    return new FeatureVector(next.timeMs(), values);
  }

  private void append(FeatureVector row, Mark mark, boolean begins) {
    ring.append(row.timeMs(), row.values());
    filling
        .gaps()
        .ifPresent(
            some -> intervalMs = some.interval().learnt(ring.newest(windows.steps(), maxAgeMs)));
    madeUp.set(rows.size(), mark == Mark.STEP_FILLED);
    targetFilled.set(rows.size(), mark == Mark.STEP_FILLED || mark == Mark.TARGETS_FILLED);
    rows.add(row);
    marks.add(mark);
    anew.add(begins);
  }

  int size() {
    return rows.size();
  }

  FeatureVector row(int at) {
    return rows.get(at);
  }

  /** Whether no row before this one stands in its window. */
  boolean beginsAnew(int at) {
    return anew.get(at);
  }

  /** Whether a window may end with this row, for something came. */
  boolean endsWindow(int at) {
    return !madeUp.get(at);
  }

  /** Steps of a window that teach nothing, of {@code steps} rows from {@code first} on. */
  BitSet withoutLoss(int first, int steps) {
    return TrainingSample.withoutLoss(madeUp, targetFilled, first, steps, windows.horizon());
  }

  /** Whether some rows follow the one before them, and every target of theirs came. */
  boolean follow(int from, int count) {
    for (int at = from; at < from + count; at++) {
      if (anew.get(at) || targetFilled.get(at)) {
        return false;
      }
    }
    return true;
  }
}
