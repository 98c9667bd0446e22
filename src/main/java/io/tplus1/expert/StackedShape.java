package io.tplus1.expert;

import io.tplus1.feature.FeatureSchema;
import java.util.List;

/**
 * What an expert that is stacked on others reads and forecasts, and how it learns. Immutable.
 *
 * @param schema names the targets
 * @param experts E, how many others it is stacked on
 * @param groups for each horizon the group whose equations it shares, from 0, never falling
 * @param ridge λ, how many rows of no relation hold a coefficient at 0: more than 0
 * @param forgetting what a row's weight is multiplied with at each newer one, in (0, 1]
 * @param huber δ, how often the usual error an error may be before its row weighs δ × usual / error
 *     (Huber 1964, by reweighting online); 0 for plain least squares
 */
public record StackedShape(
    FeatureSchema schema,
    int experts,
    List<Integer> groups,
    double ridge,
    double forgetting,
    double huber) {

  /** Most inputs of one equation: its sums grow with the square, to 32 KiB and more. */
  public static final int MAX_INPUTS = 128;

  /**
   * @throws IllegalArgumentException if a value is out of range, no target is a number, or one
   *     equation would have more than {@value #MAX_INPUTS} inputs
   */
  public StackedShape {
    groups = List.copyOf(groups);
    int numbers = schema.numberTargets().size();
    if (numbers == 0) {
      throw new IllegalArgumentException(
          "no target is a number: leave 'stacked' out of experts, or name a number among targets");
    }
    if (experts < 1) {
      throw new IllegalArgumentException(
          "'stacked' stands on other experts, and there are none: name some, such as last and rnn");
    }
    if (numbers * (experts + 1L) > MAX_INPUTS) {
      throw new IllegalArgumentException(
          "of %d targets it would read %d experts and an error each, %d inputs, and %d are the most: name fewer experts, or leave 'stacked' out"
              .formatted(numbers, experts, numbers * (experts + 1L), MAX_INPUTS));
    }
    if (!(ridge > 0 && ridge < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("a ridge > 0 and finite is needed, found " + ridge);
    }
    if (!(forgetting > 0 && forgetting <= 1)) {
      throw new IllegalArgumentException("a forgetting in (0, 1] is needed, found " + forgetting);
    }
    if (!(huber >= 0 && huber < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("a huber >= 0 and finite is needed, found " + huber);
    }
  }

  /** T, targets that are numbers. */
  int numbers() {
    return schema.numberTargets().size();
  }

  /** Inputs of one equation that are of one target: what each expert says, and the last error. */
  int inputsOfTarget() {
    return experts + 1;
  }

  /** K = T × (E + 1), inputs of one equation. */
  int inputs() {
    return numbers() * inputsOfTarget();
  }

  int horizon() {
    return groups.size();
  }

  /** Numbers of one group's state: rows, squares of errors, Gram matrix, cross products. */
  int stateSize() {
    return 1 + numbers() + inputs() * (inputs() + 1) / 2 + inputs() * numbers();
  }

  /** Bytes of the state of a series. */
  public int bytes() {
    return Float.BYTES * (groups.get(groups.size() - 1) + 1) * stateSize();
  }
}
