package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.FAST;
import static io.tplus1.topology.retrain.RetrainDriver.REFRESH;
import static io.tplus1.topology.retrain.RetrainDriver.SLOW;
import static io.tplus1.topology.retrain.RetrainDriver.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelPointer;
import io.tplus1.model.Provenance;
import io.tplus1.rnn.RawNetworks;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEvent.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.Test;

/** Learning in the stream: refreshes, gate, probation. */
class RetrainTopologyTest {
  /** Whole trainings on few samples, so that a changed law is soon learnt. */
  private static final Map<String, String> WHOLE =
      with(
          REFRESH,
          "retrain.mode=retrain",
          "retrain.warm=false",
          "train.epochs=40",
          "retrain.buffer=40",
          "retrain.every.samples=100",
          "probation.scores=20");

  @Test
  void refresh_noChampionYet_firstThatBeatsPersistenceServes() throws Exception {
    try (RetrainDriver retrain = new RetrainDriver(REFRESH)) {
      retrain.samples(39, SLOW);
      assertThat(retrain.events()).isEmpty();

      retrain.samples(1, SLOW);
      List<ModelEvent> trained = retrain.events();
      assertThat(trained).extracting(ModelEvent::kind).containsExactly(Kind.TRAINED);
      assertThat(trained.get(0).champion()).isEmpty();
      assertThat(trained.get(0).figures()).containsEntry("steps", 60.0);
      assertThat(retrain.models()).isEmpty();

      retrain.samples(60, SLOW);
      ModelEvent promoted = retrain.events(Kind.PROMOTED).get(0);
      assertThat(promoted.figures().get("gateSamples")).isGreaterThanOrEqualTo(12);
      assertThat(promoted.figures().get("gateChallenger"))
          .isLessThan(promoted.figures().get("gatePersistence"));
      assertThat(promoted.figures()).doesNotContainKey("gateChampion");
      assertThat(retrain.artifact().hash()).isEqualTo(retrain.champion());
    }
  }

  @Test
  void refresh_promotion_writesArtifactThenPointer() {
    try (RetrainDriver retrain = new RetrainDriver(REFRESH)) {
      int read = 0;
      for (int i = 0; i < 150; i++) {
        retrain.samples(1, SLOW);
        List<String> keys = retrain.modelRecords().stream().map(record -> record.key).toList();
        if (!keys.isEmpty()) {
          assertThat(keys).hasSize(2);
          assertThat(keys.get(0)).isEqualTo("artifact/" + retrain.champion());
          assertThat(keys.get(1)).isEqualTo("champion/default");
          read++;
        }
      }
      assertThat(read).isGreaterThan(3);
      ModelPointer pointer = retrain.pointer();
      assertThat(pointer.epoch()).isEqualTo(read);
      assertThat(pointer.previous()).hasSize(Math.min(5, read - 1)).doesNotHaveDuplicates();
    }
  }

  @Test
  void refresh_lineThatKeepsWinning_isPromotedAtEveryRefresh() {
    try (RetrainDriver retrain = new RetrainDriver(REFRESH)) {
      retrain.samples(40 + 12 * 10, SLOW);

      List<ModelEvent> events = retrain.events();
      long trained = events.stream().filter(event -> event.kind() == Kind.TRAINED).count();
      long promoted = events.stream().filter(event -> event.kind() == Kind.PROMOTED).count();
      assertThat(trained).isEqualTo(11);
      // While it learns this law, every refresh is better than the one before.
      assertThat(promoted).isGreaterThanOrEqualTo(8);
    }
  }

  @Test
  void refresh_lawChanges_championFollows() {
    try (RetrainDriver retrain =
        new RetrainDriver(with(REFRESH, "retrain.steps=40", "retrain.recent=30"))) {
      retrain.samples(150, SLOW);
      String before = retrain.champion();
      retrain.events();

      retrain.samples(100, FAST);

      assertThat(retrain.champion()).isNotEqualTo(before);
      List<ModelEvent> promoted = retrain.events(Kind.PROMOTED);
      Map<String, Double> last = promoted.get(promoted.size() - 1).figures();
      assertThat(last.get("gateChallenger")).isLessThan(.5 * last.get("gatePersistence"));
    }
  }

  @Test
  void retrain_challengerThatCannotWin_isRejectedAndNothingChanges() {
    Map<String, String> settings =
        with(
            REFRESH,
            "retrain.mode=retrain",
            "train.epochs=6",
            "train.learning.rate=1e-6",
            "retrain.every.samples=80",
            "gate.margin=0.9");
    try (RetrainDriver retrain = new RetrainDriver(settings)) {
      retrain.samples(40 + 48, SLOW);

      assertThat(retrain.events())
          .extracting(ModelEvent::kind)
          .containsExactly(Kind.TRAINED, Kind.REJECTED);
      assertThat(retrain.models()).isEmpty();
    }
  }

  @Test
  void retrain_rejectedWhileNobodyServes_isTriedAgainWithoutASchedule() {
    Map<String, String> settings =
        with(
            REFRESH,
            "retrain.mode=retrain",
            "train.epochs=1",
            "train.learning.rate=1e-6",
            "retrain.every.samples=0",
            "gate.margin=0.9");
    try (RetrainDriver retrain = new RetrainDriver(settings)) {
      retrain.samples(40 + 48, SLOW);

      assertThat(retrain.events())
          .extracting(ModelEvent::kind)
          .containsExactly(Kind.TRAINED, Kind.REJECTED, Kind.TRAINED);
    }
  }

  @Test
  void refresh_goesOnFromWhatWasAdopted_learntFromWhereThatBegan() throws Exception {
    ModelArtifact first;
    try (RetrainDriver retrain = new RetrainDriver(REFRESH)) {
      retrain.samples(56, SLOW);
      first = retrain.artifact();
    }
    try (RetrainDriver retrain =
        new RetrainDriver(
            with(REFRESH, "retrain.steps=20"),
            tools -> tools,
            (configuration, schema) -> RetrainPlan.of(configuration, schema, Optional.of(first)))) {
      for (int i = 0; i < 80; i++) {
        retrain.next(SLOW);
      }
      retrain.samples(150, SLOW);

      assertThat(retrain.champion()).isNotEqualTo(first.hash());
      assertThat(retrain.artifact().manifest().provenance().fromMs())
          .isEqualTo(first.manifest().provenance().fromMs());
    }
  }

  @Test
  void retrain_whole_isPromotedAndGoesOnWarm() throws Exception {
    Map<String, String> settings =
        with(REFRESH, "retrain.mode=retrain", "train.epochs=30", "retrain.every.samples=60");
    try (RetrainDriver retrain = new RetrainDriver(settings)) {
      retrain.samples(52, SLOW);
      assertThat(retrain.artifact().manifest().provenance().source()).isEqualTo("train");

      retrain.samples(80, SLOW);

      List<ModelEvent> events = retrain.events();
      assertThat(events)
          .extracting(ModelEvent::kind)
          .startsWith(Kind.TRAINED, Kind.PROMOTED, Kind.TRAINED);
      assertThat(events.get(3).kind()).isIn(Kind.PROMOTED, Kind.REJECTED);
      assertThat(events.get(3).figures()).containsKey("gateChampion");
      // Warm, it begins about where the first ended.
      assertThat(events.get(2).figures().get("trainingLoss"))
          .isLessThan(events.get(0).figures().get("trainingLoss"));
      assertThat(events.get(0).figures()).doesNotContainKey("validationLoss");
    }
  }

  @Test
  void retrain_wholeWithPatience_watchesTheNewest() throws Exception {
    Map<String, String> settings =
        with(REFRESH, "retrain.mode=retrain", "train.epochs=2", "train.patience=2");
    try (RetrainDriver retrain = new RetrainDriver(settings)) {
      retrain.samples(52, SLOW);

      assertThat(retrain.events().get(0).figures()).containsKey("validationLoss");
    }
  }

  @Test
  void probation_liveWorseThanPersistence_rollsBackWithFigures() {
    try (RetrainDriver retrain = new RetrainDriver(REFRESH)) {
      retrain.samples(120, SLOW);
      // Probation of the first champion has nothing to go back to; the next one has.
      List<ModelEvent> promoted = retrain.events(Kind.PROMOTED);
      assertThat(promoted).hasSizeGreaterThan(2);
      String first = promoted.get(0).hash().orElseThrow();
      retrain.scores(retrain.champion(), 40, 10, 20);
      retrain.samples(13, SLOW);
      String champion = retrain.champion();
      retrain.events();

      retrain.scores(champion, 39, 100, 20);
      assertThat(retrain.events(Kind.ROLLED_BACK)).isEmpty();
      retrain.scores(champion, 1, 1, 1);
      assertThat(retrain.events(Kind.ROLLED_BACK)).as("to whom, is not known yet").isEmpty();
      retrain.samples(10, SLOW);

      ModelEvent back = retrain.events(Kind.ROLLED_BACK).get(0);
      assertThat(back.reason()).contains(champion.substring(0, 12), "persistence");
      assertThat(back.figures())
          .containsEntry("liveScores", 40.0)
          .containsEntry("liveNetwork", 101.0 / 40);
      assertThat(back.champion()).contains(retrain.champion());
      assertThat(retrain.champion()).isNotEqualTo(champion).isNotEqualTo(first);
      assertThat(retrain.models()).containsKey("artifact/" + retrain.champion());
    }
  }

  @Test
  void probation_formerBetterInShadow_rollsBack() {
    try (RetrainDriver retrain = new RetrainDriver(WHOLE)) {
      retrain.samples(60, SLOW);
      String slow = retrain.champion();
      assertThat(slow).isNotNull();
      retrain.scores(slow, 20, 1, 20);
      retrain.samples(95, FAST);
      String fast = retrain.champion();
      assertThat(fast).isNotEqualTo(slow);
      retrain.events();

      retrain.samples(60, SLOW);

      ModelEvent back = retrain.events(Kind.ROLLED_BACK).get(0);
      assertThat(back.champion()).contains(slow);
      assertThat(back.figures().get("probationFormer"))
          .isLessThan(back.figures().get("probationChampion"));
      assertThat(back.figures().get("probationSamples")).isGreaterThanOrEqualTo(20);
    }
  }

  @Test
  void trained_anotherChallengerWaits_takesItsPlaceAndServesWithItsArtifact() throws Exception {
    try (RetrainDriver retrain = new RetrainDriver(WHOLE)) {
      retrain.samples(44, SLOW);
      assertThat(retrain.champion()).isNull();
      retrain.events();
      retrain.command(ModelCommand.Kind.RETRAIN, null);
      String second = retrain.events(Kind.TRAINED).get(0).hash().orElseThrow();

      retrain.samples(40, SLOW);

      assertThat(retrain.champion()).isEqualTo(second);
      assertThat(retrain.artifact().hash()).isEqualTo(second);
    }
  }

  /** With several steps, whoever learnt samples is only tested where they tell no answer. */
  @Test
  void adopt_severalSteps_isTestedInTheShadowOfItsSuccessor() throws Exception {
    Map<String, String> settings = with(WHOLE, "forecast.horizon=3");
    ModelArtifact slow;
    try (RetrainDriver retrain = new RetrainDriver(settings)) {
      retrain.samples(80, SLOW);
      slow = retrain.artifact();
    }
    try (RetrainDriver retrain =
        new RetrainDriver(
            settings,
            tools -> tools,
            (configuration, schema) -> RetrainPlan.of(configuration, schema, Optional.of(slow)))) {
      retrain.samples(95, FAST);
      assertThat(retrain.champion()).isNotEqualTo(slow.hash());

      retrain.samples(60, SLOW);

      ModelEvent back = retrain.events(Kind.ROLLED_BACK).get(0);
      assertThat(back.champion()).contains(slow.hash());
      assertThat(back.figures().get("probationSamples")).isGreaterThanOrEqualTo(20);
    }
  }

  /** Nor is a refresh lost to find that out, nor the wait doubled. */
  @Test
  void adopt_networkThatCannotGoOnLearning_isRefreshedWithNewNetworks() throws Exception {
    ModelArtifact foreign =
        RawNetworks.artifact(
            new Network(
                1,
                6,
                List.of(
                    new Layer.SimpleRnn(
                        1,
                        ActivationFunction.TANH,
                        false,
                        false,
                        new float[1],
                        new float[1],
                        new float[1]),
                    new Layer.Dropout(.2),
                    new Layer.Dense(
                        1, ActivationFunction.LINEAR, new float[] {1}, new float[] {20}))),
            FeatureSchema.ofNumbers("x"),
            6,
            1,
            new Provenance("keras", 0, 0, 0, 0, Map.of(), Map.of()),
            List.of());
    try (RetrainDriver retrain =
        new RetrainDriver(
            REFRESH,
            tools -> tools,
            (configuration, schema) ->
                RetrainPlan.of(configuration, schema, Optional.of(foreign)))) {
      retrain.samples(40, SLOW);
      assertThat(retrain.champion()).isEqualTo(foreign.hash());
      assertThat(retrain.events())
          .extracting(ModelEvent::kind)
          .containsExactly(Kind.PROMOTED, Kind.TRAINED);

      retrain.samples(60, SLOW);
      assertThat(retrain.champion()).isNotEqualTo(foreign.hash());

      retrain.events();
      retrain.command(ModelCommand.Kind.ROLLBACK, null);
      retrain.samples(20, SLOW);
      assertThat(retrain.events())
          .extracting(ModelEvent::kind)
          .contains(Kind.ROLLED_BACK, Kind.TRAINED)
          .doesNotContain(Kind.FAILED);
    }
  }

  @Test
  void process_sameInputTwice_sameRecordsBitForBit() {
    List<KeyValue<String, byte[]>> first = records();
    List<KeyValue<String, byte[]>> second = records();

    assertThat(first).hasSizeGreaterThan(10).hasSameSizeAs(second);
    for (int i = 0; i < first.size(); i++) {
      assertThat(second.get(i).key).isEqualTo(first.get(i).key);
      assertThat(Arrays.equals(second.get(i).value, first.get(i).value)).isTrue();
    }
  }

  private static List<KeyValue<String, byte[]>> records() {
    try (RetrainDriver retrain =
        new RetrainDriver(
            with(REFRESH, "train.members=2", "experts=last,linear,rnn", "linear.lags=1-3"))) {
      retrain.samples(130, SLOW);
      retrain.samples(60, FAST);
      return retrain.modelRecords();
    }
  }
}
