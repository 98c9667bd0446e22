package io.tplus1.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.topology.ForecastCounters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The last hour in points of {@value #STEP_MS} ms, each of sums, so that those of several instances
 * add up. One thread calls {@link #tick}, any thread reads.
 */
final class History {
  static final long STEP_MS = 5_000;
  private static final int POINTS = 720;

  /** What stands at each place of a point, in the JSON as well. */
  static final List<String> FIELDS =
      List.of(
          "time",
          "forecasts",
          "deadLetters",
          "scored",
          "error",
          "persistence",
          "covered",
          "intervals",
          "timeMedianMs",
          "timeP99Ms",
          "delayMedianMs",
          "delayP99Ms");

  /** From here on, points of instances have their worst, not their sum. */
  private static final int FIRST_QUANTILE = 8;

  private final ForecastCounters counters;
  private final Happenings happenings;
  private final Deque<double[]> points = new ArrayDeque<>();
  private long forecasts;
  private long deadLetters;
  private ErrorBoard.Sums sums;
  private Distribution time;
  private Distribution delay;

  History(ForecastCounters counters, Happenings happenings) {
    this.counters = counters;
    this.happenings = happenings;
    this.sums = happenings.errors().total();
    this.time = Distribution.of(happenings.time());
    this.delay = Distribution.of(happenings.delay());
  }

  /**
   * Adds the point that ends now.
   *
   * @param nowMs the clock; points of all instances lie at whole steps of it
   */
  void tick(long nowMs) {
    double[] point = new double[FIELDS.size()];
    point[0] = nowMs / STEP_MS * STEP_MS;
    long allForecasts = counters.forecasts();
    long allDeadLetters = counters.deadLetters();
    point[1] = allForecasts - forecasts;
    point[2] = allDeadLetters - deadLetters;
    forecasts = allForecasts;
    deadLetters = allDeadLetters;
    ErrorBoard.Sums now = happenings.errors().total();
    point[3] = now.count() - sums.count();
    point[4] = now.error() - sums.error();
    point[5] = now.persistence() - sums.persistence();
    point[6] = now.covered() - sums.covered();
    point[7] = now.intervals() - sums.intervals();
    sums = now;
    Distribution nowTime = Distribution.of(happenings.time());
    Distribution nowDelay = Distribution.of(happenings.delay());
    point[8] = nowTime.since(time).quantileMs(0.5);
    point[9] = nowTime.since(time).quantileMs(0.99);
    point[10] = nowDelay.since(delay).quantileMs(0.5);
    point[11] = nowDelay.since(delay).quantileMs(0.99);
    time = nowTime;
    delay = nowDelay;
    synchronized (points) {
      points.addLast(point);
      if (points.size() > POINTS) {
        points.removeFirst();
      }
    }
  }

  /**
   * This instance's points.
   *
   * @param afterMs only those behind this time
   */
  ObjectNode json(long afterMs) {
    List<double[]> copy;
    synchronized (points) {
      copy = new ArrayList<>(points);
    }
    return json(copy.stream().filter(point -> point[0] > afterMs).toList());
  }

  private static ObjectNode json(List<double[]> points) {
    ObjectNode json =
        Answer.object().put("stepMs", STEP_MS).put("longestTimeMs", Happenings.LONGEST_TIME_MS);
    ArrayNode fields = json.putArray("fields");
    FIELDS.forEach(fields::add);
    ArrayNode rows = json.putArray("points");
    for (double[] point : points) {
      ArrayNode row = rows.addArray();
      for (double value : point) {
        if (Double.isNaN(value)) {
          row.addNull();
        } else if (value == Math.rint(value) && Math.abs(value) < 1e15) {
          row.add((long) value);
        } else {
          row.add(value);
        }
      }
    }
    return json;
  }

  /**
   * The points of several instances as one: sums added, of quantiles the worst.
   *
   * @param nowMs the clock; the point of the running step is left out, for not all may have made it
   */
  static ObjectNode merge(List<? extends JsonNode> instances, long nowMs) {
    Map<Long, double[]> byTime = new TreeMap<>();
    for (JsonNode instance : instances) {
      for (JsonNode row : instance.path("points")) {
        if (row.path(0).asLong() > nowMs - STEP_MS) {
          continue;
        }
        double[] point = byTime.computeIfAbsent(row.path(0).asLong(), time -> empty());
        point[0] = row.path(0).asDouble();
        for (int i = 1; i < FIELDS.size(); i++) {
          double value = row.path(i).isNumber() ? row.path(i).asDouble() : Double.NaN;
          if (i < FIRST_QUANTILE) {
            point[i] += Double.isNaN(value) ? 0 : value;
          } else if (!(point[i] >= value)) {
            point[i] = Double.isNaN(value) ? point[i] : value;
          }
        }
      }
    }
    return json(List.copyOf(byTime.values()));
  }

  private static double[] empty() {
    double[] point = new double[FIELDS.size()];
    java.util.Arrays.fill(point, FIRST_QUANTILE, point.length, Double.NaN);
    return point;
  }
}
