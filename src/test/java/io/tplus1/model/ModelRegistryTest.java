package io.tplus1.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.Scaling;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ModelRegistryTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.of(List.of(Feature.number("x")));
  private static final ModelPointer POINTER = new ModelPointer("a", List.of("b"), true, 4, "why");

  private final ModelRegistry registry = new ModelRegistry(new ModelFit(SCHEMA, 3, 2, List.of()));

  private record Last(String modelHash, FeatureSchema schema, int steps, int horizon)
      implements Forecaster {
    @Override
    public String kernel() {
      return "test";
    }

    @Override
    public Session newSession() {
      throw new UnsupportedOperationException("nobody forecasts here");
    }
  }

  private record Part(String hash, FeatureSchema schema, int horizon) implements LinearForecaster {
    @Override
    public byte[] toBytes() {
      return hash.getBytes(UTF_8);
    }

    @Override
    public void forecast(FeatureWindow window, float[] out) {
      throw new UnsupportedOperationException("nobody forecasts here");
    }
  }

  private static Forecaster forecaster(String hash) {
    return new Last(hash, SCHEMA, 3, 2);
  }

  private static ModelManifest manifest(int steps) {
    return new ModelManifest(
        SCHEMA,
        steps,
        2,
        Strategy.DIRECT,
        Scaling.identity(1),
        Scaling.identity(1),
        new Provenance("test", 5, 9, 3, 1, Map.of(), Map.of()));
  }

  @Test
  void serving_atFirst_isNothing() {
    assertThat(registry.champion()).isNull();
    assertThat(registry.serving())
        .isEqualTo(
            new ModelRegistry.Serving(null, OptionalLong.empty(), Map.of(), Optional.empty()));
    assertThat(registry.serving().linear("joint")).isNull();
  }

  @Test
  void serve_everything_isOneSnapshot() throws Exception {
    Forecaster a = forecaster("a");
    Part part = new Part("p", SCHEMA, 2);

    registry.serve(a, manifest(3), Optional.of(POINTER));
    registry.serveLinear("joint", part);
    ModelRegistry.Serving snapshot = registry.serving();
    registry.serve(forecaster("b"));
    registry.dropLinear("joint");

    assertThat(snapshot)
        .isEqualTo(
            new ModelRegistry.Serving(
                a, OptionalLong.of(9), Map.of("joint", part), Optional.of(POINTER)));
    assertThat(registry.serving())
        .isEqualTo(
            new ModelRegistry.Serving(
                forecaster("b"), OptionalLong.empty(), Map.of(), Optional.empty()));
  }

  @Test
  void serve_whatDoesNotFit_theFormerGoesOn() throws Exception {
    registry.serve(forecaster("a"));
    FeatureSchema other = FeatureSchema.of(List.of(Feature.number("y")));

    for (Forecaster bad :
        List.of(
            new Last("b", other, 3, 2), new Last("b", SCHEMA, 4, 2), new Last("b", SCHEMA, 3, 1))) {
      assertThatExceptionOfType(InvalidArtifactException.class)
          .isThrownBy(() -> registry.serve(bad))
          .withMessageStartingWith("the model does not fit this stream: ");
    }
    assertThatExceptionOfType(InvalidArtifactException.class)
        .isThrownBy(() -> registry.serveLinear("joint", new Part("p", other, 2)));
    assertThatExceptionOfType(InvalidArtifactException.class)
        .isThrownBy(() -> registry.serveLinear("joint", new Part("p", SCHEMA, 3)))
        .withMessageContaining("forecast.horizon is 2 here and 3 in the model");

    assertThat(registry.champion().modelHash()).isEqualTo("a");
    assertThat(registry.serving().linear("joint")).isNull();
  }

  @Test
  void replace_onlyTheSameArtifact() throws Exception {
    assertThat(registry.replace(forecaster("a"))).isFalse();
    registry.serve(forecaster("a"), manifest(3), Optional.of(POINTER));
    Forecaster again = forecaster("a");

    assertThat(registry.replace(forecaster("b"))).isFalse();
    assertThat(registry.replace(again)).isTrue();

    assertThat(registry.champion()).isSameAs(again);
    assertThat(registry.serving().toMs()).hasValue(9);
    assertThat(registry.serving().pointer()).contains(POINTER);
  }

  @Test
  void point_notesTheNewerPointer() throws Exception {
    registry.serve(forecaster("a"), manifest(3), Optional.empty());

    registry.point(POINTER);

    assertThat(registry.serving().pointer()).contains(POINTER);
    assertThat(registry.champion().modelHash()).isEqualTo("a");
  }

  @Test
  void serve_networkThatReadsOtherExperts_theFormerGoesOn() throws Exception {
    registry.serve(forecaster("a"));

    assertThatExceptionOfType(InvalidArtifactException.class)
        .isThrownBy(
            () ->
                registry.serve(forecaster("b"), ModelFitTest.reading("linear"), Optional.empty()));

    assertThat(registry.champion().modelHash()).isEqualTo("a");
  }
}
