package io.tplus1.wire;

import java.util.Arrays;

/** How many values each target has in a forecast: 1 for a number, more for a category. */
final class Widths {
  private Widths() {}

  static boolean anyCategory(int[] widths) {
    for (int width : widths) {
      if (width != 1) {
        return true;
      }
    }
    return false;
  }

  static long sum(int[] widths) {
    long sum = 0;
    for (int width : widths) {
      sum += width;
    }
    return sum;
  }

  /** Where a target's values begin among those of one horizon. */
  static int before(int[] widths, int target) {
    int before = 0;
    for (int i = 0; i < target; i++) {
      before += widths[i];
    }
    return before;
  }

  /** Writes the number of targets, and the widths only where they say anything. */
  static void write(WireOutput out, int[] widths, boolean categories) {
    out.two("the number of targets", widths.length);
    for (int i = 0; i < widths.length && categories; i++) {
      out.two("a target's width", widths[i]);
    }
  }

  static int[] read(WireInput in, boolean categories) {
    int[] widths = new int[in.two()];
    Arrays.fill(widths, 1);
    for (int i = 0; i < widths.length && categories; i++) {
      widths[i] = in.two();
    }
    return widths;
  }

  /** Refuses a target that is none. */
  static void requireTarget(int[] widths, int target) {
    if (target < 0 || target >= widths.length) {
      throw new IllegalArgumentException(
          "it holds targets 0 to %d, found %d".formatted(widths.length - 1, target));
    }
  }

  /** Refuses a target that is none, or a category. */
  static void requireNumber(int[] widths, int target) {
    requireTarget(widths, target);
    if (widths[target] != 1) {
      throw new IllegalArgumentException(
          "target %d is a category, which has %d probabilities, and no one value"
              .formatted(target, widths[target]));
    }
  }

  static void require(String what, int found, long expected) {
    if (found != expected) {
      throw new IllegalArgumentException(
          "%s must have %d values, found %d".formatted(what, expected, found));
    }
  }
}
