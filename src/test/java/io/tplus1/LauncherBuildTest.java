package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.tool.SystemTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When the launcher builds, and what it starts where that fails, with a Maven that only tells. */
final class LauncherBuildTest {
  /** By times, as Maven compiles, and a jar of what was compiled. */
  private static final String COMPILES =
      """
      mkdir -p home/target/classes
      [ home/target/classes/A -nt home/src/main/A.java ] || cat home/src/main/A.java >home/target/classes/A
      cat home/target/classes/A >home/target/tplus1.jar""";

  @TempDir Path directory;
  private SystemTool bash;
  private Path home;
  private Path jar;
  private Path source;

  /** A checkout that was never built. */
  @BeforeEach
  void checkout() throws IOException {
    bash = SystemTool.require("--version", "bash");
    home = Files.createDirectories(directory.resolve("home"));
    jar = home.resolve("target/tplus1.jar");
    Files.copy(Path.of("tplus1"), home.resolve("tplus1"));
    for (String file : new String[] {"pom.xml", "LICENSE", "src/main/A.java", "topics/a.yaml"}) {
      Files.createDirectories(home.resolve(file).getParent());
      Files.writeString(home.resolve(file), "one");
    }
    source = home.resolve("src/main/A.java");
    program(
        "java/bin/java",
        "[ \"${1#-XX:Trim}\" = \"$1\" ] || exit 1; echo started $(cat \"$PWD/home/target/tplus1.jar\")");
    Files.writeString(
        directory.resolve("java/release"), "JAVA_VERSION=\"17.0.1\"\nMODULES=\"java.base\"\n");
    maven(COMPILES);
  }

  private void program(String path, String script) throws IOException {
    Path file = directory.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/usr/bin/env bash\n" + script + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  /** A Maven that says that it was asked, and then does so. */
  private void maven(String script) throws IOException {
    program("bin/mvn", "echo builds\n" + script);
  }

  /** A folder {@code path} with all that the launcher calls, but for one. */
  private void toolsWithout(String tool) {
    bash.run(
        directory,
        "-c",
        """
        mkdir path
        for tool in bash cat cksum cut dirname find flock head locale mkdir mktemp mv readlink rm sed sleep sort touch uname xargs; do
          if [ $tool != %s ]; then ln -s "$(type -P $tool)" path; fi
        done"""
            .formatted(tool));
  }

  private SystemTool.Result launch(String command) {
    return bash.run(
        directory, "-c", "PATH=$PWD/bin:$PATH JAVA_HOME=$PWD/java bash home/tplus1 " + command);
  }

  @Test
  void launcher_nothingChanged_buildsOnce() {
    assertThat(launch("doctor").output()).contains("builds", "started one");

    assertThat(launch("doctor").output()).contains("started one").doesNotContain("builds");
    assertThat(jar.resolveSibling("tplus1.jar.old")).doesNotExist();
  }

  /** As where an archive of an earlier release is unpacked over it, with the times of its files. */
  @Test
  void launcher_otherSourceOfAnEarlierTime_builds() throws IOException {
    launch("doctor");
    Files.writeString(source, "two");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().minus(Duration.ofDays(9))));

    assertThat(launch("doctor").output()).contains("builds", "started two");
  }

  /** They are there to be edited, also where there is no Maven. */
  @Test
  void launcher_settingsEdited_areNoSource() throws IOException {
    launch("doctor");
    Files.writeString(
        Files.createDirectories(home.resolve("config")).resolve("storms.properties"), "two");

    assertThat(launch("doctor").output()).contains("started one").doesNotContain("builds");
  }

  @Test
  void launcher_sourceThatIsGone_builds() throws IOException {
    Files.writeString(source.resolveSibling("B.java"), "two");
    launch("doctor");
    Files.delete(source.resolveSibling("B.java"));

    assertThat(launch("doctor").output()).contains("builds");
  }

  @Test
  void launcher_sourceSavedDuringTheBuild_buildsAgain() throws IOException {
    maven(
        """
        mkdir -p home/target/classes; class=$(cat home/src/main/A.java)
        echo two >home/src/main/A.java
        echo $class >home/target/classes/A; echo $class >home/target/tplus1.jar""");
    assertThat(launch("doctor").output()).contains("started one");
    maven(COMPILES);

    assertThat(launch("doctor").output()).contains("builds", "started two");
  }

  /** A supervisor's log may be on a disk that is full. */
  @ParameterizedTest
  @ValueSource(strings = {"2>/dev/full", "2>&-"})
  @EnabledOnOs(OS.LINUX)
  void launcher_nothingCanBeSaid_runStartsAllTheSame(String redirected) throws IOException {
    launch("doctor");
    Files.writeString(source, "two");
    maven("exit 1");

    SystemTool.Result run = launch("run " + redirected);

    assertThat(run.exitCode()).as(run.output()).isZero();
    assertThat(run.output()).contains("started one");
  }

  /** As an editor has while a file is open. */
  @Test
  void launcher_hiddenFile_isNoSource() throws IOException {
    launch("doctor");
    Files.createFile(source.resolveSibling(".A.java.swp"));

    assertThat(launch("doctor").output()).contains("started one").doesNotContain("builds");
  }

  @Test
  void launcher_jarThatMavenMadeAfterAFailedBuild_starts() throws IOException {
    maven("exit 1");
    launch("doctor");
    Files.writeString(jar, "mine");
    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(1)));

    assertThat(launch("doctor").output()).contains("started mine").doesNotContain("builds");
  }

  /** macOS has none. */
  @Test
  void launcher_twoAtOnceWithoutFlock_theSecondWaitsForTheFirstsBuild() throws IOException {
    toolsWithout("flock");
    maven("touch building; until grep -q waits second; do sleep 0.05; done\n" + COMPILES);

    SystemTool.Result both =
        bash.run(
            directory,
            "-c",
            """
            touch second
            grep=$(type -P grep); ln -s $grep path
            export PATH=$PWD/bin:$PWD/path JAVA_HOME=$PWD/java
            bash home/tplus1 doctor >first 2>&1 &
            until [ -e building ]; do sleep 0.05; done
            bash home/tplus1 doctor >second 2>&1
            wait
            cat first second""");

    assertThat(both.output())
        .containsOnlyOnce("builds\n")
        .containsSubsequence("started one", "started one");
  }

  @Test
  void launcher_jarThatMavenMade_startsUnlessASourceIsNewer() throws IOException {
    Files.createDirectories(jar.getParent());
    Files.writeString(jar, "mine");

    assertThat(launch("doctor").output()).contains("started mine").doesNotContain("builds");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plus(Duration.ofMinutes(1))));
    assertThat(launch("doctor").output()).contains("builds", "started one");
  }

  /** A jar whose libraries were not copied any more ends each start. */
  @Test
  void launcher_firstBuildFailsBehindTheJar_theNextStartBuildsAgain() throws IOException {
    maven("echo half >home/target/tplus1.jar; exit 1");

    SystemTool.Result failed = launch("run");

    assertThat(failed.exitCode()).as(failed.output()).isEqualTo(1);
    assertThat(failed.output()).doesNotContain("started");
    maven("echo whole >home/target/tplus1.jar");
    assertThat(launch("doctor").output()).contains("builds", "started whole");
  }

  @Test
  void launcher_buildIsKilled_theNextOneTakesNothingThatMayBeTorn() throws IOException {
    launch("doctor");
    Files.createDirectories(home.resolve("target/lib"));
    Path old = Files.writeString(home.resolve("target/lib/old.jar"), "library");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(9))));
    Files.writeString(source, "two");
    maven(
        """
        sleep 0.05; echo half >home/target/tplus1.jar; echo torn >home/target/lib/new.jar
        kill -9 $PPID""");
    assertThat(launch("doctor").output()).doesNotContain("started");
    maven("ls home/target/lib; exit 1");

    SystemTool.Result next = launch("run");

    assertThat(next.output())
        .contains("builds", "old.jar", "started one")
        .doesNotContain("new.jar");
    assertThat(next.exitCode()).as(next.output()).isZero();
  }

  /** Of a first build: nothing was there before. */
  @Test
  void launcher_firstBuildIsKilled_itsJarIsNeverStarted() throws IOException {
    maven("echo half >home/target/tplus1.jar; kill -9 $PPID");
    launch("run");
    maven("exit 1");

    SystemTool.Result next = launch("run");

    assertThat(next.exitCode()).as(next.output()).isEqualTo(1);
    assertThat(next.output()).contains("builds").doesNotContain("started");
  }

  /** A supervisor's PATH may have none. */
  @Test
  void launcher_buildIsKilledAndThereIsNoMavenAnyMore_runStartsWhatWasBuiltBefore()
      throws IOException {
    launch("doctor");
    Files.writeString(source, "two");
    maven("kill -9 $PPID");
    launch("run");

    toolsWithout("mvn");
    SystemTool.Result next =
        bash.run(directory, "-c", "PATH=$PWD/path JAVA_HOME=$PWD/java bash home/tplus1 run");

    assertThat(next.exitCode()).as(next.output()).isZero();
    assertThat(next.output())
        .contains("Maven is needed to build", "starts what was built before", "started one");
  }

  /** Of a build that somebody stopped by hand nothing is to start. */
  @ParameterizedTest
  @ValueSource(ints = {130, 143}) // as Maven ends on SIGINT and SIGTERM
  void launcher_buildIsStopped_endsLikewise(int code) throws IOException {
    launch("doctor");
    Files.writeString(source, "two");
    maven("exit " + code);

    SystemTool.Result stopped = launch("run");

    assertThat(stopped.exitCode()).as(stopped.output()).isEqualTo(code);
    assertThat(stopped.output()).doesNotContain("started");
    maven(COMPILES);
    assertThat(launch("run").output()).contains("builds", "started two");
  }

  /** A supervisor's start is not to end for what somebody has pulled meanwhile. */
  @ParameterizedTest
  @CsvSource({"run, 0", "doctor, 1"})
  void launcher_laterBuildFails_onlyRunStartsWhatWasBuiltBefore(String command, int code)
      throws IOException {
    launch("doctor");
    Files.writeString(source, "two");
    maven("exit 1");

    SystemTool.Result start = launch(command);

    assertThat(start.exitCode()).as(start.output()).isEqualTo(code);
    assertThat(start.output().contains("starts what was built before")).isEqualTo(code == 0);
    assertThat(start.output().contains("started one")).isEqualTo(code == 0);
    maven(COMPILES);
    assertThat(launch(command).output()).contains("builds", "started two");
  }

  /** As on a network file system. */
  @Test
  void launcher_locksThatCannotBeHad_buildsAllTheSame() throws IOException {
    program("bin/flock", "echo 'flock: 9: Bad file descriptor' >&2; exit 65");

    SystemTool.Result start = launch("doctor");

    assertThat(start.exitCode()).as(start.output()).isZero();
    assertThat(start.output()).contains("builds", "started one").doesNotContain("descriptor");
  }

  @Test
  void launcher_twoAtOnce_oneBuildsAndTheOtherSaysThatItWaits() throws IOException {
    SystemTool.require("--version", "flock");
    maven(
        """
        touch building; until grep -q waits second; do sleep 0.05; done
        cat home/src/main/A.java >home/target/tplus1.jar""");

    SystemTool.Result both =
        bash.run(
            directory,
            "-c",
            """
            export PATH=$PWD/bin:$PATH JAVA_HOME=$PWD/java
            touch second
            bash home/tplus1 doctor >first 2>&1 &
            until [ -e building ]; do sleep 0.05; done
            timeout 20 bash home/tplus1 doctor >second 2>&1
            wait
            cat first second""");

    assertThat(both.output())
        .containsOnlyOnce("builds\n")
        .containsSubsequence("started", "started");
  }
}
