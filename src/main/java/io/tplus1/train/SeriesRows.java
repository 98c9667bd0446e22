package io.tplus1.train;

import io.tplus1.feature.Absences;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.GapFill;
import io.tplus1.feature.HoleFill;
import io.tplus1.feature.StepInterval;
import io.tplus1.feature.WindowRing;
import io.tplus1.model.TrainingSample;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

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
  private final FeatureSchema schema;
  private final Optional<SampleFilling.Gaps> gaps;
  private final Optional<HoleFill> holes;
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
    this.schema = filling.schema();
    this.gaps = filling.gaps();
    this.holes = filling.holes();
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
    boolean forgotten = none || (tooOld && (absent > 0 || gaps.isPresent()));
    long steps = forgotten ? 0 : StepInterval.absent(intervalMs, ring.lastTimeMs(), next.timeMs());
    boolean tooMany = steps > gaps.map(SampleFilling.Gaps::limit).orElse(0);
    if (absent > 0 && (forgotten || tooMany || areTooLong(next.values()))) {
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
        absent == 0
            ? Mark.CAME
            : holes.orElseThrow().isTargetAbsent(next.values())
                ? Mark.TARGETS_FILLED
                : Mark.INPUTS_FILLED,
        begins);
  }

  private int absent(float[] values) {
    int absent = 0;
    for (float value : values) {
      absent += Float.isNaN(value) ? 1 : 0;
    }
    return absent;
  }

  private boolean areTooLong(float[] values) {
    return holes.isEmpty() || holes.get().isTooLong(values, absences);
  }

  private boolean isWindowOver() {
    return holes.isPresent() && holes.get().isWindowOver(absences);
  }

  private void count(float[] values) {
    holes.ifPresent(some -> some.count(values, absences));
  }

  private void bridge(FeatureVector next, long steps) {
    if (steps == 0) {
      return;
    }
    FeatureVector before = rows.get(rows.size() - 1);
    GapFill fill = gaps.orElseThrow().fill();
    for (long i = 1; i <= steps; i++) {
      append(
          new FeatureVector(
              GapFill.timeMs(before.timeMs(), next.timeMs(), i, steps),
              fill.values(before.values(), next.values(), i, steps)),
          Mark.STEP_FILLED,
          false);
    }
  }

  private FeatureVector filled(FeatureVector next) {
    float[] values = next.values().clone();
    holes
        .orElseThrow()
        .fill(
            values,
            ring.beside(windows.steps(), maxAgeMs, next.timeMs()),
            marks.get(marks.size() - 1) == Mark.CAME);
    return new FeatureVector(next.timeMs(), values);
  }

  private void append(FeatureVector row, Mark mark, boolean begins) {
    ring.append(row.timeMs(), row.values());
    gaps.ifPresent(
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
