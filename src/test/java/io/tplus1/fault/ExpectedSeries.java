package io.tplus1.fault;

import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The vectors of one series that came in order, oldest first: each is forecast from. */
final class ExpectedSeries {
  /**
   * One of them.
   *
   * @param vector as it came, before any correction
   * @param partition of the topic of vectors
   * @param offset there
   * @param window that it ended when it came
   * @param before window that the vector before it ended, as it was held when this one came: with
   *     what was late or corrected meanwhile; null for the first
   */
  record Step(
      FeatureVector vector,
      int partition,
      long offset,
      FeatureWindow window,
      FeatureWindow before) {
    long timeMs() {
      return vector.timeMs();
    }
  }

  private final List<Step> steps = new ArrayList<>();
  private final Map<Long, Integer> places = new HashMap<>();

  void add(Step step) {
    places.put(step.timeMs(), steps.size());
    steps.add(step);
  }

  List<Step> steps() {
    return steps;
  }

  Step step(int place) {
    return steps.get(place);
  }

  /** Place of the step of an event time, from 0; -1 for none. */
  int place(long timeMs) {
    return places.getOrDefault(timeMs, -1);
  }

  /** Event times of all but the first so many, epoch milliseconds. */
  List<Long> times(int from) {
    return steps.stream().skip(from).map(Step::timeMs).toList();
  }
}
