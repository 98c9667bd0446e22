package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.REFRESH;
import static io.tplus1.topology.retrain.RetrainDriver.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.TrainingSample;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEvent.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Samples of other features than those of now. */
class RetrainSchemaTest {
  private static final Map<String, String> SETTINGS =
      with(REFRESH, "train.members=2", "experts=last,linear,rnn", "linear.lags=1-3");

  @TempDir Path directory;
  private final List<TrainingSample> samples = RetrainRig.oscillation();

  private RetrainRig rig(Map<String, String> settings) {
    return new RetrainRig(directory.toFile(), settings, Runnable::run);
  }

  /** Their rows, and what is usual of each target, are read by place. */
  @Test
  void process_firstSampleOfOtherFeatures_dropsKeptSamplesAndLearnsAnew() {
    try (RetrainRig rig = rig(SETTINGS)) {
      samples.subList(0, 60).forEach(rig::sample);
      rig.events();

      rig.restart(with(SETTINGS, "features=y"));
      rig.sample(samples.get(60), FeatureSchema.ofNumbers("y"), List.of("linear"));
      assertThat(rig.kept()).isEqualTo(1);
      assertThat(rig.models()).containsExactly("linear/default/linear=0"); // Its deletion.

      samples.subList(61, 160).forEach(rig::sample);
      assertThat(rig.events()).extracting(ModelEvent::kind).contains(Kind.TRAINED);
      rig.restart();
      assertThat(rig.kept()).isEqualTo(100);
    }
  }

  /** Former releases did not write of which features they are. */
  @Test
  void init_progressOfAFormerRelease_keepsSamples() {
    try (RetrainRig rig = rig(SETTINGS)) {
      samples.subList(0, 30).forEach(rig::sample);
      List<List<KeyValue<Object, byte[]>>> committed = rig.commit();
      committed
          .get(1)
          .replaceAll(
              entry ->
                  entry.key.equals("progress")
                      ? KeyValue.pair(entry.key, new StoredProgress(entry.value).of010())
                      : entry);
      rig.abort(committed);

      rig.restart();

      assertThat(rig.kept()).isEqualTo(30);
    }
  }

  @Test
  void process_sampleThatSaysOtherFeatures_isPassedOver() {
    try (RetrainRig rig = rig(SETTINGS)) {
      rig.sample(samples.get(0), FeatureSchema.ofNumbers("y"), List.of("linear"));
      assertThat(rig.kept()).isZero();
      assertThat(rig.counters().events(RetrainCounters.Event.SAMPLE_REFUSED)).isEqualTo(1);

      rig.sample(samples.get(0), FeatureSchema.ofNumbers("x"), List.of("linear"));
      assertThat(rig.kept()).isEqualTo(1);
    }
  }
}
