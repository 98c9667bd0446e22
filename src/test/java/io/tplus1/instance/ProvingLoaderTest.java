package io.tplus1.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.MainProcess;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.Forecaster;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelFit;
import io.tplus1.model.ModelRegistry;
import io.tplus1.rnn.ConstantModels;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
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
    ModelRegistry registry = new ModelRegistry(new ModelFit(SCHEMA, 2, 1, List.of()));
    ProvingLoader loader = new ProvingLoader(registry, Runnable::run);
    ModelArtifact artifact = MODELS.unproven();

    Forecaster unproven = loader.load(artifact);
    registry.serve(unproven);
    loader.served(artifact);

    assertThat(registry.champion()).isNotSameAs(unproven);
    assertThat(registry.champion().modelHash()).isEqualTo(artifact.hash());
  }

  /** A start may serve hundreds of former champions one after another. */
  @Test
  void served_formerModelsWait_theOneThatServesIsProvenFirstAndAlone() throws Exception {
    ModelRegistry registry = new ModelRegistry(new ModelFit(SCHEMA, 2, 1, List.of()));
    List<Runnable> tasks = new ArrayList<>();
    ProvingLoader loader = new ProvingLoader(registry, tasks::add);
    serve(MODELS.unprovenOfDl4j(), loader, registry);
    ModelArtifact champion = MODELS.unproven();
    Forecaster unproven = serve(champion, loader, registry);

    tasks.get(0).run();

    Forecaster proven = registry.champion();
    assertThat(proven).isNotSameAs(unproven);
    assertThat(proven.modelHash()).isEqualTo(champion.hash());
    for (Runnable other : tasks.subList(1, tasks.size())) {
      other.run();
      assertThat(registry.champion()).isSameAs(proven);
    }
  }

  @Test
  void served_manyModels_oneThread() throws Exception {
    ModelRegistry registry = new ModelRegistry(new ModelFit(SCHEMA, 2, 1, List.of()));
    Set<Thread> before = proofThreads();
    ProvingLoader loader = new ProvingLoader(registry);

    long most = 0;
    for (int i = 0; i < 20; i++) {
      serve(MODELS.unproven(), loader, registry);
      // Each time: a thread ends a second after it had something to do.
      long alive = proofThreads().stream().filter(thread -> !before.contains(thread)).count();
      most = Math.max(most, alive);
    }

    assertThat(most).isEqualTo(1);
  }

  private static Forecaster serve(
      ModelArtifact artifact, ProvingLoader loader, ModelRegistry registry) throws Exception {
    Forecaster forecaster = loader.load(artifact);
    registry.serve(forecaster);
    loader.served(artifact);
    return forecaster;
  }

  private static Set<Thread> proofThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("proof"))
        .collect(Collectors.toSet());
  }

  /** As where ND4J finds no room to unpack its libraries. */
  @Test
  void served_nd4jCannotBeUsed_goesOnServingAndIsLogged() throws Exception {
    String withoutNd4j =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("nd4j-native"))
            .collect(Collectors.joining(File.pathSeparator));

    try (MainProcess child = MainProcess.start(directory, withoutNd4j, Child.class)) {
      assertThat(child.exitCode()).as(child.err()).isZero();
      assertThat(child.err()).contains("could not be proven");
      assertThat(child.out()).containsExactly("it goes on");
    }
  }

  static final class Child {
    private Child() {}

    public static void main(String[] args) throws Exception {
      ModelRegistry registry = new ModelRegistry(new ModelFit(SCHEMA, 2, 1, List.of()));
      ProvingLoader loader = new ProvingLoader(registry, Runnable::run);
      ModelArtifact artifact = MODELS.unprovenOfDl4j();
      registry.serve(loader.load(artifact));
      loader.served(artifact);
      System.out.println(registry.champion() == null ? "nothing serves" : "it goes on");
    }
  }
}
