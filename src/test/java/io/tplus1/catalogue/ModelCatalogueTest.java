package io.tplus1.catalogue;

import static io.tplus1.catalogue.SmallCatalogue.A;
import static io.tplus1.catalogue.SmallCatalogue.B;
import static io.tplus1.catalogue.SmallCatalogue.C;
import static io.tplus1.catalogue.SmallCatalogue.OTHER;
import static io.tplus1.catalogue.SmallCatalogue.event;
import static io.tplus1.catalogue.SmallCatalogue.newerThan;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.catalogue.ModelCatalogue.Standing;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelPointer;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelScores;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelCatalogueTest {
  private final SmallCatalogue catalogue = new SmallCatalogue();
  private final ModelCatalogue.Builder builder = catalogue.builder();

  @Test
  void build_pointerAndArtifacts_championFirstThenFormerThenOthers() {
    catalogue.keep(A, B, C, OTHER);
    builder.pointer(new ModelPointer(B.hash(), List.of(C.hash()), true, 2, "better"));

    ModelCatalogue catalogue = builder.build();

    assertThat(catalogue.models())
        .extracting(ModelCatalogue.Entry::hash)
        .containsExactly(B.hash(), C.hash(), A.hash());
    assertThat(catalogue.models())
        .extracting(ModelCatalogue.Entry::standing)
        .containsExactly(Standing.CHAMPION, Standing.FORMER, Standing.KEPT);
    assertThat(catalogue.models().get(0).figures()).containsEntry("validationMse", 0.5);
    assertThat(catalogue.beginning(A.hash().substring(0, 8)))
        .containsExactly(catalogue.models().get(2));
  }

  @Test
  void build_tombstonesAndRubbish_areLeftOut() {
    catalogue.keep(A, B);
    builder.artifact(A.hash(), null);
    builder.artifact(B.hash(), new byte[] {1, 2});
    builder.artifact(C.hash(), A.toBytes());

    ModelCatalogue catalogue = builder.build();

    assertThat(catalogue.models()).isEmpty();
    assertThat(catalogue.unreadable())
        .extracting(ModelCatalogue.Unreadable::hash)
        .containsExactly(B.hash(), C.hash());
    assertThat(catalogue.unreadable(C.hash()))
        .hasValue(
            new ModelCatalogue.Unreadable(
                C.hash(), "its content's hash is " + ModelArtifact.brief(A.hash()), false));
    assertThat(catalogue.unreadable(A.hash())).isEmpty();
  }

  @Test
  void build_artifactOfANewerFormat_isNamedWithTheReasonAndThatItIsNewer() {
    builder.artifact(A.hash(), newerThan(A));

    assertThat(builder.build().unreadable(A.hash().substring(0, 8)))
        .hasValueSatisfying(
            artifact -> {
              assertThat(artifact.hash()).isEqualTo(A.hash());
              assertThat(artifact.why()).startsWith("the artifact's format is 99, this version");
              assertThat(artifact.isNewer()).isTrue();
            });

    builder.artifact(A.hash(), A.toBytes());
    assertThat(builder.build().unreadable()).isEmpty();
  }

  @Test
  void build_eventsAndScores_areTheirModels() {
    catalogue.keep(A, OTHER);
    builder.event(event(ModelEvent.Kind.TRAINED, A, Map.of("loss", 0.25)));
    builder.event(event(ModelEvent.Kind.REJECTED, A, Map.of("gateChallenger", 0.9)));
    builder.event(event(ModelEvent.Kind.PROMOTED, A, Map.of("gateChallenger", 0.7)));
    for (int i = 0; i < 2; i++) {
      builder.scores(
          new ModelScores(
              "0_" + i, 9, Map.of(A.hash(), new ModelScores.Sums(10, 5, 6, 20, 9, 10))));
    }

    ModelCatalogue.Entry entry = builder.build().models().get(0);

    assertThat(entry.figures()).containsEntry("loss", 0.25).containsEntry("gateChallenger", 0.7);
    assertThat(entry.live()).contains(new ModelScores.Sums(20, 10, 12, 40, 18, 20));
  }

  @Test
  void build_rolledBack_figuresOfTheOneThatFailedAreNotOfTheOneBefore() {
    catalogue.keep(A);
    builder.event(event(ModelEvent.Kind.PROMOTED, A, Map.of("gateChallenger", 0.7)));
    builder.event(event(ModelEvent.Kind.ROLLED_BACK, A, Map.of("liveNetwork", 2.5)));

    ModelCatalogue.Entry entry = builder.build().models().get(0);

    assertThat(entry.figures())
        .containsEntry("gateChallenger", 0.7)
        .doesNotContainKey("liveNetwork");
  }

  /** A training that begins with the champion and finds no better epoch names the champion. */
  @Test
  void build_trainingThatLearntNothingBetter_figuresAreStillItsOwn() {
    catalogue.keep(A);
    builder.event(event(ModelEvent.Kind.TRAINED, A, Map.of("epochs", 7.0, "loss", 0.25)));
    builder.event(event(ModelEvent.Kind.PROMOTED, A, Map.of("gateChallenger", 0.7)));
    builder.event(event(ModelEvent.Kind.TRAINED, A, Map.of("epochs", 0.0, "loss", 0.5)));

    assertThat(builder.build().models().get(0).figures())
        .containsEntry("epochs", 7.0)
        .containsEntry("loss", 0.25)
        .containsEntry("gateChallenger", 0.7);
  }

  /** Of the champion's own training the topic, or as much of it as is read, holds nothing more. */
  @Test
  void build_nothingBetterThanAChampionOfLongAgo_figuresAreThoseOfTheArtifact() {
    catalogue.keep(A);
    builder.event(
        new ModelEvent(
            ModelEvent.Kind.TRAINED,
            5,
            Optional.of(A.hash()),
            Optional.of(A.hash()),
            Optional.empty(),
            "nothing better was learnt: it is the same artifact",
            Map.of("epochs", 0.0, "validationMse", 0.75)));

    assertThat(builder.build().models().get(0).figures())
        .containsEntry("validationMse", 0.5)
        .doesNotContainKey("epochs");
  }

  /** Light refreshes would drive out all else. */
  @Test
  void newest_trainingsInARow_areTheLastAlone() {
    ModelEvent rejected = event(ModelEvent.Kind.REJECTED, B, Map.of());
    ModelEvent last = event(ModelEvent.Kind.TRAINED, C, Map.of());
    builder.event(event(ModelEvent.Kind.TRAINED, A, Map.of()));
    builder.event(event(ModelEvent.Kind.TRAINED, B, Map.of()));
    builder.event(rejected);
    for (int i = 0; i < 50; i++) {
      builder.event(event(ModelEvent.Kind.TRAINED, A, Map.of()));
    }
    builder.event(last);
    ModelCatalogue catalogue = builder.build();

    assertThat(catalogue.newest(2)).containsExactly(rejected, last);
    assertThat(catalogue.newest(9))
        .containsExactly(event(ModelEvent.Kind.TRAINED, B, Map.of()), rejected, last);
    assertThat(catalogue.newestOf(B.hash().substring(0, 8))).contains(rejected);
    assertThat(catalogue.newestOf(OTHER.hash())).isEmpty();
  }

  @Test
  void newest_trainingsThatCommandsAskedFor_areAllTold() {
    for (String command : List.of("a", "b")) {
      builder.event(
          new ModelEvent(
              ModelEvent.Kind.TRAINED,
              5,
              Optional.of(A.hash()),
              Optional.empty(),
              Optional.of(command),
              "so it is",
              Map.of()));
    }

    assertThat(builder.build().newest(9)).hasSize(2);
  }
}
