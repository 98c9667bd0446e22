package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.Forecaster;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelRegistry;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvingLoaderTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("a", "b");
  private static final ConstantModels MODELS = new ConstantModels(SCHEMA, 2);

  @TempDir Path directory;

  /** However soon it ends: what is proven takes the place of what serves. */
  @Test
  void served_proofThatEndsAtOnce_provenModelServes() throws Exception {
    ModelRegistry registry = new ModelRegistry(SCHEMA, 2, 1);
    ProvingLoader loader = new ProvingLoader(registry, Runnable::run);
    ModelArtifact artifact = MODELS.unproven();

    Forecaster unproven = loader.load(artifact);
    registry.serve(unproven);
    loader.served(artifact);

    assertThat(registry.champion()).isNotSameAs(unproven);
    assertThat(registry.champion().modelHash()).isEqualTo(artifact.hash());
  }

  /** As where ND4J finds no room to unpack its libraries. */
  @Test
  void served_nd4jCannotBeUsed_goesOnServingAndIsLogged() throws Exception {
    String withoutNd4j =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("nd4j-native"))
            .collect(Collectors.joining(File.pathSeparator));

    try (MainProcess child = MainProcess.start(directory, withoutNd4j, Child.class)) {
      assertThat(child.exitCode(Duration.ofSeconds(60))).as(child.err()).isZero();
      assertThat(child.err()).contains("could not be held against DL4J");
      assertThat(child.out()).containsExactly("it goes on");
    }
  }

  static final class Child {
    private Child() {}

    public static void main(String[] args) throws Exception {
      ModelRegistry registry = new ModelRegistry(SCHEMA, 2, 1);
      ProvingLoader loader = new ProvingLoader(registry, Runnable::run);
      ModelArtifact artifact = MODELS.unprovenOfDl4j();
      registry.serve(loader.load(artifact));
      loader.served(artifact);
      System.out.println(registry.champion() == null ? "nothing serves" : "it goes on");
    }
  }
}
