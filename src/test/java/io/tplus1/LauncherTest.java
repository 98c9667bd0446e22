package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.tool.SystemTool;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ./tplus1}, beside a jar that is built, with a Java that tells what it was given. */
class LauncherTest {
  private static final Path ROOT = Path.of(System.getProperty("project.root", "."));

  /** What the Java of these tests ends with. */
  private static final int CODE = 7;

  @TempDir Path directory;
  private Path home;
  private Path jar;
  private Path java;

  /**
   * What a start came to.
   *
   * @param arguments that Java was given
   */
  private record Start(int exitCode, List<String> arguments, String err) {}

  @BeforeEach
  void install() throws Exception {
    SystemTool.require("--version", "bash");
    // As the launcher says its own place: without links.
    home = Files.createDirectories(directory.resolve("home").resolve("target")).getParent();
    home = home.toRealPath();
    Files.copy(ROOT.resolve("tplus1"), home.resolve("tplus1"));
    jar = Files.createFile(home.resolve("target").resolve("tplus1.jar"));
    java = Files.createDirectories(directory.resolve("java").resolve("bin")).getParent();
    Path program = java.resolve("bin").resolve("java");
    Files.writeString(program, "#!/bin/sh\nprintf '%s\\n' \"$@\"\nexit " + CODE + "\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
  }

  private void release(String version, String modules) throws Exception {
    Files.writeString(
        java.resolve("release"),
        "JAVA_VERSION=\"%s\"\nMODULES=\"%s\"\n".formatted(version, modules));
  }

  private Start start(Path launcher, Map<String, String> environment, String... arguments)
      throws Exception {
    return start(launcher, environment, ROOT, arguments);
  }

  private Start start(
      Path launcher, Map<String, String> environment, Path place, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", launcher.toString()));
    command.addAll(List.of(arguments));
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(place.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeAll(List.of("TPLUS1_JAVA_OPTS", "TERM"));
    builder.environment().put("JAVA_HOME", java.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Start(
        process.exitValue(),
        Files.readAllLines(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  @Test
  void launcher_optionsAndArguments_javaGetsThemAsTheyAre() throws Exception {
    release("17.0.9", "java.base jdk.incubator.vector java.sql");

    Start start =
        start(
            home.resolve("tplus1"),
            Map.of("TPLUS1_JAVA_OPTS", "-Xmx1g -Da=b"),
            "train",
            "--data",
            "my file.csv");

    assertThat(start.err()).isEmpty();
    assertThat(start.exitCode()).isEqualTo(CODE);
    assertThat(start.arguments())
        .startsWith("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0", "-XX:+ExitOnOutOfMemoryError")
        .containsSequence("--add-modules", "jdk.incubator.vector", "-Xmx1g", "-Da=b")
        .endsWith("-Da=b", "-jar", jar.toString(), "train", "--data", "my file.csv");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void launcher_onLinux_lowersTheTrainingThreadAndRaisesNone() throws Exception {
    release("17", "java.base");

    assertThat(start(home.resolve("tplus1"), Map.of(), "run").arguments())
        .filteredOn(argument -> argument.contains("Priority"))
        .containsExactly(
            "-XX:ThreadPriorityPolicy=1",
            "-XX:JavaPriority1_To_OSPriority=19",
            "-XX:JavaPriority6_To_OSPriority=0",
            "-XX:JavaPriority7_To_OSPriority=0",
            "-XX:JavaPriority8_To_OSPriority=0",
            "-XX:JavaPriority9_To_OSPriority=0",
            "-XX:JavaPriority10_To_OSPriority=0");
  }

  /** What is measured without the launcher is started as it starts it. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void launcher_javaAsThisOne_getsWhatThoseWithoutItAreGiven() throws Exception {
    release(Runtime.version().toString(), "java.base jdk.incubator.vector");
    int answer = LauncherOptions.trims() ? 0 : 1;
    Files.writeString(
        java.resolve("bin/java"),
        "#!/bin/sh\nif [ \"$2\" = -version ]; then exit %d; fi\nprintf '%%s\\n' \"$@\"\n"
            .formatted(answer));

    List<String> given = start(home.resolve("tplus1"), Map.of(), "run").arguments();

    assertThat(given.subList(0, given.indexOf("-jar"))).isEqualTo(LauncherOptions.list());
  }

  /** Java 17 knows it since 2024, and none is told to bear what it does not know. */
  @ParameterizedTest
  @CsvSource({"17.0.9, 1, false", "17.0.21, 0, true", "23.0.1, 1, true"})
  @EnabledOnOs(OS.LINUX)
  void launcher_javaThatTrimsMallocsHeap_isToldTo(String version, int answer, boolean told)
      throws Exception {
    release(version, "java.base");
    Files.writeString(
        java.resolve("bin/java"),
        "#!/bin/sh\nif [ \"$2\" = -version ]; then exit %d; fi\nprintf '%%s\\n' \"$@\"\n"
            .formatted(answer));

    assertThat(start(home.resolve("tplus1"), Map.of(), "run").arguments())
        .doesNotContain("-XX:+IgnoreUnrecognizedVMOptions")
        .matches(given -> given.contains("-XX:TrimNativeHeapInterval=300000") == told);
    assertThat(start(home.resolve("tplus1"), Map.of(), "doctor").arguments())
        .doesNotContain("-XX:TrimNativeHeapInterval=300000");
  }

  @Test
  void launcher_javaWithoutTheVectorModule_isNotAskedForIt() throws Exception {
    release("21", "java.base java.sql");

    assertThat(start(home.resolve("tplus1"), Map.of(), "doctor").arguments())
        .doesNotContain("--add-modules")
        .endsWith("-jar", jar.toString(), "doctor");
  }

  /** With it `cd` may go elsewhere, and prints where it went. */
  @Test
  void launcher_relativePathWhereCdpathIsExported_findsTheJarBesideItself() throws Exception {
    release("17", "java.base");
    Path other = Files.createDirectories(directory.resolve("other").resolve("home")).getParent();

    for (String places : List.of(".", other.toString())) {
      Start start =
          start(Path.of("home", "tplus1"), Map.of("CDPATH", places), directory.toRealPath());
      assertThat(start.err()).isEmpty();
      assertThat(start.arguments()).containsSequence("-jar", jar.toString());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "17.0.9, false, false",
    "23.0.1, false, false",
    "24, true, true",
    "25.0.3, true, true",
    "26, true, false"
  })
  void launcher_javaThatWarnsOfNativeCode_isToldThatItIsMeant(
      String version, boolean nativeAccess, boolean memoryAccess) throws Exception {
    release(version, "java.base");

    List<String> arguments = start(home.resolve("tplus1"), Map.of(), "doctor").arguments();

    assertThat(arguments.contains("--enable-native-access=ALL-UNNAMED")).isEqualTo(nativeAccess);
    assertThat(arguments.contains("--sun-misc-unsafe-memory-access=allow")).isEqualTo(memoryAccess);
  }

  @Test
  void launcher_linkOnThePath_findsTheJarBesideItself() throws Exception {
    release("17", "java.base");
    Path bin = Files.createDirectory(directory.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("first"), home.resolve("tplus1"));
    Files.createSymbolicLink(bin.resolve("second"), Path.of("first"));

    assertThat(start(bin.resolve("second"), Map.of(), "doctor").arguments())
        .endsWith("-jar", jar.toString(), "doctor");
  }

  @ParameterizedTest
  @ValueSource(strings = {"17", "17.0.9", "21-ea", "25.0.1"})
  void launcher_java17OrLater_starts(String version) throws Exception {
    release(version, "java.base");

    assertThat(start(home.resolve("tplus1"), Map.of(), "doctor").exitCode()).isEqualTo(CODE);
  }

  @ParameterizedTest
  @CsvSource({"16.0.2, 16.0.2", "1.8.0_392, 1.8.0_392", "'', none"})
  void launcher_olderJavaOrNone_saysWhatIsNeeded(String version, String found) throws Exception {
    release(version, "java.base");

    Start start = start(home.resolve("tplus1"), Map.of(), "doctor");

    assertThat(start.exitCode()).isEqualTo(1);
    assertThat(start.arguments()).isEmpty();
    assertThat(start.err())
        .isEqualTo(
            "tplus1: Java 17 or later is needed, found %s (%s/bin/java); set JAVA_HOME\n"
                .formatted(found, java));
  }
}
