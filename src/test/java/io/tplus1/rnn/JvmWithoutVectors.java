package io.tplus1.rnn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A JVM without {@code --add-modules jdk.incubator.vector}. */
public final class JvmWithoutVectors {
  private JvmWithoutVectors() {}

  /**
   * Runs a program on this JVM's class path to its good end, and returns what it said.
   *
   * @param directory where that is written
   */
  public static String output(Path directory, Class<?> program) throws Exception {
    Path output = directory.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(
                new File(System.getProperty("java.home"), "bin/java").getPath(),
                "-cp",
                System.getProperty("java.class.path"),
                program.getName())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    // With it a JVM says that it picked it up.
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    Process jvm = builder.start();
    try {
      assertThat(jvm.waitFor(60, TimeUnit.SECONDS)).as(program + " ends in time").isTrue();
    } finally {
      jvm.destroyForcibly();
    }
    String said = Files.readString(output).strip();
    assertThat(jvm.exitValue()).as(said).isZero();
    return said;
  }
}
