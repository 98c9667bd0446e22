package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tplus1.tool.SystemTool;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the launcher hands to Java: its archive of classes, and arguments as they were written. */
final class LauncherArchiveTest {
  @TempDir Path directory;
  private SystemTool bash;
  private Path archive;

  /** A folder as of a release: the launcher, and a jar that is up to date. */
  @BeforeEach
  void home() throws IOException {
    bash = SystemTool.require("--version", "bash");
    Files.createDirectories(directory.resolve("tmp"));
    Path target = Files.createDirectories(directory.resolve("home/target"));
    Files.copy(Path.of("tplus1"), directory.resolve("home/tplus1"));
    for (String source : List.of("pom.xml", "LICENSE", "src/main/A.java", "topics/a.yaml")) {
      Files.createDirectories(directory.resolve("home").resolve(source).getParent());
      Files.createFile(directory.resolve("home").resolve(source));
    }
    jar(target.resolve("tplus1.jar"));
    release("one");
    archive = target.resolve(archiveOf());
  }

  @Test
  void run_javaThatMakesNoArchive_startsAllTheSameAndDoesNotTryAgain() throws IOException {
    java("exit 0");

    SystemTool.Result first = launch("JAVA_HOME=$PWD/java TMPDIR=$PWD/tmp", "run");

    assertThat(first.exitCode()).as(first.output()).isZero();
    assertThat(first.output()).contains("preparing quick starts", "started").contains("-jar");
    assertThat(archive).isEmptyFile();
    assertThat(directory.resolve("tmp")).isEmptyDirectory();
    assertThat(launch("JAVA_HOME=$PWD/java TMPDIR=$PWD/tmp", "run").output())
        .doesNotContain("preparing quick starts", "SharedArchiveFile")
        .contains("started");
  }

  /** As for want of memory: that may pass, and a start must not try for ever. */
  @Test
  void run_preparationFails_startsAllTheSameAndTheNextStartTriesOnceMore() throws IOException {
    java("exit 1");
    String environment = "JAVA_HOME=$PWD/java TMPDIR=$PWD/tmp";

    SystemTool.Result first = launch(environment, "run");

    assertThat(first.exitCode()).as(first.output()).isZero();
    assertThat(first.output()).contains("preparing quick starts", "started");
    assertThat(archive).doesNotExist();
    assertThat(launch(environment, "run").output()).contains("preparing quick starts", "started");
    assertThat(archive).isEmptyFile();
    assertThat(launch(environment, "run").output())
        .doesNotContain("preparing quick starts", "SharedArchiveFile")
        .contains("started");
    assertThat(archive.getParent())
        .isDirectoryNotContaining(file -> file.toString().endsWith(".failed"));
  }

  @Test
  void run_preparationFailsOnce_theNextStartMakesTheArchive() throws IOException {
    java("exit 1");
    assertThat(launch("JAVA_HOME=$PWD/java TMPDIR=$PWD/tmp", "run").exitCode()).isZero();
    java("echo classes >\"${one#*=}\"; exit 0");

    SystemTool.Result second = launch("JAVA_HOME=$PWD/java TMPDIR=$PWD/tmp", "run");

    assertThat(second.output()).contains("started", "-XX:SharedArchiveFile=" + archive);
    assertThat(archive.getParent())
        .isDirectoryNotContaining(file -> file.toString().endsWith(".failed"));
  }

  /** The command itself refuses it; the archive is made all the same. */
  @Test
  void run_levelOfTheLoggerThatIsNone_isKeptFromThePreparation() throws IOException {
    java("[ -z \"${TPLUS1_LOG_LEVEL+set}\" ] || exit 1; echo classes >\"${one#*=}\"; exit 0");

    SystemTool.Result run =
        launch("TPLUS1_LOG_LEVEL=WARNING JAVA_HOME=$PWD/java TMPDIR=$PWD/tmp", "run");

    assertThat(run.output()).contains("started");
    assertThat(archive).hasContent("classes");
  }

  @ParameterizedTest
  @ValueSource(ints = {130, 143})
  void run_stoppedWhileItPrepares_startsNothingAndPreparesAgain(int code) throws IOException {
    java("exit " + code); // as Java ends on SIGINT and SIGTERM

    SystemTool.Result stopped = launch("JAVA_HOME=$PWD/java TMPDIR=$PWD/tmp", "run");

    assertThat(stopped.exitCode()).as(stopped.output()).isEqualTo(code);
    assertThat(stopped.output()).contains("preparing quick starts").doesNotContain("started");
    assertThat(archive).doesNotExist();
    assertThat(directory.resolve("tmp")).isEmptyDirectory();
  }

  @Test
  void run_noRoomForTemporaryFiles_startsWithoutAnArchive() throws IOException {
    java("echo ran >ran; exit 0");

    SystemTool.Result run = launch("JAVA_HOME=$PWD/java TMPDIR=$PWD/none", "run");

    assertThat(run.exitCode()).as(run.output()).isZero();
    assertThat(run.output()).contains("started");
    assertThat(directory.resolve("ran")).doesNotExist();
  }

  @Test
  void run_javaThatMakesAnArchive_startsWithIt() throws IOException {
    java("echo classes >\"${one#*=}\"; exit 0");

    SystemTool.Result first = launch("JAVA_HOME=$PWD/java TMPDIR=$PWD/tmp", "run");

    assertThat(first.exitCode()).as(first.output()).isZero();
    assertThat(first.output())
        .contains("started", "-XX:SharedArchiveFile=" + archive)
        .contains(" -Xlog:all=error:stderr -Xlog:cds=off:stderr ");
    assertThat(directory.resolve("tmp")).isEmptyDirectory();
  }

  @Test
  void run_afterAnUpdateOfJava_theFormerOnesArchiveGoes() throws IOException {
    java("echo classes >\"${one#*=}\"; exit 0");
    Path former = Files.writeString(archive.resolveSibling("tplus1-17.0.0.jsa"), "classes");
    Path beside = Files.writeString(archive.resolveSibling("tplus1-17.0.2.jsa"), "classes");
    Path other = Files.writeString(archive.resolveSibling("tplus1-21.0.1.jsa"), "classes");
    Path undotted = Files.writeString(archive.resolveSibling("tplus1-17-12345.jsa"), "classes");
    for (Path unused : List.of(former, other, undotted)) {
      Files.getFileAttributeView(unused, BasicFileAttributeView.class)
          .setTimes(null, FileTime.from(Instant.now().minus(Duration.ofDays(8))), null);
    }

    SystemTool.Result run = launch("JAVA_HOME=$PWD/java TMPDIR=$PWD/tmp", "run");

    assertThat(run.exitCode()).as(run.output()).isZero();
    assertThat(former).doesNotExist();
    assertThat(undotted).doesNotExist();
    assertThat(beside).exists();
    assertThat(other).exists();
    assertThat(archive).hasContent("classes");
  }

  /** A Java reads no archive of another one, and says nothing where warnings are off. */
  @Test
  void run_anotherBuildOfThatVersion_makesAnArchiveOfItsOwn() throws IOException {
    java("echo classes >\"${one#*=}\"; exit 0");
    launch("JAVA_HOME=$PWD/java TMPDIR=$PWD/tmp", "run");
    release("two");

    SystemTool.Result run = launch("JAVA_HOME=$PWD/java TMPDIR=$PWD/tmp", "run");

    assertThat(archiveOf()).isNotEqualTo(archive.getFileName().toString());
    assertThat(run.output())
        .contains("preparing quick starts", "-XX:SharedArchiveFile=")
        .contains(archiveOf());
  }

  /** As behind the shims of some version managers. */
  @Test
  void run_javaWithoutItsRelease_saysNothingOfIt() throws IOException {
    java("echo classes >\"${one#*=}\"; exit 0");
    Files.delete(directory.resolve("java/release"));
    Files.writeString(
        directory.resolve("java/bin/java"),
        """
        #!/bin/sh
        case $1 in
          -version) echo 'openjdk version "17.0.1"' >&2 ;;
          --list-modules) echo java.base@17.0.1 ;;
          *) echo started ;;
        esac
        """);

    assertThat(launch("JAVA_HOME=$PWD/java TMPDIR=$PWD/tmp", "run").output())
        .contains("started")
        .doesNotContain("No such file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "-V", "--help", "-h"})
  void run_askedAboutItself_preparesNothing(String option) throws IOException {
    java("echo classes >\"${one#*=}\"; exit 0");

    assertThat(launch("JAVA_HOME=$PWD/java TMPDIR=$PWD/tmp", "run " + option).output())
        .contains("started")
        .doesNotContain("preparing quick starts");
  }

  /** As in a container, where it would be made anew at each start. */
  @Test
  void run_whereNothingIsBuilt_makesNoArchive() throws IOException {
    java("echo classes >\"${one#*=}\"; exit 0");
    Files.delete(directory.resolve("home/pom.xml"));

    assertThat(launch("JAVA_HOME=$PWD/java TMPDIR=$PWD/tmp", "run").output())
        .contains("started")
        .doesNotContain("preparing quick starts");
  }

  @Test
  void run_optionThatJavaDoesNotKnow_isRefused() {
    String java = "JAVA_HOME='" + System.getProperty("java.home") + "'";

    SystemTool.Result run = launch(java + " TPLUS1_JAVA_OPTS=-xmx4g", "doctor");

    assertThat(run.exitCode()).as(run.output()).isNotZero();
    assertThat(run.output()).contains("Unrecognized option: -xmx4g");
  }

  @Test
  void run_twoAtOnce_onePreparesOnNoPortOfTheOther() throws IOException {
    SystemTool.require("--version", "flock");
    // The first prepares until the second has started.
    java(
        """
        echo "$@" >>ran
        until [ -e started ]; do sleep 0.05; done
        echo classes >"${one#*=}"; exit 0""");

    SystemTool.Result both =
        bash.run(
            directory,
            "-c",
            """
            export JAVA_HOME=$PWD/java TMPDIR=$PWD/tmp
            bash home/tplus1 run --config first &
            until [ -e ran ]; do sleep 0.05; done
            timeout 20 bash home/tplus1 run --config second
            touch started
            wait""");

    assertThat(both.output()).containsSubsequence("run --config second", "run --config first");
    assertThat(directory.resolve("ran"))
        .content()
        .containsOnlyOnce(" demo ")
        .contains(" --any-port");
  }

  @Test
  void start_localeOfAsciiAlone_argumentsArriveAsTheyWereWritten() {
    String charmap = bash.run(directory, "-c", "LC_ALL=C.UTF-8 locale charmap").output();
    assumeThat(charmap).as("the host's locale C.UTF-8").isEqualToIgnoringNewLines("UTF-8");

    // Written in octal: this process may itself have started in such a locale.
    String argument = "\"$(printf 'Gr\\303\\266\\303\\237e')\"";
    String java = "JAVA_HOME='" + System.getProperty("java.home") + "'";

    assertThat(launch("LC_ALL=C " + java, argument).output()).contains("found Größe");
  }

  private SystemTool.Result launch(String environment, String arguments) {
    return bash.run(directory, "-c", environment + " bash home/tplus1 " + arguments);
  }

  /**
   * A Java that says how it was started.
   *
   * @param archives what it does, in bash, where it is to write the archive {@code $one} names
   */
  private void java(String archives) throws IOException {
    Path bin = Files.createDirectories(directory.resolve("java/bin"));
    Path java = bin.resolve("java");
    Files.writeString(
        java,
        """
        #!/usr/bin/env bash
        for one in "$@"; do
          case $one in -XX:ArchiveClassesAtExit=*) %s ;; esac
        done
        echo started "$@"
        """
            .formatted(archives));
    assertThat(java.toFile().setExecutable(true)).isTrue();
  }

  /** Which Java it is: of that version, and of this build. */
  private void release(String build) throws IOException {
    Path about = Files.createDirectories(directory.resolve("java")).resolve("release");
    Files.writeString(
        about,
        "JAVA_VERSION=\"17.0.1\"\nMODULES=\"java.base\"\nJAVA_RUNTIME_VERSION=\"%s\"\n"
            .formatted(build));
  }

  private String archiveOf() {
    return "tplus1-17.0.1-%s.jsa"
        .formatted(
            bash.run(directory, "-c", "cksum <java/release | cut -d ' ' -f 1").output().strip());
  }

  private static void jar(Path file) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Echo.class.getName());
    String name = Echo.class.getName().replace('.', '/') + ".class";
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out, manifest);
        var bytes = Echo.class.getResourceAsStream("/" + name)) {
      jar.putNextEntry(new ZipEntry(name));
      bytes.transferTo(jar);
      jar.closeEntry();
    }
  }

  /** Says what it was started with. */
  static final class Echo {
    private Echo() {}

    public static void main(String[] args) {
      new PrintStream(System.out, true, StandardCharsets.UTF_8)
          .println("found " + String.join(" ", args));
    }
  }
}
