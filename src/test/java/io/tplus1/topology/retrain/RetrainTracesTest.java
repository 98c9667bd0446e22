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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What experts forecast stands in samples' rows, for networks that read it. */
class RetrainTracesTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("x");
  private static final Map<String, String> SETTINGS =
      with(REFRESH, "train.members=2", "experts=last,linear,rnn", "linear.lags=1-3");

  @TempDir Path directory;
  private final List<TrainingSample> samples = RetrainRig.oscillation();

  private RetrainRig rig(Map<String, String> settings) {
    return new RetrainRig(directory.toFile(), settings, Runnable::run);
  }

  @Test
  void process_sampleThatSaysOtherExperts_isPassedOverWhereTheyAreRead() {
    try (RetrainRig rig = rig(with(SETTINGS, "train.inputs=difference,expert"))) {
      rig.sample(samples.get(0), SCHEMA, List.of("joint"));
      rig.sample(samples.get(1), SCHEMA, List.of("linear", "series"));
      rig.sample(samples.get(2), SCHEMA, List.of());
      assertThat(rig.kept()).isZero();
      assertThat(rig.counters().events(RetrainCounters.Event.SAMPLE_REFUSED)).isEqualTo(3);

      rig.sample(samples.get(3), SCHEMA, List.of("linear"));
      rig.sample(samples.get(4)); // Former releases did not say.
      assertThat(rig.kept()).isEqualTo(2);
    }
  }

  @Test
  void process_sampleThatSaysOtherExperts_isKeptWhereNoNetworkReadsThem() {
    try (RetrainRig rig = rig(with(SETTINGS, "train.inputs=difference"))) {
      rig.sample(samples.get(0), SCHEMA, List.of("joint"));

      assertThat(rig.kept()).isEqualTo(1);
    }
  }

  @Test
  void init_otherExpertsThatNoNetworkReads_theLineGoesOn() {
    Map<String, String> settings = with(SETTINGS, "train.inputs=difference");
    try (RetrainRig rig = rig(settings)) {
      samples.subList(0, 120).forEach(rig::sample);
      assertThat(rig.events()).extracting(ModelEvent::kind).contains(Kind.TRAINED);

      rig.restart(with(settings, "experts=last,joint,rnn"));
      samples.subList(120, 160).forEach(rig::sample);

      List<ModelEvent> events = rig.events();
      assertThat(events).extracting(ModelEvent::kind).doesNotContain(Kind.FAILED);
      assertThat(events)
          .filteredOn(event -> event.kind() == Kind.TRAINED)
          .isNotEmpty()
          .allSatisfy(event -> assertThat(event.figures()).containsEntry("steps", 4.0));
    }
  }
}
