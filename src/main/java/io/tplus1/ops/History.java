package io.tplus1.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.topology.ForecastCounters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The last hour in points of {@value #STEP_MS} ms, each of sums, so that those of several instances
 * add up, and when a forecast was made before. One thread calls {@link #tick}, any thread reads.
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
  private final Pauses pauses = new Pauses();

  /** What had been when the newest point's step began, and what had at its end so far. */
  private Totals before;

  private Totals newest;

  /** When the newest tick came, and its point's time, epoch milliseconds. */
  private long tickedMs = Long.MIN_VALUE / 2;

  private long pointMs;

  /** All that has been, up to a moment. */
  private record Totals(
      long forecasts,
      long deadLetters,
      ErrorBoard.Sums sums,
      Distribution time,
      Distribution delay) {

    /** What has been since then, as the point of a step. */
    double[] since(Totals before, long timeMs) {
      Distribution times = time.since(before.time);
      Distribution delays = delay.since(before.delay);
      return new double[] {
        timeMs,
        forecasts - before.forecasts,
        deadLetters - before.deadLetters,
        sums.count() - before.sums.count(),
        sums.error() - before.sums.error(),
        sums.persistence() - before.sums.persistence(),
        sums.covered() - before.sums.covered(),
        sums.intervals() - before.sums.intervals(),
        times.quantileMs(0.5),
        times.quantileMs(0.99),
        delays.quantileMs(0.5),
        delays.quantileMs(0.99)
      };
    }
  }

  History(ForecastCounters counters, Happenings happenings) {
    this.counters = counters;
    this.happenings = happenings;
    this.before = totals();
    this.newest = before;
  }

  private Totals totals() {
    return new Totals(
        counters.forecasts(),
        counters.deadLetters(),
        happenings.errors().total(),
        Distribution.of(happenings.time()),
        Distribution.of(happenings.delay()));
  }

  /**
   * Adds the point that ends now; a step has one, however often it is told of. Where the clock was
   * set back, the points of what is the future now are dropped.
   *
   * @param nowMs the clock; points of all instances lie at whole steps of it
   */
  void tick(long nowMs) {
    long timeMs = step(nowMs);
    Totals now = totals();
    pauses.step(timeMs, now.forecasts > newest.forecasts);
    synchronized (points) {
      while (!points.isEmpty() && points.getLast()[0] > timeMs) {
        points.removeLast();
      }
      if (!points.isEmpty() && points.getLast()[0] == timeMs) {
        points.removeLast();
      } else {
        before = newest;
      }
      points.addLast(now.since(before, timeMs));
      if (points.size() > POINTS) {
        points.removeFirst();
      }
    }
    newest = now;
  }

  /**
   * The time of a point: that of the next step where a tick comes about a step after the one before
   * it, unless the clock is more than half a step off. By the clock alone, ticks at a step's border
   * would leave out a step when one is late, and put what came in two into the other.
   */
  private long step(long nowMs) {
    long next = pointMs + STEP_MS;
    boolean isNext =
        Math.abs(nowMs - tickedMs - STEP_MS) < STEP_MS / 2
            && Math.abs(nowMs - next - STEP_MS / 2) <= STEP_MS;
    tickedMs = nowMs;
    pointMs = isNext ? next : nowMs / STEP_MS * STEP_MS;
    return pointMs;
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
    return pauses.putTo(json(copy.stream().filter(point -> point[0] > afterMs).toList()));
  }

  private static ObjectNode json(List<double[]> points) {
    ObjectNode json =
        Json.object().put("stepMs", STEP_MS).put("longestTimeMs", Happenings.LONGEST_TIME_MS);
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
   * @param nowMs the clock; a point that is not yet a step and a half old is left out, for not all
   *     may have made it: it is made within its step, or up to half a step behind it
   */
  static ObjectNode merge(List<? extends JsonNode> instances, long nowMs) {
    Map<Long, double[]> byTime = new TreeMap<>();
    for (JsonNode instance : instances) {
      for (JsonNode row : instance.path("points")) {
        if (row.path(0).asLong() > nowMs - STEP_MS - STEP_MS / 2) {
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
    return Pauses.putMerged(json(List.copyOf(byTime.values())), instances);
  }

  private static double[] empty() {
    double[] point = new double[FIELDS.size()];
    Arrays.fill(point, FIRST_QUANTILE, point.length, Double.NaN);
    return point;
  }
}
