package io.tplus1.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.topology.ForecastCounters;
import io.tplus1.topology.ForecastListener;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.metrics.Sensor.RecordingLevel;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private static ObjectNode instance(String points) throws Exception {
    return (ObjectNode) new ObjectMapper().readTree("{\"points\":" + points + "}");
  }

  private static History history(Meters meters) {
    return new History(
        new ForecastCounters(ForecastListener.NONE),
        new Happenings(
            FeatureSchema.ofNumbers("x"),
            16,
            Duration.ofHours(1),
            meters.registry(),
            Clock.systemUTC()));
  }

  @Test
  void tick_twiceInAStep_onePointOfAllThatWasInIt() {
    FeatureSchema schema = FeatureSchema.ofNumbers("x", "y");
    try (Meters meters = new Meters(RecordingLevel.INFO)) {
      Happenings happenings =
          new Happenings(schema, 16, Duration.ofHours(1), meters.registry(), Clock.systemUTC());
      History history = new History(new ForecastCounters(ForecastListener.NONE), happenings);
      happenings.scored(0, LiveSeriesTest.scored("s", 1, 0));
      history.tick(9_999);
      happenings.scored(0, LiveSeriesTest.scored("s", 2, 0));
      happenings.processed(0, 1, 1, 31, 1_000_000);
      history.tick(12_000);
      happenings.scored(0, LiveSeriesTest.scored("s", 3, 3));
      history.tick(12_001);

      JsonNode points = history.json(0).get("points");
      assertThat(points).hasSize(2);
      assertThat(points.get(0).get(0).asLong()).isEqualTo(5_000);
      assertThat(points.get(1).get(0).asLong()).isEqualTo(10_000);
      assertThat(points.get(1).get(3).asLong()).as("scored").isEqualTo(2);
      assertThat(points.get(1).get(6).asLong()).as("inside their intervals").isEqualTo(1);
      assertThat(points.get(1).get(7).asLong()).as("had an interval").isEqualTo(2);
      assertThat(points.get(1).get(8).isNumber()).as("has a median time").isTrue();
      assertThat(points.get(1).get(10).asDouble()).as("median delay, ms").isBetween(25.0, 50.0);
    }
  }

  @Test
  void tick_clockSetBack_pointsOfTheFutureAreDropped() {
    try (Meters meters = new Meters(RecordingLevel.INFO)) {
      History history = history(meters);
      for (long timeMs : new long[] {5_000, 7_200_000, 7_205_000, 10_000}) {
        history.tick(timeMs);
      }

      JsonNode points = history.json(0).get("points");
      assertThat(points)
          .extracting(point -> point.get(0).asLong())
          .containsExactly(5_000L, 10_000L);
    }
  }

  /** As of ticks that come a little late or not, of a clock that is set right at times. */
  @Test
  void tick_nowBeforeAStepsBorderNowBehindIt_eachStepHasItsPoint() {
    try (Meters meters = new Meters(RecordingLevel.INFO)) {
      History history = history(meters);
      for (long timeMs : new long[] {4_999, 10_001, 14_999, 20_001, 24_999, 29_990, 34_980}) {
        history.tick(timeMs);
      }

      assertThat(history.json(-1).get("points"))
          .extracting(point -> point.get(0).asLong())
          .containsExactly(0L, 5_000L, 10_000L, 15_000L, 20_000L, 25_000L, 30_000L);
    }
  }

  /** Each tick is a tenth late: once a point is half a step off, a step is left out. */
  @Test
  void tick_clockThatRunsAway_pointsStayNearIt() {
    try (Meters meters = new Meters(RecordingLevel.INFO)) {
      History history = history(meters);
      for (long timeMs = 0; timeMs <= 300_000; timeMs += 5_500) {
        history.tick(timeMs);
        JsonNode points = history.json(-1).get("points");
        assertThat(timeMs - points.get(points.size() - 1).get(0).asLong()).isBetween(0L, 7_500L);
      }
    }
  }

  @Test
  void tick_longerThanAnHour_theLastHourStays() {
    try (Meters meters = new Meters(RecordingLevel.INFO)) {
      History history = history(meters);
      for (int step = 1; step <= 1_000; step++) {
        history.tick(step * History.STEP_MS);
      }

      JsonNode points = history.json(0).get("points");
      assertThat(points).hasSize(720);
      assertThat(points.get(0).get(0).asLong()).isEqualTo(281 * History.STEP_MS);
    }
  }

  @Test
  void merge_twoInstances_sumsAddUpAndTheWorstQuantileStands() throws Exception {
    ObjectNode one =
        instance("[[5000,1,2,3,0.5,1,4,5,null,2,1,1],[10000,7,0,0,0,0,0,0,1,1,null,null]]");
    ObjectNode other = instance("[[5000,10,0,1,0.25,1,0,1,0.1,1,3,null]]");

    JsonNode points = History.merge(List.of(one, other), 17_500).get("points");

    assertThat(points).hasSize(2);
    assertThat(points.get(0).toString()).isEqualTo("[5000,11,2,4,0.75,2,4,6,0.1,2,3,1]");
    assertThat(points.get(1).toString()).isEqualTo("[10000,7,0,0,0,0,0,0,1,1,null,null]");
  }

  @Test
  void merge_stepThatStillRuns_isLeftOut() throws Exception {
    ObjectNode one = instance("[[5000,1,0,0,0,0,0,0,1,1,1,1],[10000,7,0,0,0,0,0,0,1,1,1,1]]");
    ObjectNode late = instance("[[5000,2,0,0,0,0,0,0,1,1,1,1]]");

    JsonNode points = History.merge(List.of(one, late), 14_999).get("points");

    assertThat(points).hasSize(1);
    assertThat(points.get(0).toString()).isEqualTo("[5000,3,0,0,0,0,0,0,1,1,1,1]");
  }

  /**
   * An instance whose clock was put forward makes its points up to half a step late from then on.
   */
  @Test
  void merge_stepThatOneInstanceMakesLate_isLeftOutUntilAllHaveMadeIt() throws Exception {
    ObjectNode one = instance("[[5000,1,0,0,0,0,0,0,1,1,1,1],[10000,7,0,0,0,0,0,0,1,1,1,1]]");
    ObjectNode late = instance("[[5000,2,0,0,0,0,0,0,1,1,1,1]]");
    ObjectNode made = instance("[[5000,2,0,0,0,0,0,0,1,1,1,1],[10000,8,0,0,0,0,0,0,1,1,1,1]]");

    assertThat(History.merge(List.of(one, late), 15_500).get("points")).hasSize(1);
    JsonNode points = History.merge(List.of(one, made), 17_500).get("points");
    assertThat(points).hasSize(2);
    assertThat(points.get(1).toString()).isEqualTo("[10000,15,0,0,0,0,0,0,1,1,1,1]");
  }

  @Test
  void overviewMerge_twoInstances_numbersAddedAndInstancesListed() throws Exception {
    ObjectMapper json = new ObjectMapper();
    ObjectNode own =
        (ObjectNode)
            json.readTree(
                "{\"now\":9,\"swaps\":2,\"instances\":[{\"address\":\"a\"}],\"forecasts\":{\"OK\":1},"
                    + "\"models\":{\"m\":{\"error\":0.5}}}");
    ObjectNode other =
        (ObjectNode)
            json.readTree(
                "{\"now\":8,\"swaps\":1,\"instances\":[{\"address\":\"b\"}],\"forecasts\":{\"OK\":2,\"NO_MODEL\":3},"
                    + "\"models\":{\"m\":{\"error\":0.25},\"n\":{\"error\":1.5}}}");

    // Read again: integers of another width are not equal as trees.
    assertThat(json.readTree(Overview.merge(own, List.of(other)).toString()))
        .isEqualTo(
            json.readTree(
                "{\"now\":9,\"swaps\":2,\"instances\":[{\"address\":\"a\"},{\"address\":\"b\"}],"
                    + "\"forecasts\":{\"OK\":3,\"NO_MODEL\":3},"
                    + "\"models\":{\"m\":{\"error\":0.75},\"n\":{\"error\":1.5}}}"));
  }

  @Test
  void overviewMerge_examplesOfAReason_theNewestStays() throws Exception {
    ObjectMapper json = new ObjectMapper();
    String overview = "{\"now\":1,\"swaps\":0,\"deadLetters\":{\"EXTRA_FIELD\":%s}}";
    String old = "{\"count\":1,\"at\":5,\"detail\":\"old\",\"origin\":\"t-0 @ 1\"}";
    String fresh = "{\"count\":2,\"at\":9,\"detail\":\"new\",\"origin\":\"t-3 @ 7\"}";
    String ofBefore = "{\"count\":4,\"detail\":\"of a release before\"}";
    String merged = "{\"count\":7,\"at\":9,\"detail\":\"new\",\"origin\":\"t-3 @ 7\"}";

    for (List<String> order :
        List.of(
            List.of(old, fresh, ofBefore),
            List.of(fresh, ofBefore, old),
            List.of(ofBefore, old, fresh))) {
      List<ObjectNode> told = new ArrayList<>();
      for (String letters : order) {
        told.add((ObjectNode) json.readTree(overview.formatted(letters)));
      }

      ObjectNode all = Overview.merge(told.get(0), told.subList(1, 3));

      assertThat(json.readTree(all.get("deadLetters").toString()))
          .as("%s", order)
          .isEqualTo(json.readTree("{\"EXTRA_FIELD\":" + merged + "}"));
    }
  }

  @Test
  void overviewMerge_clockThatIsOff_isAReason() throws Exception {
    ObjectMapper json = new ObjectMapper();
    ObjectNode own =
        (ObjectNode) json.readTree("{\"now\":100000,\"instances\":[{\"reasons\":[]}]}");
    ObjectNode late =
        (ObjectNode) json.readTree("{\"now\":25000,\"instances\":[{\"reasons\":[\"it rests\"]}]}");
    ObjectNode right =
        (ObjectNode) json.readTree("{\"now\":98000,\"instances\":[{\"reasons\":[]}]}");

    JsonNode instances = Overview.merge(own, List.of(late, right)).get("instances");

    assertThat(instances.get(0).get("reasons")).isEmpty();
    assertThat(instances.get(1).get("reasons")).hasSize(2);
    assertThat(instances.get(1).get("reasons").get(1).asText())
        .startsWith("its clock is 75 s behind ");
    assertThat(instances.get(2).get("reasons")).isEmpty();
  }
}
