package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.REFRESH;
import static io.tplus1.topology.retrain.RetrainDriver.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.LogCapture;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.TrainingSample;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEvent.Kind;
import io.tplus1.serde.ModelScores;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A slip in the settings deletes nothing of what was kept under those that are meant. */
class HeldOffTest {
  private static final Map<String, String> SETTINGS =
      with(
          REFRESH,
          "train.members=2",
          "experts=last,linear,rnn",
          "linear.lags=1-3",
          "retrain.reservoir=0");
  private static final FeatureSchema THEN = FeatureSchema.ofNumbers("x");
  private static final FeatureSchema NOW = FeatureSchema.ofNumbers("y");
  private static final List<String> TRACED = List.of("linear");

  /** No bytes at all. */
  private static final String TOMBSTONE = "linear/default/linear=0";

  @TempDir Path directory;
  private final List<TrainingSample> samples = RetrainRig.oscillation();
  private RetrainRig rig;

  @AfterEach
  void close() {
    rig.close();
  }

  /** Kept samples, a champion, a challenger, and a linear expert that serves. */
  @BeforeEach
  void learn() {
    rig = new RetrainRig(directory.toFile(), SETTINGS, Runnable::run);
    samples.subList(0, 100).forEach(rig::sample);
    assertThat(rig.models()).anyMatch(record -> record.startsWith("linear/default/linear="));
    assertThat(rig.champion()).isNotNull();
    rig.events();
  }

  /** What the stores hold, to be compared. */
  private List<Map<Object, String>> stores() {
    return rig.commit().stream()
        .map(
            store ->
                store.stream()
                    .collect(
                        Collectors.toMap(
                            entry -> entry.key, entry -> Arrays.toString(entry.value))))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"features=y", "model.name=other"})
  void init_underAnothersSettings_changesNothingSaysSoOnceAndGoesOnWhenTheyArePutBack(String slip) {
    List<Map<Object, String>> before = stores();
    try (LogCapture log = LogCapture.of(RetrainProcessor.class)) {
      rig.restart(with(SETTINGS, slip));
      rig.broken();
      rig.tick(1);
      rig.tick(1);
      rig.closeProcessor();

      assertThat(log.messages())
          .singleElement()
          .asString()
          .contains(
              "was found", "was expected", "put back " + slip.substring(0, slip.indexOf('=')));
    }
    assertThat(stores()).isEqualTo(before);
    assertThat(rig.models()).isEmpty();
    assertThat(rig.events()).isEmpty();

    rig.restart(SETTINGS);
    rig.tick(1);
    rig.sample(samples.get(100));
    assertThat(rig.kept()).isEqualTo(101);
    assertThat(rig.models()).doesNotContain(TOMBSTONE);
  }

  /** Those of the instances that were not changed yet, and those of former releases. */
  @Test
  void process_recordsThatDoNotSayTheFeaturesOfNow_countForNothing() {
    List<Map<Object, String>> before = stores();
    rig.restart(with(SETTINGS, "features=y"));

    rig.sample(samples.get(100), THEN, TRACED);
    rig.sample(samples.get(101));
    rig.scores(rig.champion(), THEN);
    rig.scores(rig.champion());
    TrainingSample next = samples.get(102); // Which nobody would learn from.
    rig.sample(new TrainingSample("s", next.window(), next.following(), 2e9), NOW, TRACED);
    assertThat(stores()).isEqualTo(before);
    assertThat(rig.counters().events(RetrainCounters.Event.HELD_OFF)).isEqualTo(5);
  }

  /** Where nothing learns there are no samples, and commands are to be carried out. */
  @Test
  void process_scoresThatSayTheFeaturesOfNow_commandsAreCarriedOut() {
    rig.restart(with(SETTINGS, "features=y"));
    rig.command("early", ModelCommand.Kind.PIN);
    rig.scores(rig.champion(), NOW);
    rig.command("late", ModelCommand.Kind.PIN);

    assertThat(rig.events())
        .filteredOn(event -> event.command().isPresent())
        .extracting(ModelEvent::kind)
        .containsExactly(Kind.REFUSED, Kind.PINNED);
  }

  @Test
  void process_scoresOfTheModelNameOfNow_whatAnotherLeftIsDropped() {
    rig.restart(with(SETTINGS, "model.name=other"));
    rig.scores("ab");

    assertThat(rig.kept()).isZero();
    assertThat(rig.champion()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"features=y", "model.name=other"})
  void command_underAnothersSettings_isRefusedOnceAndSaysWhy(String slip) {
    boolean named = slip.startsWith("features");
    Optional<String> champion = named ? Optional.of(rig.champion()) : Optional.empty();
    rig.restart(with(SETTINGS, slip));
    rig.command("now", ModelCommand.Kind.ROLLBACK);
    rig.command("now", ModelCommand.Kind.ROLLBACK);
    rig.revive();
    rig.command("now", ModelCommand.Kind.ROLLBACK);

    assertThat(rig.models()).isEmpty();
    assertThat(rig.events())
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.kind()).isEqualTo(Kind.REFUSED);
              assertThat(event.command()).contains("now");
              assertThat(event.champion()).isEqualTo(champion);
              assertThat(event.reason()).contains("was expected", "under another id");
            });
    rig.restart(SETTINGS);
    rig.command("then", ModelCommand.Kind.ROLLBACK);
    assertThat(rig.events()).extracting(ModelEvent::kind).containsExactly(Kind.ROLLED_BACK);
  }

  /** A task that is revived finds again what the transaction had dropped. */
  @ParameterizedTest
  @ValueSource(strings = {"features=y", "model.name=other"})
  void init_afterTheDroppingTransactionWasAborted_holdsOffAgain(String slip) {
    List<List<KeyValue<Object, byte[]>>> committed = rig.commit();
    List<Map<Object, String>> before = stores();
    rig.restart(with(SETTINGS, slip));
    rig.sample(samples.get(100), now(slip), TRACED);
    assertThat(rig.kept()).isEqualTo(1);
    rig.events();

    rig.abort(committed);
    rig.revive();
    rig.tick(1);

    assertThat(stores()).isEqualTo(before);
    assertThat(rig.models()).isEmpty();
    rig.sample(samples.get(100), now(slip), TRACED);
    assertThat(rig.kept()).isEqualTo(1);
  }

  /** Of the forecasts nothing has come that fits: scores do not say of which shape. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "forecast.horizon=2",
        "window.steps=4",
        "experts=last,rnn",
        "linear.lags=1-2",
        "retrain.buffer=60",
        "train.inputs=difference,expert"
      })
  void init_underShapesThatDoNotFit_keepsWhatWasLearntAndGoesOnWhenTheyArePutBack(String slip) {
    List<Map<Object, String>> before = stores();
    for (int start = 0; start < 2; start++) {
      rig.restart(with(SETTINGS, slip));
      rig.tick(1);
      rig.scores(rig.champion(), THEN);
      rig.tick(1);
    }
    assertThat(stores().get(0)).isEqualTo(before.get(0));
    assertThat(stores().get(2)).isEqualTo(before.get(2));
    assertThat(rig.models()).isEmpty();

    try (LogCapture log = LogCapture.of(KeptSamples.class)) {
      rig.restart(SETTINGS);
      rig.sample(samples.get(100), THEN, TRACED);
      assertThat(log.messages()).isEmpty();
    }
    assertThat(rig.kept()).isEqualTo(101);
    assertThat(rig.models()).doesNotContain(TOMBSTONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"window.steps=4; 1", "retrain.buffer=60; 60", "train.inputs=difference,expert; 1"})
  void sample_firstThatFits_whatDoesNotIsDroppedAndTheLogSaysSo(String slip, int kept) {
    try (LogCapture log = LogCapture.of(KeptSamples.class)) {
      rig.restart(with(SETTINGS, slip));
      assertThat(log.messages())
          .singleElement()
          .asString()
          .contains(
              "kept samples of model default do not fit these settings",
              "with the first sample that does they are dropped for good");
      log.clear();
      TrainingSample next = samples.get(100);
      rig.sample(
          slip.startsWith("window") ? RetrainOtherSettingsTest.shortened(next) : next,
          THEN,
          TRACED);

      assertThat(rig.kept()).isEqualTo(kept);
      assertThat(log.messages()).singleElement().asString().contains("are dropped");
    }
  }

  /** Those of forecasts that have the expert fit the networks, and do not show that it may go. */
  @Test
  void sample_ofForecastsWithoutALinearExpert_showsThatItIsSwitchedOff() {
    rig.restart(with(SETTINGS, "experts=last,rnn"));
    rig.sample(samples.get(100), THEN, TRACED);
    assertThat(rig.kept()).isEqualTo(101);
    assertThat(rig.models()).doesNotContain(TOMBSTONE);

    rig.sample(samples.get(101), THEN, List.of());
    assertThat(rig.models()).contains(TOMBSTONE);
  }

  /** Sums of another shape, and a list that forecasts do not have, which would show it. */
  @Test
  void sample_ofForecastsWithOtherExperts_leavesSumsOfAnotherShapeAlone() {
    Map<String, String> settings = with(SETTINGS, "retrain.buffer=100", "linear.every=20");
    rig.restart(settings);
    rig.sample(samples.get(100), THEN, TRACED);
    Map<Object, String> learner = stores().get(2);
    rig.events();
    rig.restart(with(settings, "linear.lags=1-2", "experts=last,linear,series,rnn"));
    try (LogCapture log = LogCapture.of(LinearParts.class)) {
      samples.subList(101, 160).forEach(one -> rig.sample(one, THEN, TRACED));
      assertThat(log.messages()).isEmpty();
    }
    assertThat(sums(stores().get(2))).isEqualTo(sums(learner));
    assertThat(rig.models()).noneMatch(record -> record.startsWith("linear/"));

    rig.sample(samples.get(160), THEN, List.of("linear", "series"));
    assertThat(sums(stores().get(2))).isNotEqualTo(sums(learner));
    assertThat(rig.models()).anyMatch(record -> record.startsWith("linear/default/linear="));
  }

  private static Map<Object, String> sums(Map<Object, String> learner) {
    return learner.entrySet().stream()
        .filter(entry -> entry.getKey().toString().startsWith("linear/"))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "experts=last,rnn; is not learnt under these settings",
        "linear.lags=1-2; begins anew",
      })
  void init_sumsThatDoNotFit_theLogSaysThatTheyWait(String slip, String what) {
    try (LogCapture log = LogCapture.of(LinearParts.class)) {
      rig.restart(with(SETTINGS, slip));

      assertThat(log.messages())
          .singleElement()
          .asString()
          .startsWith("Linear expert 'linear' " + what)
          .contains("is kept until a sample of forecasts with");
    }
  }

  /** What it is compared with does not fit, so that nobody could go back to it. */
  @Test
  void scores_afterAShapeThatDidNotFit_endTheProbation() {
    String bad = rig.champion();
    rig.restart(with(SETTINGS, "forecast.horizon=2"));
    for (int moment = 100; moment < 140; moment++) {
      badScores(moment, bad);
    }
    rig.tick(1);
    assertThat(rig.champion()).isEqualTo(bad);
    assertThat(rig.events()).isEmpty();

    rig.restart(SETTINGS);
    badScores(140, bad);
    assertThat(rig.events()).extracting(ModelEvent::kind).containsExactly(Kind.ROLLED_BACK);
    assertThat(rig.champion()).isNotEqualTo(bad);
  }

  /** Nobody was compared with the one before meanwhile. */
  @Test
  void scores_underAShapeThatDoesNotFit_doNotCount() {
    String champion = rig.champion();
    rig.restart(with(SETTINGS, "forecast.horizon=2"));
    for (int moment = 100; moment < 140; moment++) {
      badScores(moment, champion);
    }

    rig.restart(SETTINGS);
    scores(140, champion, new ModelScores.Sums(100, 50, 50, 100, 0, 0));

    assertThat(rig.events()).isEmpty();
    assertThat(rig.champion()).isEqualTo(champion);
  }

  private void badScores(int moment, String champion) {
    scores(moment, champion, new ModelScores.Sums(100, 500, 500, 100, 0, 0));
  }

  private void scores(int moment, String champion, ModelScores.Sums sums) {
    rig.scoresAt(moment, samples.get(moment).following().lastTimeMs(), champion, sums);
  }

  @Test
  void sample_firstThatFits_theProbationAgainstWhatDoesNotEndsAndTheLogSaysSo() {
    String champion = rig.champion();
    rig.restart(with(SETTINGS, "window.steps=4"));
    try (LogCapture log = LogCapture.of(Succession.class)) {
      rig.sample(RetrainOtherSettingsTest.shortened(samples.get(100)), THEN, TRACED);
      rig.sample(RetrainOtherSettingsTest.shortened(samples.get(101)), THEN, TRACED);

      assertThat(log.messages())
          .singleElement()
          .asString()
          .contains("champion " + champion + " is on probation no longer");
    }
  }

  /** A command that nothing can be learnt for is not told that nothing has come. */
  @Test
  void command_toRetrainWhereNoKeptSampleFits_saysSo() {
    rig.restart(with(SETTINGS, "forecast.horizon=2"));
    rig.command("now", ModelCommand.Kind.RETRAIN);

    assertThat(rig.events())
        .singleElement()
        .satisfies(
            event ->
                assertThat(event.reason())
                    .contains("100 samples are kept, and none fits these settings"));
  }

  /** Which experts' forecasts the rows hold, they do not say themselves. */
  @Test
  void init_otherExpertsThanRowsHold_rowsAreReadAgainWhenTheseArePutBack() {
    Map<String, String> reads = with(SETTINGS, "train.inputs=difference,expert");
    rig.restart(reads);
    samples.subList(100, 110).forEach(one -> rig.sample(one, THEN, TRACED));
    assertThat(rig.kept()).isEqualTo(10);

    for (String slip : List.of("experts=last,joint,rnn", "train.inputs=difference")) {
      rig.restart(with(reads, slip));
      rig.tick(1);
    }
    rig.restart(reads);
    rig.sample(samples.get(110), THEN, TRACED);
    assertThat(rig.kept()).isEqualTo(11);
  }

  private static FeatureSchema now(String slip) {
    return slip.startsWith("features") ? NOW : THEN;
  }
}
