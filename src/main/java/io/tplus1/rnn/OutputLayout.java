package io.tplus1.rnn;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Scaling;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.LastLayer;
import io.tplus1.rnn.network.Network;
import java.util.List;
import java.util.Optional;

/**
 * What a network puts out: {@code float[horizon][schema.outputWidth()]} row-major, numbers scaled,
 * categories as one value per id. Immutable and thread-safe.
 *
 * <p>The rule for categories: where the network ends linearly, its values are logits, and the
 * softmax of each category's slice gives the probabilities; where it ends in an activation (such as
 * Keras' softmax), its values are the probabilities. A network that was trained elsewhere may have
 * no value for the unknown word: its probability is 0 then.
 */
public final class OutputLayout {
  private final int[] widths;
  private final boolean[] categories;
  private final int width;
  private final Scaling scaling;
  private final boolean logits;
  private final int unknowns;

  /**
   * @param scaling a column per target; a category's is not used
   * @param logits whether the values of categories are logits
   * @param unknowns whether the network has a value for the unknown word of each category, as those
   *     trained here have; an imported classifier has one for each of its classes alone
   */
  public OutputLayout(FeatureSchema schema, Scaling scaling, boolean logits, boolean unknowns) {
    List<Feature> targets = schema.targetFeatures();
    this.widths = new int[targets.size()];
    this.categories = new boolean[targets.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = targets.get(i).width();
      categories[i] = targets.get(i).isCategory();
    }
    this.width = schema.outputWidth();
    this.scaling = scaling;
    this.logits = logits;
    this.unknowns = unknowns ? 0 : 1;
  }

  /** Values of one horizon that a network without unknown words puts out. */
  static int widthWithoutUnknowns(FeatureSchema schema) {
    return schema.outputWidth()
        - (int) schema.targetFeatures().stream().filter(Feature::isCategory).count();
  }

  /**
   * Why the values of a category are neither probabilities nor logits, in one sentence; empty if
   * they are, or if no target is a category.
   *
   * @param width values of one horizon that the network puts out
   */
  static Optional<String> refusal(FeatureSchema schema, Network network, int width) {
    List<Feature> categories =
        schema.targetFeatures().stream().filter(Feature::isCategory).toList();
    for (Feature category : categories) {
      if (width != schema.outputWidth() && category.width() == 2) {
        boolean alone = schema.targets().size() == 1 && network.output().width() == 1;
        return Optional.of(
            "the network has one value for '%s', whose one word would always have the probability 1: give it a second one for every other word%s"
                .formatted(category.name(), alone ? ", or a sigmoid" : ""));
      }
    }
    LastLayer last = LastLayer.of(network);
    boolean softmaxOfOne =
        schema.targets().size() == 1
            && last.activation().equals(Optional.of(ActivationFunction.SOFTMAX))
            && last.width() == width;
    if (categories.isEmpty() || softmaxOfOne || last.isLinear()) {
      return Optional.empty();
    }
    String name = categories.get(0).name();
    return Optional.of(
        "the network ends in %s, which gives no probabilities of the words of '%s'; softmax over them does, and no activation, where they are logits: train it so, or take '%s' out of categories and make each class a number of its own, 0 or 1"
            .formatted(name(last), name, name));
  }

  private static String name(LastLayer last) {
    Optional<ActivationFunction> end = last.activation();
    if (end.equals(Optional.of(ActivationFunction.SOFTMAX))) {
      return "softmax over %d values".formatted(last.width());
    }
    return end.map(ActivationFunction::kerasName)
        .orElseGet(() -> "a layer of the kind " + last.layer().getClass().getSimpleName());
  }

  /** Columns of one horizon of a forecast. */
  int width() {
    return width;
  }

  /** Turns the network's values of one horizon into raw units and probabilities. */
  public void decode(float[] values, int from, float[] output, int to) {
    int in = from;
    int out = to;
    for (int i = 0; i < widths.length; i++) {
      if (!categories[i]) {
        output[out] = scaling.unscale(i, values[in]);
        in++;
      } else {
        output[out] = 0f; // the unknown word, where the network has no value for it
        int n = widths[i] - unknowns;
        if (logits) {
          softmax(values, in, n, output, out + unknowns);
        } else {
          System.arraycopy(values, in, output, out + unknowns, n);
        }
        in += n;
      }
      out += widths[i];
    }
  }

  private static void softmax(float[] logits, int from, int n, float[] output, int to) {
    float max = logits[from];
    for (int i = 1; i < n; i++) {
      max = Math.max(max, logits[from + i]);
    }
    float sum = 0;
    for (int i = 0; i < n; i++) {
      output[to + i] = (float) Math.exp(logits[from + i] - max);
      sum += output[to + i];
    }
    for (int i = 0; i < n; i++) {
      output[to + i] /= sum;
    }
  }
}
