package io.tplus1.expert;

import io.tplus1.expert.LinearShape.Kind;
import io.tplus1.feature.FeatureSchema;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Shapes of which a test says what matters to it. */
public final class LinearShapes {
  private LinearShapes() {}

  /** Each target on its own lags, in raw units. */
  public static LinearShape own(
      FeatureSchema schema, List<Integer> lags, int horizon, double ridge, double forgetting) {
    return new LinearShape(schema, Kind.OWN, lags, false, horizon, ridge, forgetting, 0, 0, 0);
  }

  /** Each target on the lags of all numbers, in raw units. */
  public static LinearShape joint(
      FeatureSchema schema, List<Integer> lags, int horizon, double ridge, double forgetting) {
    return new LinearShape(schema, Kind.JOINT, lags, false, horizon, ridge, forgetting, 0, 0, 0);
  }

  /** The lags 1 to {@code count}, and others beside them. */
  public static List<Integer> lags(int count, int... others) {
    TreeSet<Integer> lags = new TreeSet<>();
    IntStream.rangeClosed(1, count).forEach(lags::add);
    IntStream.of(others).forEach(lags::add);
    return List.copyOf(lags);
  }

  /** The same with the last values among the inputs. */
  public static LinearShape withLevels(LinearShape of) {
    return of(of, true, of.scaleSteps(), of.huber());
  }

  /** The same in units of the mean size of so many last differences. */
  public static LinearShape withLocalScale(LinearShape of, int steps) {
    return of(of, of.levels(), steps, of.huber());
  }

  /** The same with large errors weighing less. */
  public static LinearShape withHuber(LinearShape of, double delta) {
    return of(of, of.levels(), of.scaleSteps(), delta);
  }

  private static LinearShape of(LinearShape of, boolean levels, int scaleSteps, double huber) {
    return new LinearShape(
        of.schema(),
        of.kind(),
        of.lags(),
        levels,
        of.horizon(),
        of.ridge(),
        of.forgetting(),
        scaleSteps,
        huber,
        of.stepMs());
  }
}
