package io.tplus1.replay;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.ModelManifest;
import io.tplus1.serde.Prediction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A published forecast beside the same that was made again.
 *
 * @param published what was sent
 * @param again what was made of its inputs
 * @param where where it stands
 * @param bytes size of its record's value
 * @param values both, value by value
 * @param checks what else was held against each other
 * @param origins where each expert's forecast came from
 */
public record ReplayReport(
    Prediction published,
    Prediction again,
    String where,
    int bytes,
    List<Value> values,
    List<Check> checks,
    Map<String, String> origins) {

  /** So far may another kernel be off, in units of the target's size. */
  static final double TOLERANCE = 1e-5;

  /** What came of it. */
  public enum Verdict {
    SAME("bit for bit the same"),
    CLOSE("the same within 1e-5, by another kernel or CPU"),
    DIFFERENT("different");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * One number of the forecast.
   *
   * @param horizon from 1
   * @param name of the feature, and of a category the word behind a colon
   * @param part {@code value}, {@code lower} or {@code upper}
   * @param published as it was sent; NaN for nothing
   * @param again as it was made again; NaN for nothing
   * @param size of the target: its largest absolute value in the window and the forecast, that of
   *     the network's scaling at least; 1 for probabilities
   */
  record Value(int horizon, String name, String part, float published, float again, double size) {

    /** By how much they differ; NaN where one is nothing. */
    double difference() {
      return (double) again - published;
    }

    Verdict verdict() {
      if (Float.floatToIntBits(published) == Float.floatToIntBits(again)) {
        return Verdict.SAME;
      }
      return Math.abs(difference()) <= TOLERANCE * size ? Verdict.CLOSE : Verdict.DIFFERENT;
    }
  }

  /** What computed the network when it was published; empty if none was asked. */
  String kernelThen() {
    return published.receipt().orElseThrow().kernel();
  }

  /** What computed it now. */
  String kernelNow() {
    return again.receipt().orElseThrow().kernel();
  }

  boolean isSameKernel() {
    return kernelThen().equals(kernelNow());
  }

  /**
   * Whether it was the same order of sums too. DL4J's are OpenBLAS's, which picks an order for the
   * CPU and does not say which.
   */
  boolean mustGiveSameBits() {
    return isSameKernel() && !kernelNow().startsWith("dl4j");
  }

  /** The same kernel must give the same bits, and another one may be off a little. */
  public Verdict verdict() {
    if (checks.stream().anyMatch(check -> check.outcome() == Check.Outcome.DIFFERENT)) {
      return Verdict.DIFFERENT;
    }
    Verdict worst = Verdict.SAME;
    for (Value value : values) {
      worst = value.verdict().compareTo(worst) > 0 ? value.verdict() : worst;
    }
    return worst == Verdict.CLOSE && mustGiveSameBits() ? Verdict.DIFFERENT : worst;
  }

  /** Whether the forecast is the same one, and its intervals are others. */
  boolean onlyIntervalsDiffer() {
    Verdict allowed = mustGiveSameBits() ? Verdict.SAME : Verdict.CLOSE;
    return verdict() == Verdict.DIFFERENT
        && checks.stream().noneMatch(check -> check.outcome() == Check.Outcome.DIFFERENT)
        && values.stream()
            .filter(value -> value.part().equals("value"))
            .allMatch(value -> value.verdict().compareTo(allowed) <= 0);
  }

  /** Largest difference, in units of the target's size; NaN if something is there once only. */
  double largestDifference() {
    double largest = 0;
    for (Value value : values) {
      if (value.verdict() != Verdict.SAME) {
        largest = Math.max(largest, Math.abs(value.difference()) / value.size());
      }
    }
    return largest;
  }

  /**
   * Both forecasts, value by value; where neither has anything, there is nothing.
   *
   * @param network what the artifact of the network says of itself; empty if none was asked
   */
  static List<Value> values(
      FeatureSchema schema,
      FeatureWindow window,
      Prediction published,
      Prediction again,
      Optional<ModelManifest> network) {
    List<Value> values = new ArrayList<>();
    List<Feature> targets = schema.targetFeatures();
    for (int h = 0; h < published.targetTimesMs().length; h++) {
      for (int t = 0; t < targets.size(); t++) {
        int at = h * schema.outputWidth() + schema.outputAt(t);
        Feature feature = targets.get(t);
        double size = size(window, feature, schema.targets().get(t), published.values()[at]);
        if (network.isPresent() && !feature.isCategory()) {
          size = Math.max(size, scaledBy(network.get(), t));
        }
        for (int i = 0; i < feature.width(); i++) {
          String name =
              feature.isCategory() ? feature.name() + ":" + feature.category(i) : feature.name();
          float then = at(published.values(), at + i);
          values.add(new Value(h + 1, name, "value", then, at(again.values(), at + i), size));
        }
        int slot = h * targets.size() + t;
        bound(values, h, feature, "lower", published.lower(), again.lower(), slot, size);
        bound(values, h, feature, "upper", published.upper(), again.upper(), slot, size);
      }
    }
    return values;
  }

  private static void bound(
      List<Value> values,
      int h,
      Feature feature,
      String part,
      float[] published,
      float[] again,
      int slot,
      double size) {
    float then = at(published, slot);
    float now = at(again, slot);
    // What is not finite is not sent.
    if (Float.isFinite(then) || Float.isFinite(now)) {
      values.add(
          new Value(
              h + 1, feature.name(), part, then, Float.isFinite(now) ? now : Float.NaN, size));
    }
  }

  private static float at(float[] values, int index) {
    return index < values.length ? values[index] : Float.NaN;
  }

  private static double size(FeatureWindow window, Feature feature, int column, float published) {
    if (feature.isCategory()) {
      return 1;
    }
    double size = Math.abs(published);
    for (int s = 0; s < window.steps(); s++) {
      size = Math.max(size, Math.abs(window.value(s, column)));
    }
    return size;
  }

  /**
   * The size at which a network's output is rounded when it becomes a raw value, however small that
   * is: float32's last digit there is no difference.
   */
  private static double scaledBy(ModelManifest network, int target) {
    return network.stepInputs().isPresent()
        ? network.meanChanges().get(target)
        : Math.max(
            Math.abs(network.targetScaling().shift()[target]),
            network.targetScaling().scale()[target]);
  }
}
