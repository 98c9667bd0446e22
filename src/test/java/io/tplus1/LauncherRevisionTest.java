package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tplus1.tool.SystemTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher has a jar say of what it was built of, with a Maven that only tells. */
final class LauncherRevisionTest {
  private static final Pattern TOLD = Pattern.compile("(?m)^revision (.*)$");

  /**
   * Whoever runs these tests may have git name its own repository, as a hook in a worktree does.
   */
  private static final String OWN = "unset $(git rev-parse --local-env-vars); ";

  @TempDir Path directory;
  private SystemTool bash;
  private Path source;

  /** As unpacked of an archive: there is no repository. */
  @BeforeEach
  void sources() throws IOException {
    bash = SystemTool.require("--version", "bash");
    source = directory.resolve("home/src/main/A.java");
    Files.createDirectories(source.getParent());
    Files.writeString(source, "one");
    Files.writeString(directory.resolve("home/pom.xml"), "pom");
    Files.writeString(directory.resolve("home/README.md"), "read");
    Files.copy(Path.of("tplus1"), directory.resolve("home/tplus1"));
    program(
        "bin/mvn",
        "for one in \"$@\"; do case $one in -Dbuild.revision=*) echo \"revision ${one#*=}\" ;; esac; done");
    program("java/bin/java", "true");
    Files.writeString(
        directory.resolve("java/release"), "JAVA_VERSION=\"17.0.1\"\nMODULES=\"java.base\"\n");
  }

  private void program(String path, String script) throws IOException {
    Path file = directory.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/usr/bin/env bash\n" + script + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private String revision(String home) {
    return revision(home, "");
  }

  /**
   * Builds, as there never is a jar, and returns what the jar would say.
   *
   * @param environment of the launcher, as {@code NAME=VALUE}; empty for nothing of git's
   */
  private String revision(String home, String environment) {
    String output =
        bash.run(
                directory,
                "-c",
                OWN
                    + "PATH=$PWD/bin:$PATH JAVA_HOME=$PWD/java %s bash %s/tplus1 doctor"
                        .formatted(environment, home))
            .output();
    Matcher told = TOLD.matcher(output);
    assertThat(told.find()).as(output).isTrue();
    return told.group(1);
  }

  private String inHome(String command) {
    return inHome("", command);
  }

  /**
   * Returns what a command puts out.
   *
   * @param around what whoever runs the tests has set, as a command; empty for nothing more
   */
  private String inHome(String around, String command) {
    SystemTool.Result done =
        bash.run(
            directory.resolve("home"),
            "-c",
            around
                + OWN
                + "set -e; export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null; git() { command git -c user.name=a -c user.email=a@b.example \"$@\"; }; "
                + command);
    assertThat(done.exitCode()).as(done.output()).isZero();
    return done.output().strip();
  }

  /** On Windows git writes other line ends unless told, and bash reads none of these. */
  @Test
  void lineEnds_whereverItIsCheckedOut_areThoseOfBash() {
    SystemTool git = SystemTool.require("--version", "git");
    Path root = Path.of(System.getProperty("project.root", "."));

    SystemTool.Result told = git.run(root, "check-attr", "eol", "tplus1", ".ci/run");

    assumeThat(told.exitCode()).as("a repository").isZero();
    assertThat(told.output()).isEqualTo("tplus1: eol: lf\n.ci/run: eol: lf\n");
  }

  @Test
  void revision_noRepository_isTheNumberOfTheSourcesWhereverTheyLie() throws IOException {
    String one = revision("home");

    assertThat(one).matches("sources \\d+");
    inHome("mkdir ../other; cp -r pom.xml src tplus1 ../other");
    assertThat(revision("other")).as("the same elsewhere").isEqualTo(one);
    Files.writeString(directory.resolve("other/src/main/A.java"), "two");
    assertThat(revision("other")).as("others").matches("sources \\d+").isNotEqualTo(one);
  }

  @Test
  void revision_repository_isTheCommitAndTellsOfChanges() throws IOException {
    SystemTool.require("--version", "git");
    String sources = revision("home");
    // As in large trees: what is not tracked is built in all the same.
    inHome(
        "git init -q; git config status.showUntrackedFiles no; git add -A; git commit -q -m one");
    String commit = inHome("git rev-parse --short=12 HEAD");

    assertThat(revision("home")).isEqualTo("commit %s, %s", commit, sources);
    Files.writeString(directory.resolve("home/README.md"), "of no jar");
    assertThat(revision("home")).isEqualTo("commit %s, %s", commit, sources);
    Files.writeString(source.resolveSibling("B.java"), "two");
    assertThat(revision("home"))
        .startsWith("commit %s with changes, sources ".formatted(commit))
        .doesNotEndWith(sources);
  }

  /** As where a hook in a worktree builds what was unpacked, or runs these tests. */
  @Test
  void revision_gitNamesAnotherRepository_isNotMistakenForItsOwn() {
    SystemTool.require("--version", "git");
    String other = "GIT_DIR=$PWD/other/.git";
    String newest = "git -C ../other log --format=%s";
    inHome("mkdir ../other; cd ../other; git init -q; git commit -q --allow-empty -m other");

    assertThat(revision("home", other)).matches("sources \\d+");
    inHome(
        "cd ..; export %s; cd home; ".formatted(other),
        "git init -q; git commit -q --allow-empty -m one");
    assertThat(inHome(newest)).as("what these tests leave alone").isEqualTo("other");
    String commit = "commit " + inHome("git rev-parse --short=12 HEAD");
    assertThat(revision("home", other)).startsWith(commit);
    assertThat(revision("home", "GIT_OBJECT_DIRECTORY=$PWD/other/.git/objects"))
        .as("in a hook that looks at what is pushed")
        .startsWith(commit);
  }

  /** An archive that is unpacked below another one's checkout. */
  @Test
  void revision_repositoryAround_isNotMistakenForItsOwn() {
    SystemTool.require("--version", "git");
    inHome("cd ..; git init -q; git add -A; git commit -q -m one");

    assertThat(revision("home")).matches("sources \\d+");
  }

  @Test
  void revision_repositoryWithoutACommit_isTheNumberOfTheSources() {
    SystemTool.require("--version", "git");
    inHome("git init -q");

    assertThat(revision("home")).matches("sources \\d+");
  }
}
