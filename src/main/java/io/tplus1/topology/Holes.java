package io.tplus1.topology;

import io.tplus1.feature.Absences;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.GapFill;
import io.tplus1.feature.HoleFill;
import io.tplus1.serde.DecodedRecord;
import io.tplus1.topology.state.ForecastLayout;
import io.tplus1.topology.state.RowLayout;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Fills what did not come: single features of a vector, and whole steps between two vectors. Owned
 * by one stream thread.
 *
 * <p>A category is filled with its last word, whatever the setting, and a target that is absent on
 * its own with its last value.
 */
final class Holes {
  private final FeatureSchema schema;
  private final GapFill gap;
  private final HoleFill missing;
  private final RowLayout rows;
  private final ForecastCounters counters;

  /**
   * @param missing what becomes of single features
   */
  Holes(ForecastLayout layout, HoleFill missing, ForecastCounters counters) {
    this.schema = layout.schema();
    this.gap = layout.settings().hygiene().gaps(schema);
    this.missing = missing;
    this.rows = layout.rows();
    this.counters = counters;
  }

  /** The names of a vector's absent features. */
  String absent(DecodedRecord vector) {
    return IntStream.range(0, schema.size())
        .filter(f -> Float.isNaN(vector.values()[f]))
        .mapToObj(f -> "'" + schema.feature(f).name() + "'")
        .collect(Collectors.joining(", "));
  }

  /**
   * Counts what a correction of a series' newest vector brings as absent no more. A window that is
   * over stays so: a vector behind the newest was dead-lettered, and its step is in no window.
   *
   * @return whether any was absent until then
   */
  boolean end(float[] values, Absences absences) {
    return !missing.isWindowOver(absences) && absences.end(values);
  }

  /**
   * Fills the absent features of a row that lacks some, and marks it.
   *
   * @param before rows that end with the one before it, at least one
   * @param along whether {@code missing.fill} decides; else it is the last value
   */
  void fillFeatures(float[] row, FeatureWindow before, boolean along) {
    boolean target = missing.isTargetAbsent(row);
    boolean cameWhole = !rows.isFilled(before, before.steps() - 1, 1);
    int filled = missing.fill(row, before, along && cameWhole);
    row[rows.mark()] = target ? RowLayout.PARTLY_FILLED : RowLayout.INPUTS_FILLED;
    counters.count(ForecastCounters.Event.FEATURE_FILLED, filled);
  }

  /**
   * Takes what a correction leaves out from the vector that it corrects: nothing is made up.
   *
   * @param upTo rows that end with that vector, which came whole
   */
  void keep(float[] row, FeatureWindow upTo) {
    for (int f = 0; f < schema.size(); f++) {
      if (Float.isNaN(row[f])) {
        row[f] = upTo.value(upTo.steps() - 1, f);
      }
    }
  }

  /**
   * A row for an absent step.
   *
   * @param before the row before the gap
   * @param after values of the vector behind it; NaN where nothing came
   * @param step which of the absent steps, from 1
   * @param absent how many they are
   */
  float[] step(float[] before, float[] after, long step, long absent) {
    counters.count(ForecastCounters.Event.STEP_FILLED);
    return rows.row(gap.values(before, after, step, absent), RowLayout.FILLED);
  }
}
