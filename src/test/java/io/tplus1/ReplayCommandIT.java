package io.tplus1;

import static io.tplus1.ReplayedStreams.MINUTE;
import static io.tplus1.ReplayedStreams.START;
import static io.tplus1.ReplayedStreams.predictions;
import static io.tplus1.ReplayedStreams.vector;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.TopicRecords;
import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.instance.ForecastApplication;
import io.tplus1.instance.Retraining;
import io.tplus1.instance.StartedApplication;
import io.tplus1.instance.StreamUnderTest;
import io.tplus1.model.ForecastStatus;
import io.tplus1.rnn.kernel.Kernels;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.PredictionSerde;
import io.tplus1.topology.ForecastListener;
import io.tplus1.topology.retrain.RetrainPlan;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Forecasts of a real broker, with four partitions, made again by the command. */
final class ReplayCommandIT {

  @TempDir static Path directory;
  private static EmbeddedBroker broker;

  private final ReplayRuns runs = new ReplayRuns(directory);
  private final ReplayedStreams streams = new ReplayedStreams(broker.bootstrapServers(), directory);

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void replay_everyExpertWhileModelsChange_bitForBitAndCloseByAnotherKernel() throws Exception {
    StreamUnderTest stream =
        streams.stream(
            "mix",
            Map.ofEntries(
                Map.entry("window.steps", "8"),
                Map.entry("forecast.horizon", "2"),
                Map.entry("step.interval", "1m"),
                Map.entry("gap.fill", "linear"),
                Map.entry("gap.limit", "3"),
                Map.entry("missing.fill", "last"),
                Map.entry("experts", "last,seasonal,linear,joint,series,rnn,stacked"),
                Map.entry("season.steps", "4"),
                Map.entry("linear.lags", "1-3"),
                Map.entry("joint.lags", "1-2"),
                Map.entry("series.lags", "1-3"),
                Map.entry("linear.every", "60"),
                Map.entry("samples.rate", "all"),
                Map.entry("train.inputs", "difference,level,expert"),
                Map.entry("train.base", "last,linear"),
                Map.entry("train.members", "2"),
                Map.entry("train.hidden", "8"),
                Map.entry("train.batch", "16"),
                Map.entry("train.learning.rate", "0.01"),
                Map.entry("retrain.mode", "refresh"),
                Map.entry("retrain.first.samples", "120"),
                Map.entry("retrain.first.steps", "300"),
                Map.entry("retrain.every.samples", "60"),
                Map.entry("gate.samples", "24"),
                Map.entry("gate.margin", "0")));
    List<Prediction> predictions = new ArrayList<>();
    Configuration configuration = stream.configuration();
    try (Retraining retraining = new Retraining();
        ForecastApplication application =
            StartedApplication.of(
                configuration,
                stream.schema(),
                configuration.registry(stream.schema()),
                Role.ALL,
                ForecastListener.NONE,
                () ->
                    retraining.topology(
                        RetrainPlan.of(configuration, stream.schema(), Optional.empty())))) {
      await("two champions")
          .atMost(Waits.LEARNING)
          .until(
              () -> {
                stream.produce(holed(streams.nextRound(16)));
                predictions.clear();
                predictions.addAll(predictions(stream, (streams.rounds() - 8) * 8));
                return application.failure() != null
                    || predictions.stream()
                            .map(Prediction::model)
                            .distinct()
                            .filter(model -> model.length() == 64)
                            .count()
                        > 1;
              });
      assertThat(application.complaint()).isEmpty();
    }

    Map<String, Prediction> chosen = new TreeMap<>();
    for (Prediction one : predictions) {
      // Of each model, status and some of the series, the newest.
      chosen.put(one.model() + one.status() + one.key().hashCode() % 3, one);
    }
    assertThat(chosen.values())
        .extracting(Prediction::status)
        .contains(ForecastStatus.NO_MODEL, ForecastStatus.GAP_FILLED, ForecastStatus.OK);
    boolean another = false;
    for (Prediction one : chosen.values()) {
      assertThat(runs.replay(stream, one, "--json")).as(runs.out() + " " + runs.err()).isZero();
      assertThat(runs.json().get("verdict").asText()).isEqualTo("same");
      assertThat(runs.json().at("/checks/0/outcome").asText()).isEqualTo("same");
      assertThat(runs.json().get("experts").fieldNames())
          .toIterable()
          .containsExactly("last", "seasonal", "linear", "joint", "series", "rnn", "stacked");
      if (Kernels.vectorAvailable() && one.model().length() == 64) {
        assertThat(runs.json().at("/kernel/replayed").asText()).startsWith("vector-1/");
        assertThat(runs.replay(stream, one, "--json", "--kernel", "plain")).as(runs.out()).isZero();
        assertThat(runs.json().at("/kernel/replayed").asText()).isEqualTo("plain-1");
        assertThat(runs.json().get("largestDifference").asDouble()).isLessThan(1e-5);
        another |= runs.json().get("verdict").asText().equals("close");
      }
    }
    assertThat(another).isEqualTo(Kernels.vectorAvailable());

    Prediction last = predictions.get(predictions.size() - 1);
    Instant target = Instant.ofEpochMilli(last.timeMs() + 2 * MINUTE);
    String[] line = {"--key", last.key(), "--for", target.toString(), "--horizon", "2"};
    assertThat(runs.replay(stream, line)).as(runs.err()).isZero();
    assertThat(runs.out())
        .contains("made at " + Instant.ofEpochMilli(last.timeMs()), "bit for bit the same");
  }

  /** Without a vector now and then, and without a value. */
  private List<SeriesVector> holed(List<SeriesVector> vectors) {
    int round = streams.rounds();
    List<SeriesVector> holed = new ArrayList<>();
    for (int s = 0; s < vectors.size(); s++) {
      if ((s + round) % 11 != 0 || round < 3 || s > 7) {
        SeriesVector one = vectors.get(s);
        boolean lacks = (s + round) % 7 == 0 && round > 2 && s < 8;
        float[] values = one.vector().values();
        holed.add(
            lacks
                ? new SeriesVector(
                    one.series(),
                    new FeatureVector(one.vector().timeMs(), new float[] {values[0], Float.NaN}))
                : one);
      }
    }
    return holed;
  }

  @Test
  void replay_lateVectorTookThePlaceOfAMadeUpRow_isTheSame() throws Exception {
    StreamUnderTest stream =
        streams.stream(
            "late", Map.of("window.steps", "4", "gap.fill", "last", "step.interval", "1m"));
    List<Prediction> forecasts;
    try (ForecastApplication application = stream.start(null)) {
      stream.produce(List.of(vector(0, 0), vector(0, 2)));
      predictions(stream, 1);
      FeatureVector late =
          new FeatureVector(START + MINUTE + MINUTE / 5, vector(0, 1).vector().values());
      stream.produce(List.of(new SeriesVector("s0", late), vector(0, 3)));
      forecasts = predictions(stream, 2);
    }

    for (Prediction forecast : forecasts) {
      assertThat(runs.replay(stream, forecast)).as(runs.out() + " " + runs.err()).isZero();
    }
  }

  @Test
  void replay_publishedValueIsAnother_isDifferent() throws Exception {
    StreamUnderTest stream = streams.stream("forged", Map.of());
    try (ForecastApplication application = stream.start(null)) {
      for (int i = 0; i < 3; i++) {
        stream.produce(streams.nextRound(1));
      }
      predictions(stream, 2);
    }
    ConsumerRecord<byte[], byte[]> sent = stream.read("predictions").get(1);
    Prediction published = stream.prediction(sent);
    // Of several for one target time, the command takes the newest.
    String target = Long.toString(published.targetTimesMs()[0]);
    assertThat(runs.replay(stream, "--key", "s0", "--for", target)).as(runs.err()).isZero();

    // As where `features` was read again with other settings.
    String madeAt = Long.toString(published.timeMs());
    publish(sent, sent.timestamp(), "{}".getBytes(UTF_8));
    publish(sent, sent.timestamp() + 1, "{}".getBytes(UTF_8));
    assertThat(runs.replay(stream, "--key", "s0", "--for", target)).as(runs.err()).isZero();
    assertThat(runs.replay(stream, "--key", "s0", "--at", madeAt)).as(runs.err()).isZero();
    String unreadable = Long.toString(published.timeMs() + 1);
    assertThat(runs.replay(stream, "--key", "s0", "--at", unreadable)).isEqualTo(1);
    assertThat(runs.err())
        .contains(
            "1 records, of which one may be it, cannot be read with these settings, the newest at forged.predictions-",
            "is absent in {}): give the settings that made it");

    publish(stream, sent, Math.nextUp(published.values()[0]));

    assertThat(runs.replay(stream, "--key", "s0", "--for", target)).isEqualTo(4);
    assertThat(runs.replay(stream, "--key", "s0", "--at", madeAt)).isEqualTo(4);
    assertThat(runs.out()).contains("different (", "the same kernel must give the same bits");

    publish(stream, sent, published.values()[0] + 1);

    assertThat(runs.replay(stream, "--key", "s0", "--for", target, "--json")).isEqualTo(4);
    assertThat(runs.json().get("verdict").asText()).isEqualTo("different");
    assertThat(runs.json().at("/values/0/verdict").asText()).isEqualTo("different");
    assertThat(runs.json().at("/values/0/difference").asDouble()).isCloseTo(-1, within(1e-5));
    assertThat(runs.json().at("/values/1/verdict").asText()).isEqualTo("same");
  }

  /** Publishes a forecast once more, with another first value. */
  private static void publish(
      StreamUnderTest stream, ConsumerRecord<byte[], byte[]> sent, float first) {
    Prediction forged = stream.prediction(sent);
    forged.values()[0] = first;
    publish(
        sent,
        sent.timestamp(),
        new PredictionSerde(stream.schema()).serializer().serialize("", forged));
  }

  private static void publish(ConsumerRecord<byte[], byte[]> beside, long timestamp, byte[] value) {
    TopicRecords.produce(
        broker.bootstrapServers(),
        List.of(
            new ProducerRecord<>(
                beside.topic(), beside.partition(), timestamp, beside.key(), value)));
  }
}
