package io.tplus1.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Scaling;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestJsonTest {
  private static final FeatureSchema TWO = FeatureSchema.ofNumbers("a", "b");
  private static final StepInputs INPUTS =
      new StepInputs(
          List.of(StepInputs.Column.DIFFERENCE, StepInputs.Column.LAG, StepInputs.Column.EXPERT),
          List.of(24, 168),
          List.of("linear"),
          48,
          24,
          5,
          .5f,
          13,
          true,
          7.3f,
          List.of(StepInputs.Base.LAST));

  private static ModelManifest manifest(
      FeatureSchema schema,
      Strategy strategy,
      Optional<StepInputs> inputs,
      List<Float> changes,
      int members) {
    return new ModelManifest(
        schema,
        216,
        2,
        strategy,
        Scaling.identity(schema.inputs().size()),
        Scaling.identity(schema.targets().size()),
        new Provenance("train", 1, 2, 3, 4, Map.of(), Map.of()),
        inputs,
        changes,
        members,
        ModelManifest.UNCUT,
        ModelManifest.DEVIATIONS);
  }

  @Test
  void read_withStepInputsAndMembers_isWhatWasWritten() throws InvalidArtifactException {
    ModelManifest written =
        manifest(TWO, Strategy.DIRECT, Optional.of(INPUTS), List.of(0.1f, 3e-12f), 3);

    byte[] json = ManifestJson.write(written);

    assertThat(ManifestJson.read(json)).isEqualTo(written);
    assertThat(new String(json, UTF_8)).contains("\"format\" : 2");
    assertThat(ManifestJson.write(ManifestJson.read(json))).isEqualTo(json);
  }

  @Test
  void read_levelOfFormat2_looksAtTheWindowsEndAsItWasLearnt() throws InvalidArtifactException {
    StepInputs level =
        new StepInputs(
            List.of(StepInputs.Column.LEVEL),
            List.of(),
            List.of(),
            8,
            8,
            0,
            0,
            1,
            true,
            8,
            List.of(StepInputs.Base.LAST));
    ModelManifest now = manifest(TWO, Strategy.DIRECT, Optional.of(level), List.of(1f, 1f), 1);
    byte[] json = ManifestJson.write(now);
    byte[] before =
        new String(json, UTF_8).replace("\"format\" : 4", "\"format\" : 2").getBytes(UTF_8);

    ModelManifest kept = ManifestJson.read(before);

    assertThat(ManifestJson.read(json)).isEqualTo(now);
    assertThat(before).isNotEqualTo(json);
    assertThat(kept.stepInputs().orElseThrow()).isEqualTo(LevelAtEnd.of(level, true));
    assertThat(ManifestJson.write(kept)).isEqualTo(before);
    assertThat(task(kept, Optional.of(level)).differences(kept)).isEmpty();
    assertThat(task(kept, Optional.empty()).differences(kept))
        .containsExactly("it reads changes, and train.inputs is empty");
  }

  private static Trainer.Task task(ModelManifest of, Optional<StepInputs> inputs) {
    return new Trainer.Task(of.schema(), of.steps(), of.horizon(), inputs);
  }

  @Test
  void write_onALinearExpert_isAFormatThatOldReadersRefuse() throws InvalidArtifactException {
    StepInputs onLinear =
        new StepInputs(
            List.of(StepInputs.Column.DIFFERENCE),
            List.of(),
            List.of(),
            8,
            8,
            0,
            0,
            1,
            true,
            8,
            List.of(StepInputs.Base.LAST, StepInputs.Base.LINEAR));
    ModelManifest written =
        manifest(TWO, Strategy.DIRECT, Optional.of(onLinear), List.of(1f, 1f), 2);

    byte[] json = ManifestJson.write(written);

    assertThat(new String(json, UTF_8)).contains("\"format\" : 3");
    assertThat(ManifestJson.read(json)).isEqualTo(written);
  }

  @Test
  void write_withoutThem_isTheFirstFormatStill() throws InvalidArtifactException {
    ModelManifest plain = manifest(TWO, Strategy.DIRECT, Optional.empty(), List.of(), 1);
    byte[] json = ManifestJson.write(plain);
    assertThat(new String(json, UTF_8))
        .contains("\"format\" : 1")
        .doesNotContain("stepInputs")
        .doesNotContain("members");
    assertThat(ManifestJson.read(json)).isEqualTo(plain);
  }

  @Test
  void write_cutInputs_isAFormatThatOldReadersRefuse() throws InvalidArtifactException {
    ModelManifest cut =
        manifest(TWO, Strategy.RECURSIVE, Optional.empty(), List.of(), 3).withLimits(64, 1_000);
    byte[] json = ManifestJson.write(cut);

    assertThat(new String(json, UTF_8))
        .contains("\"format\" : 5")
        .contains("\"inputLimit\" : 64.0", "\"targetLimit\" : 1000.0");
    assertThat(ManifestJson.read(json)).isEqualTo(cut);
    assertThat(ManifestJson.write(ManifestJson.read(json))).isEqualTo(json);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-64.0 | -64.0",
        "0 | 0",
        "\"64\" | \"64\"",
        "null | null",
        "1e300 | 1.0E300",
        "1e-50 | 1.0E-50",
        "\"NaN\" | \"NaN\""
      })
  void read_hostileInputLimit_isRefusedInASentence(String hostile, String found) {
    ModelManifest cut =
        manifest(TWO, Strategy.DIRECT, Optional.empty(), List.of(), 1).withInputLimit(64);
    byte[] changed =
        new String(ManifestJson.write(cut), UTF_8)
            .replace("\"inputLimit\" : 64.0", "\"inputLimit\" : " + hostile)
            .getBytes(UTF_8);

    assertThatThrownBy(() -> ManifestJson.read(changed))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining("an input limit above 0 was expected, and finite, found " + found);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"format\" : 2 | \"format\" : 6 | reads up to 5",
        "\"steps\" : 48 | \"steps\" : 217 | raise window.steps",
        "\"steps\" : 48 | \"steps\" : -1 | steps and scale steps must be at least 1",
        "\"lossFrom\" : 13 | \"lossFrom\" : 49 | loss must begin in 1..steps",
        "\"clip\" : 7.3 | \"clip\" : \"x\" | clip be positive",
        "\"LAG\" | \"LAGS\" | No enum constant",
        "[ 0.1, 3.0 ] | [ 0.1 ] | for each of 2 targets",
        "[ 0.1, 3.0 ] | [ 0.1, -3.0 ] | finite mean change",
        "[ 0.1, 3.0 ] | [ 0.1, 1e300 ] | finite mean change",
        "\"members\" : 3 | \"members\" : 17 | 1 to 16 members",
        "\"members\" : 3 | \"members\" : 0 | 1 to 16 members",
        "\"DIRECT\" | \"RECURSIVE\" | use the direct strategy"
      })
  void read_hostile_isRefusedInASentence(String found, String hostile, String message) {
    String json =
        new String(
            ManifestJson.write(
                manifest(TWO, Strategy.DIRECT, Optional.of(INPUTS), List.of(0.1f, 3f), 3)),
            UTF_8);
    assertThat(json).contains(found);
    byte[] changed = json.replace(found, hostile).getBytes(UTF_8);
    assertThatThrownBy(() -> ManifestJson.read(changed))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining(message);
  }

  @Test
  void manifest_thatDoesNotFitTogether_isRefused() {
    assertThatThrownBy(() -> manifest(TWO, Strategy.DIRECT, Optional.empty(), List.of(1f, 1f), 1))
        .hasMessageContaining("mean changes belong to step inputs");
    assertThatThrownBy(
            () ->
                manifest(TWO, Strategy.DIRECT, Optional.of(INPUTS), List.of(1f, 1f), 1)
                    .withInputLimit(64))
        .hasMessageContaining("step inputs are cut at their clip, found an input limit of 64.0");
    FeatureSchema category = FeatureSchema.of(List.of(Feature.category("kind", List.of("u"))));
    assertThatThrownBy(
            () -> manifest(category, Strategy.DIRECT, Optional.of(INPUTS), List.of(1f), 1))
        .hasMessageContaining("the target 'kind' is a category");
  }

  /** Who searched a list for each input would be at it for minutes. */
  @Test
  @Timeout(20)
  void read_manyFeaturesAndMoreInputs_isRefusedSoon() {
    String json =
        hostile(
            "{\"name\":\"a\"}" + ",{\"name\":\"a\"}".repeat(60_000),
            "\"b\"" + ",\"b\"".repeat(400_000),
            "");

    assertThatThrownBy(() -> ManifestJson.read(json.getBytes(UTF_8)))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining("feature names must differ, found 'a' twice");
  }

  /** The JDK's immutable sets and maps look at all of one hash code for each. */
  @Test
  @Timeout(20)
  void read_manyWordsAndVersionsOfOneHashCode_isReadSoon() throws InvalidArtifactException {
    List<String> alike = alike(16);
    assertThat(alike.stream().mapToInt(String::hashCode).distinct()).hasSize(1);
    String words = alike.stream().map("\"%s\""::formatted).collect(Collectors.joining(","));
    String versions = alike.stream().map("\"%s\":1"::formatted).collect(Collectors.joining(","));

    ModelManifest read =
        ManifestJson.read(
            hostile("{\"name\":\"a\",\"vocabulary\":[%s]}".formatted(words), "\"a\"", versions)
                .getBytes(UTF_8));

    assertThat(read.schema().feature(0).vocabulary()).isEqualTo(alike);
    assertThat(read.provenance().versions()).hasSize(alike.size());
  }

  /** As many words as there are ways to spell {@code pairs} letters of two kinds. */
  private static List<String> alike(int pairs) {
    List<String> words = List.of("");
    for (int pair = 0; pair < pairs; pair++) {
      words = words.stream().flatMap(word -> Stream.of(word + "Aa", word + "BB")).toList();
    }
    return words;
  }

  private static String hostile(String features, String inputs, String versions) {
    return """
        {"format":1,"schema":{"features":[%s],"inputs":[%s],"targets":["a"]},
         "steps":3,"horizon":1,"strategy":"DIRECT",
         "inputScaling":{"shift":[0],"scale":[1]},"targetScaling":{"shift":[0],"scale":[1]},
         "provenance":{"source":"train","fromMs":0,"toMs":0,"samples":0,"seed":0,
          "versions":{%s},"figures":{}}}
        """
        .formatted(features, inputs, versions);
  }
}
