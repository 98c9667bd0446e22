package io.tplus1.feature;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32;

/**
 * The fields of every feature vector, in order, and which of them are fed to the network and which
 * are forecast.
 *
 * <p>A forecast of one horizon is laid out over the targets in order: one value for a number, one
 * probability per id for a category ({@link Feature#width()} values, the unknown category first).
 */
public final class FeatureSchema {
  private final List<Feature> features;
  private final List<Integer> inputs;
  private final List<Integer> targets;
  private final Map<String, Integer> indexes;
  private final List<Feature> targetFeatures;
  private final int[] targetIndexes;
  private final List<Integer> numberTargets;
  private final int[] outputs;
  private final int outputWidth;

  /**
   * @param features the fields of a vector, in order
   * @param inputs indexes of the fields that the network reads, in its order
   * @param targets indexes of the fields that are forecast, in order
   * @throws IllegalArgumentException if a list is empty, a name or index stands twice, or an index
   *     is out of range
   */
  public FeatureSchema(List<Feature> features, List<Integer> inputs, List<Integer> targets) {
    this.features = List.copyOf(features);
    this.inputs = List.copyOf(inputs);
    this.targets = List.copyOf(targets);
    if (features.isEmpty()) {
      throw new IllegalArgumentException("a schema needs at least one feature, found none");
    }
    this.indexes = new HashMap<>();
    for (int i = 0; i < features.size(); i++) {
      if (indexes.put(features.get(i).name(), i) != null) {
        throw new IllegalArgumentException(
            "feature names must differ, found '" + features.get(i).name() + "' twice");
      }
    }
    requireIndexes("inputs", this.inputs);
    requireIndexes("targets", this.targets);
    this.targetFeatures = this.targets.stream().map(this.features::get).toList();
    this.targetIndexes = this.targets.stream().mapToInt(Integer::intValue).toArray();
    this.numberTargets =
        IntStream.range(0, targetIndexes.length)
            .filter(i -> !targetFeatures.get(i).isCategory())
            .boxed()
            .toList();
    this.outputs = new int[targetIndexes.length];
    int width = 0;
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = width;
      width += targetFeatures.get(i).width();
    }
    this.outputWidth = width;
  }

  /** A schema of numbers, each an input and a target. */
  public static FeatureSchema ofNumbers(String... names) {
    return of(List.of(names).stream().map(Feature::number).toList());
  }

  /** A schema in which each feature is an input and a target. */
  public static FeatureSchema of(List<Feature> features) {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < features.size(); i++) {
      all.add(i);
    }
    return new FeatureSchema(features, all, all);
  }

  private void requireIndexes(String what, List<Integer> list) {
    if (list.isEmpty()) {
      throw new IllegalArgumentException(what + " must name at least one feature, found none");
    }
    if (list.stream().distinct().count() != list.size()) {
      throw new IllegalArgumentException(what + " must name each feature once, found " + list);
    }
    for (int i : list) {
      if (i < 0 || i >= features.size()) {
        throw new IllegalArgumentException(
            "%s must lie in 0..%d, found %d".formatted(what, features.size() - 1, i));
      }
    }
  }

  /** Number of fields of a vector. */
  public int size() {
    return features.size();
  }

  public List<Feature> features() {
    return features;
  }

  public Feature feature(int index) {
    return features.get(index);
  }

  public List<String> names() {
    return features.stream().map(Feature::name).toList();
  }

  /** The field's place in a vector, or −1 if no field has this name. */
  public int indexOf(String name) {
    Integer index = indexes.get(name);
    return index == null ? -1 : index;
  }

  /** Indexes of the fields that the network reads, in its order. */
  public List<Integer> inputs() {
    return inputs;
  }

  /** Indexes of the fields that are forecast, in order. */
  public List<Integer> targets() {
    return targets;
  }

  /** The fields that are forecast, in order. */
  public List<Feature> targetFeatures() {
    return targetFeatures;
  }

  /** Whether one category is all that is forecast. */
  public boolean isOneCategory() {
    return targets.size() == 1 && features.get(targets.get(0)).isCategory();
  }

  /**
   * The targets of a row.
   *
   * @param values fields of a vector, in order; what stands behind them is not read
   * @return {@code float[targets]}
   */
  public float[] targetsOf(float[] values) {
    return targetsOf(values, 0);
  }

  /** The targets of a window's newest row, {@code float[targets]}. */
  public float[] targetsOf(FeatureWindow window) {
    return targetsOf(window.buffer(), window.offset() + (window.steps() - 1) * window.features());
  }

  private float[] targetsOf(float[] buffer, int row) {
    float[] chosen = new float[targetIndexes.length];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = buffer[row + targetIndexes[i]];
    }
    return chosen;
  }

  /** Places among the targets of those that are numbers, ascending. */
  public List<Integer> numberTargets() {
    return numberTargets;
  }

  /**
   * Where the values of a target begin in a forecast of one horizon.
   *
   * @param target its place among the targets
   */
  public int outputAt(int target) {
    return outputs[target];
  }

  /**
   * Writes what a forecast says that is certain of a target: a number itself, or the probability 1
   * of a category's id. Where the target is absent (NaN), nothing is said of it: all is NaN.
   *
   * @param target its place among the targets
   * @param out receives the target's values in a forecast of one horizon, from 0 on
   */
  public void certain(int target, float value, float[] out) {
    int at = outputs[target];
    Feature feature = targetFeatures.get(target);
    if (!feature.isCategory() || Float.isNaN(value)) {
      Arrays.fill(out, at, at + feature.width(), value);
    } else {
      Arrays.fill(out, at, at + feature.width(), 0f);
      out[at + (int) value] = 1f;
    }
  }

  /** Number of values of a forecast of one horizon. */
  public int outputWidth() {
    return outputWidth;
  }

  /**
   * What differs first between this schema and another, for people: the names, what a feature is,
   * the inputs, or the targets.
   *
   * @param here who has this schema, such as {@code here}
   * @param there who has the other, such as {@code in the model}
   */
  public String difference(FeatureSchema that, String here, String there) {
    String differs = "%s is %s %s and %s %s";
    if (!names().equals(that.names())) {
      return differs.formatted("features", names(), here, that.names(), there);
    }
    for (int i = 0; i < size(); i++) {
      if (!feature(i).equals(that.feature(i))) {
        return feature(i).difference(that.feature(i), here, there);
      }
    }
    return inputs.equals(that.inputs)
        ? differs.formatted("targets", names(targets), here, names(that.targets), there)
        : differs.formatted("inputs", names(inputs), here, names(that.inputs), there);
  }

  private List<String> names(List<Integer> indexes) {
    return indexes.stream().map(i -> features.get(i).name()).toList();
  }

  /**
   * A number that stands for features (names, kinds and words, in order) and targets on any
   * machine, so that what was kept by place can say of which it is. Inputs do not change it.
   */
  public int fingerprint() {
    StringBuilder text = new StringBuilder();
    for (Feature feature : features) {
      append(text, feature.name());
      text.append(feature.vocabulary().size()).append(' ');
      feature.vocabulary().forEach(word -> append(text, word));
    }
    text.append(targets);
    CRC32 crc = new CRC32();
    crc.update(text.toString().getBytes(UTF_8));
    return (int) crc.getValue();
  }

  /** With its length in front: names and words may hold any character. */
  private static void append(StringBuilder text, String part) {
    text.append(part.length()).append(' ').append(part);
  }

  /** The words of each category, by feature, in id order. */
  public Map<String, List<String>> vocabularies() {
    return features.stream()
        .filter(Feature::isCategory)
        .collect(Collectors.toMap(Feature::name, Feature::vocabulary));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FeatureSchema that
        && features.equals(that.features)
        && inputs.equals(that.inputs)
        && targets.equals(that.targets);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * features.hashCode() + inputs.hashCode()) + targets.hashCode();
  }

  @Override
  public String toString() {
    return "features " + names() + ", inputs " + inputs + ", targets " + targets;
  }
}
