package io.tplus1.rnn.imported;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImportedKeyTest {
  private static final ImportedArtifacts.Fit FIT =
      new ImportedArtifacts.Fit(FeatureSchema.ofNumbers("a"), 2, 1, 2);

  @TempDir Path folder;

  /** As in an image, which is built with one time for all files. */
  @Test
  void of_otherBuildOfTheSameSizeAndTime_isAnother() throws IOException {
    String one = key(build("one.jar", "one", 0));

    assertThat(key(build("one.jar", "two", 0))).isNotEqualTo(one);
  }

  @Test
  void of_sameBuildElsewhereAndAtAnotherTime_isTheSame() throws IOException {
    String one = key(build("one.jar", "one", 0));

    assertThat(key(build("copied/two.jar", "one", 1))).isEqualTo(one);
  }

  private String key(Path build) throws IOException {
    return ImportedKey.of(Files.writeString(folder.resolve("m.h5"), "model"), FIT, build);
  }

  private Path build(String name, String bytes, long time) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, bytes);
    return Files.setLastModifiedTime(file, FileTime.fromMillis(time));
  }
}
