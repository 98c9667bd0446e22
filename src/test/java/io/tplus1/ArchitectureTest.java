package io.tplus1;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.tplus1.config.Configuration;
import io.tplus1.topology.ForecastPlan;
import io.tplus1.topology.Tally;
import io.tplus1.topology.retrain.RetrainPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The arrows of design.md, section Packages. */
class ArchitectureTest {
  static final String ROOT = "io.tplus1";
  static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  private static final Pattern NAMED = Pattern.compile("io/tplus1/([a-z]\\w*)/");

  static String[] packages(String names) {
    return Arrays.stream(names.split(" "))
        .filter(name -> !name.isEmpty())
        .map(name -> ROOT + "." + name + "..")
        .toArray(String[]::new);
  }

  private static void check(ArchRule rule) {
    rule.check(CLASSES);
  }

  @ParameterizedTest
  @CsvSource({
    "feature, ''",
    "wire, ''",
    "topic, ''",
    "broker, ''",
    "model, feature",
    "score, feature",
    "expert, feature model score",
    "rnn, feature model expert",
    "train, feature model expert",
    "serde, feature model wire",
    "config, feature model score train serde topic",
    "topology, feature model expert train score topic serde config",
    "ops, feature model score topic serde config topology",
    "harness, feature model rnn train topic serde config topology wire",
    "csv, feature model serde config",
    "lesson, feature model score train config",
    "backtest, feature model score serde config topology harness",
    "replay, feature model expert topic serde config topology cluster",
    "demo, feature score serde config csv wire",
    "cluster, feature topic serde config topology",
    "catalogue, feature model rnn topic serde config cluster",
    "doctor, feature model rnn topic serde config topology ops cluster catalogue",
    "instance, feature model rnn train topic serde config topology ops cluster catalogue"
  })
  void package_ofOurs_standsOnWhatTheDesignSays(String name, String on) throws IOException {
    String[] allowed = packages((name + " " + on).strip());
    check(
        noClasses()
            .that()
            .resideInAPackage(ROOT + "." + name + "..")
            .should()
            .dependOnClassesThat(
                resideInAPackage(ROOT + "..").and(resideOutsideOfPackages(allowed))));
    // ArchUnit does not see of what type a lambda is; and what is allowed and unused is no arrow.
    assertThat(named(name)).containsExactlyInAnyOrder((name + " " + on).strip().split(" "));
  }

  /** Our packages that the class files of one name, itself among them. */
  private static Set<String> named(String name) throws IOException {
    Set<String> found = new TreeSet<>();
    for (JavaClass one : CLASSES.that(resideInAPackage(ROOT + "." + name + ".."))) {
      Path file = Path.of(one.getSource().orElseThrow().getUri());
      Matcher matcher = NAMED.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
      while (matcher.find()) {
        found.add(matcher.group(1));
      }
    }
    return found;
  }

  /** A package that is new must be given its arrows above. */
  @Test
  void packages_allOfThem_haveTheirArrows() {
    check(
        noClasses()
            .should(
                com.tngtech.archunit.lang.conditions.ArchConditions.be(
                    resideOutsideOfPackages(
                            packages(
                                "feature model expert rnn train score topic serde config topology"
                                    + " ops csv lesson backtest replay demo harness broker wire"
                                    + " cluster catalogue doctor instance"))
                        .and(resideOutsideOfPackages(ROOT)))));
  }

  /** Else every rule would hold of nothing. */
  @Test
  void classes_underTest_areThere() {
    assertThat(CLASSES.contain(io.tplus1.topology.ForecastTopology.class)).isTrue();
    assertThat(CLASSES.contain(Main.class)).isTrue();
  }

  @Test
  void model_code_neverImportsKafka() {
    check(
        noClasses()
            .that(resideInAnyPackage(packages("feature model expert rnn train score")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka.."));
  }

  /** A client may take the package alone. */
  @Test
  void wire_code_needsNothingButTheJdk() {
    check(
        noClasses()
            .that(resideInAnyPackage(packages("wire")))
            .should()
            .dependOnClassesThat(resideOutsideOfPackages("java..", ROOT + ".wire..")));
  }

  @Test
  void deeplearning4j_isKnownToItsOnePackageAlone() {
    check(
        noClasses()
            .that(resideInAPackage(ROOT + "..").and(resideOutsideOfPackages(packages("rnn.dl4j"))))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.deeplearning4j..", "org.nd4j..", "org.bytedeco.."));
  }

  @Test
  void packages_ofOurs_haveNoCycles() {
    check(slices().matching(ROOT + ".(*)..").should().beFreeOfCycles());
    // Each package alone: one and those within it are apart.
    check(slices().matching(ROOT + ".(**)").should().beFreeOfCycles());
  }

  /** Settings are narrow records to all who use them; plans make those for the topologies. */
  @Test
  void configuration_below_isKnownToThePlansAlone() {
    check(
        noClasses()
            .that(
                resideInAPackage(ROOT + "..")
                    .and(
                        resideOutsideOfPackages(
                            packages(
                                "config backtest catalogue cluster doctor harness instance ops"
                                    + " replay")))
                    .and(resideOutsideOfPackages(ROOT))
                    .and(not(equivalentTo(ForecastPlan.class).or(equivalentTo(RetrainPlan.class)))))
            .should()
            .dependOnClassesThat(equivalentTo(Configuration.class)));
  }

  /** Such as a recurrent cell and its kinds: each of these rings is read as one. */
  private static final List<String> RINGS =
      List.of(
          "rnn.kernel.LstmCell rnn.kernel.GruCell rnn.kernel.SimpleCell rnn.kernel.Cell",
          "rnn.learn.LstmPass rnn.learn.GruPass rnn.learn.SimplePass rnn.learn.RecurrentPass",
          "score.IntervalPlan score.IntervalPool score.ConformalInterval",
          "score.ExpertMix score.MixPlan",
          "serde.JsonName serde.JsonBytes",
          "csv.TextVectors csv.CsvVectors");

  /** Where classes know each other in a ring, none can be read alone. */
  @Test
  void classes_butThoseOfAFewRings_haveNone() {
    check(slices().assignedFrom(new TopLevel()).should().beFreeOfCycles());
  }

  /** Each class with those that stand in its file, or in its ring. */
  private record TopLevel() implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass one) {
      JavaClass top = one;
      while (top.getEnclosingClass().isPresent()) {
        top = top.getEnclosingClass().get();
      }
      String name = top.getName();
      return SliceIdentifier.of(
          RINGS.stream()
              .filter(
                  ring ->
                      Arrays.stream(ring.split(" ")).anyMatch(in -> name.equals(ROOT + "." + in)))
              .findFirst()
              .orElse(name));
    }

    @Override
    public String getDescription() {
      return "top-level classes";
    }
  }

  /** What is kept, what makes a forecast of it and what reads it know no processor. */
  @ParameterizedTest
  @CsvSource({
    "topology.rows, ''",
    "topology.state, topology.rows",
    "topology.forecast, topology.state",
    "topology.query, topology.state",
    "topology.notice, topology.state"
  })
  void topologyBelow_theProcessors_needsNothingElseOfTopology(String name, String on) {
    check(
        noClasses()
            .that(resideInAnyPackage(packages(name)))
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(packages("topology"))
                    .and(resideOutsideOfPackages(packages((name + " " + on).strip())))));
  }

  /** The two topologies meet in topics: the side topology knows no processor of the forecasts. */
  @ParameterizedTest
  @ValueSource(strings = {"topology.retrain", "topology.models"})
  void topologyBeside_theForecasts_knowsOfThemWhatIsKeptAndHowToCount(String name) {
    check(
        noClasses()
            .that(resideInAnyPackage(packages(name)))
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(packages("topology"))
                    .and(resideOutsideOfPackages(packages(name + " topology.state")))
                    .and(not(equivalentTo(Tally.class)))));
  }

  @Test
  void classes_logThroughSlf4jAlone() {
    check(NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING);
  }

  @Test
  void standardStreams_areTheCommandLinesAlone() {
    JavaClasses below = CLASSES.that(resideOutsideOfPackages(ROOT));
    NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(below);
  }

  /** Warnings are errors, and a JDK from 19 on warns of it. */
  @Test
  void thread_getId_isCalledByNobody() {
    ArchConfiguration.withThreadLocalScope(
        configuration -> {
          // Names are enough, and what the libraries hold takes long to read.
          configuration.setResolveMissingDependenciesFromClassPath(false);
          JavaClasses all = new ClassFileImporter().importPackages(ROOT);
          noClasses().should().callMethod(Thread.class, "getId").check(all);
        });
  }
}
