package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelArtifact;
import io.tplus1.rnn.RnnModelLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ND4J starts once in a JVM, and unpacks its libraries where they are not yet. */
class Nd4jStartTest {
  @TempDir Path directory;

  /** As a training that is given up while it is about to be held against DL4J. */
  @Test
  void loadOnDl4j_firstThreadIsInterrupted_worksThereAndLater() throws Exception {
    try (MainProcess child =
        MainProcess.start(directory, System.getProperty("java.class.path"), Child.class)) {
      assertThat(child.exitCode(Duration.ofMinutes(2))).as(child.err()).isZero();
      assertThat(child.out()).containsExactly("interrupted", "it works");
    }
  }

  static final class Child {
    private Child() {}

    public static void main(String[] args) throws Exception {
      Path cache = Files.createTempDirectory("javacpp");
      System.setProperty("org.bytedeco.javacpp.cachedir", cache.toString());
      ModelArtifact artifact =
          new ConstantModels(FeatureSchema.ofNumbers("a", "b"), 2).unprovenOfDl4j();
      Thread.currentThread().interrupt();
      try {
        new RnnModelLoader().loadOnDl4j(artifact);
      } catch (LinkageError e) {
        System.out.println(e);
      }
      System.out.println(Thread.interrupted() ? "interrupted" : "not interrupted");
      new RnnModelLoader().loadOnDl4j(artifact);
      System.out.println("it works");
    }
  }
}
