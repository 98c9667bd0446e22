package io.tplus1.instance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.broker.TopicRecords;
import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelCommandSerde;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEventSerde;
import io.tplus1.topology.ForecastListener;
import io.tplus1.topology.retrain.RetrainCounters;
import io.tplus1.topology.retrain.RetrainPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The role that retrains, started by a slip in the settings, and again with the right ones. */
final class HeldOffIT {
  private static final int VECTORS = 30;

  @RegisterExtension static final StreamsOnABroker BROKER = new StreamsOnABroker();

  private StreamUnderTest stream;

  private ForecastApplication start(Role role, Retraining retraining) {
    Configuration configuration = stream.configuration();
    return StartedApplication.of(
        configuration,
        stream.schema(),
        configuration.registry(stream.schema()),
        role,
        ForecastListener.NONE,
        () ->
            retraining.topology(RetrainPlan.of(configuration, stream.schema(), Optional.empty())));
  }

  private List<SeriesVector> vectors() {
    List<SeriesVector> vectors = new ArrayList<>();
    for (int minute = 0; minute < VECTORS; minute++) {
      float value = minute % 7;
      vectors.add(
          new SeriesVector("s", new FeatureVector(60_000L * minute, new float[] {value, -value})));
    }
    return vectors;
  }

  /** Gives a command and waits for its answer, the event of that number. */
  private ModelEvent answer(String id, ModelCommand.Kind kind, int events) {
    byte[] command =
        new ModelCommandSerde()
            .serializer()
            .serialize("t", new ModelCommand(id, kind, Optional.empty(), 1));
    TopicRecords.produce(
        BROKER.bootstrapServers(),
        List.of(
            new ProducerRecord<>(
                stream.topic("model-commands"), "default".getBytes(UTF_8), command)));
    ModelEvent event =
        ModelEventSerde.read(stream.await("model-events", events).get(events - 1).value());
    assertThat(event.command()).contains(id);
    return event;
  }

  /** Runs both roles on some vectors, and returns how many samples are kept of them. */
  private long learn(TestInfo test) {
    stream =
        BROKER.stream(
            test,
            Map.of(
                "features", "a,b",
                "window.steps", "2",
                "history.minimum", "1",
                "samples.rate", "all",
                "retrain.mode", "refresh",
                "retrain.first.samples", "100000"));
    try (Retraining retraining = new Retraining();
        ForecastApplication both = start(Role.ALL, retraining)) {
      stream.produce(vectors());
      stream.await("predictions", VECTORS);
      long kept = stream.read("training-samples").size();
      assertThat(kept).isGreaterThan(VECTORS / 2);
      await("all samples are kept")
          .until(() -> retraining.counters().events(RetrainCounters.Event.SAMPLE_KEPT) == kept);
      assertThat(both.failure()).isNull();
      return kept;
    }
  }

  @Test
  void start_underAnotherHorizonOnce_keepsWhatWasLearnt(TestInfo test) {
    long kept = learn(test);

    stream.settings().put("forecast.horizon", "2");
    try (Retraining retraining = new Retraining();
        ForecastApplication slip = start(Role.RETRAIN, retraining)) {
      answer("early", ModelCommand.Kind.UNPIN, 1);
      assertThat(retraining.counters().buffer().samples()).isZero();
      assertThat(slip.failure()).isNull();
    }

    stream.settings().remove("forecast.horizon");
    try (Retraining retraining = new Retraining();
        ForecastApplication right = start(Role.RETRAIN, retraining)) {
      answer("late", ModelCommand.Kind.UNPIN, 2);
      await("all samples are there").until(() -> retraining.counters().buffer().samples() == kept);
      assertThat(right.failure()).isNull();
    }
  }

  @Test
  void start_underOtherFeaturesOnce_keepsWhatWasLearnt(TestInfo test) {
    long kept = learn(test);

    stream.settings().put("features", "b,a");
    try (Retraining retraining = new Retraining();
        ForecastApplication slip = start(Role.RETRAIN, retraining)) {
      ModelEvent refused = answer("early", ModelCommand.Kind.UNPIN, 1);
      assertThat(refused.kind()).isEqualTo(ModelEvent.Kind.REFUSED);
      assertThat(refused.reason()).contains("of other features, targets or words");
      assertThat(retraining.counters().buffer().samples()).isZero();
      assertThat(slip.failure()).isNull();
    }

    stream.settings().put("features", "a,b");
    try (Retraining retraining = new Retraining();
        ForecastApplication right = start(Role.RETRAIN, retraining)) {
      ModelEvent refused = answer("late", ModelCommand.Kind.UNPIN, 2);
      assertThat(refused.reason()).contains("there is no champion yet");
      await("all samples are there").until(() -> retraining.counters().buffer().samples() == kept);
      assertThat(right.failure()).isNull();
    }
  }
}
