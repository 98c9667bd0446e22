package io.tplus1;

import static io.tplus1.catalogue.SmallCatalogue.A;
import static io.tplus1.catalogue.SmallCatalogue.B;
import static io.tplus1.catalogue.SmallCatalogue.C;
import static io.tplus1.catalogue.SmallCatalogue.OTHER;
import static io.tplus1.catalogue.SmallCatalogue.event;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.catalogue.ModelCatalogue;
import io.tplus1.catalogue.SmallCatalogue;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.ModelPointer;
import io.tplus1.model.Provenance;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelScores;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ModelViewTest {
  private final SmallCatalogue catalogue = new SmallCatalogue();
  private final ModelCatalogue.Builder builder = catalogue.builder();

  private static String text(Consumer<PrintWriter> printing) {
    StringWriter text = new StringWriter();
    printing.accept(new PrintWriter(text));
    return text.toString();
  }

  /** What a rollback stands on: the mix is not to the model's credit. */
  @Test
  void list_mixBetterThanItsModel_liveIsTheModels() {
    catalogue.keep(A, OTHER);
    builder.scores(
        new ModelScores("0_0", 9, Map.of(A.hash(), new ModelScores.Sums(100, 20, 60, 36, 0, 0))));

    assertThat(text(print -> ModelView.list(print, builder.build())))
        .contains("  0.6000, sent 0.2000, last 0.3600 (100)\n");
  }

  @Test
  void list_ofModels_showsWhatDecides() throws Exception {
    catalogue.keep(A, B, C);
    builder.pointer(new ModelPointer(B.hash(), List.of(A.hash()), true, 2, "beat the champion"));
    builder.event(
        event(
            ModelEvent.Kind.PROMOTED,
            B,
            Map.of(
                "gateChallenger", 0.75,
                "gateChampion", 0.875,
                "gatePersistence", 1.5,
                "gateSamples", 24.0)));
    builder.scores(
        new ModelScores("0_0", 9, Map.of(B.hash(), new ModelScores.Sums(10, 5, 5, 20, 9, 10))));
    ModelCatalogue catalogue = builder.build();

    String text = text(print -> ModelView.list(print, catalogue));
    JsonNode json =
        new ObjectMapper().readTree(text(print -> ModelView.listJson(print, catalogue)));

    assertThat(text.lines().toList().get(1))
        .startsWith(B.hash().substring(0, 12))
        .contains("champion", "1970-01-01T00:00", "30", "0.7500, champion 0.8750, last 1.500 (24)")
        .endsWith("0.5000, last 2.000 (10)");
    assertThat(text)
        .contains("former")
        .contains("\nthose called kept are there for replay")
        .contains("(epoch 2): beat the champion; pinned, commands alone replace it");
    assertThat(json.get("champion").asText()).isEqualTo(B.hash());
    assertThat(json.get("pinned").asBoolean()).isTrue();
    assertThat(json.at("/models/0/standing").asText()).isEqualTo("CHAMPION");
    assertThat(json.at("/models/0/live/error").asDouble()).isEqualTo(0.5);
    assertThat(json.at("/models/0/live/coverage").asDouble()).isEqualTo(0.9);
    assertThat(json.at("/models/0/figures/gateSamples").asDouble()).isEqualTo(24);
    assertThat(json.at("/models/0/from").asLong()).isEqualTo(1_000);
    assertThat(json.at("/models/1/hash").asText()).isEqualTo(A.hash());
    assertThat(json.at("/models/1/live").isMissingNode()).isTrue();
  }

  @Test
  void list_gateOfLongFigures_columnsStayInLine() throws Exception {
    catalogue.keep(A, B);
    builder.event(
        event(
            ModelEvent.Kind.PROMOTED,
            B,
            Map.of(
                "gateChallenger", 1.234e-5,
                "gateChampion", 1.234e-4,
                "gatePersistence", 1.234e-4,
                "gateSamples", 12_345.0)));
    builder.scores(
        new ModelScores("0_0", 9, Map.of(B.hash(), new ModelScores.Sums(10, 5, 5, 20, 9, 10))));

    List<String> lines = text(print -> ModelView.list(print, builder.build())).lines().toList();

    assertThat(lines)
        .filteredOn(line -> line.contains("1.234e-05"))
        .singleElement()
        .satisfies(
            line -> assertThat(line.indexOf("0.5000")).isEqualTo(lines.get(0).indexOf("live")));
  }

  @Test
  void listJson_importedModel_doesNotSayWhenItLearnt() throws Exception {
    ModelManifest trained = A.manifest();
    ModelManifest imported =
        new ModelManifest(
            trained.schema(),
            trained.steps(),
            trained.horizon(),
            trained.strategy(),
            trained.inputScaling(),
            trained.targetScaling(),
            new Provenance("keras", 0, 0, 0, 0, Map.of(), Map.of()));
    catalogue.keep(ModelArtifact.of(imported, Map.of()));

    String text = text(print -> ModelView.listJson(print, builder.build()));

    JsonNode json = new ObjectMapper().readTree(text);
    assertThat(json.at("/models/0/source").asText()).isEqualTo("keras");
    assertThat(json.at("/models/0/from").isNull()).isTrue();
    assertThat(json.at("/models/0/to").isNull()).isTrue();
  }

  @Test
  void list_ofNothing_saysSo() {
    assertThat(text(print -> ModelView.list(print, builder.build())))
        .isEqualTo("no model of the name default yet%n".formatted());
  }

  /** As an older version sees it that a newer one wrote. */
  @Test
  void list_championThatCannotBeRead_saysSo() {
    builder.artifact(A.hash(), SmallCatalogue.newerThan(A));
    builder.pointer(new ModelPointer(A.hash(), List.of(), false, 3, "it beat persistence"));

    assertThat(text(print -> ModelView.list(print, builder.build())))
        .contains(
            "champion %s (epoch 3): it beat persistence; its artifact cannot be read here: the artifact's format is 99, "
                .formatted(ModelArtifact.brief(A.hash())))
        .doesNotContain("yet");
  }

  @Test
  void list_championWhoseArtifactIsGone_saysSo() {
    catalogue.keep(B);
    builder.pointer(new ModelPointer(A.hash(), List.of(), false, 3, "it beat persistence"));

    assertThat(text(print -> ModelView.list(print, builder.build())))
        .contains("(epoch 3): it beat persistence; its artifact is not in models\n");
  }

  /** It never lies in {@code models}, and neither does one that waits. */
  @Test
  void list_challengerThatWasRejected_saysSo() throws Exception {
    catalogue.keep(A);
    builder.pointer(new ModelPointer(A.hash(), List.of(), false, 1, "it beat persistence"));
    builder.event(
        new ModelEvent(
            ModelEvent.Kind.TRAINED,
            4,
            Optional.of(B.hash()),
            Optional.of(A.hash()),
            Optional.of("0f3c-1"),
            "trained because of: command",
            Map.of()));
    builder.event(event(ModelEvent.Kind.REJECTED, B, Map.of()));

    String text = text(print -> ModelView.list(print, builder.build()));
    JsonNode json =
        new ObjectMapper().readTree(text(print -> ModelView.listJson(print, builder.build())));

    String brief = ModelArtifact.brief(B.hash());
    assertThat(text)
        .endsWith(
            """

            event        1970-01-01T00:00:00.004Z TRAINED %s: trained because of: command (command 0f3c-1)
            event        1970-01-01T00:00:00.005Z REJECTED %s: so it is
            """
                .formatted(brief, brief));
    assertThat(json.at("/events/0/command").asText()).isEqualTo("0f3c-1");
    assertThat(json.at("/events/1/kind").asText()).isEqualTo("REJECTED");
    assertThat(json.at("/events/1/hash").asText()).isEqualTo(B.hash());
  }
}
