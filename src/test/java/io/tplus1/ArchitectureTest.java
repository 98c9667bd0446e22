package io.tplus1;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaStaticInitializer;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.tplus1.config.Configuration;
import io.tplus1.topology.ForecastPlan;
import io.tplus1.topology.retrain.RetrainPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The arrows of design.md, section Packages. */
class ArchitectureTest {
  private static final String ROOT = "io.tplus1";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  private static final Pattern NAMED = Pattern.compile("io/tplus1/([a-z]\\w*)/");

  private static String[] packages(String names) {
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
    "config, feature model score train serde",
    "topology, feature model expert train score topic serde config",
    "ops, feature model score topic serde config topology",
    "harness, feature model rnn train topic serde config topology wire",
    "csv, feature serde config",
    "backtest, feature model score serde config topology harness",
    "replay, feature model expert topic serde config topology cluster",
    "demo, feature score serde config csv wire",
    "cluster, feature topic config topology",
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
                                    + " ops csv backtest replay demo harness broker wire"
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
    check(slices().matching(ROOT + ".rnn.(*)..").should().beFreeOfCycles());
    check(slices().matching(ROOT + ".topology.(*)..").should().beFreeOfCycles());
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
          "rnn.LearnerProver rnn.RnnArtifacts rnn.StoredNetworks rnn.Prover rnn.RnnModelLoader",
          "rnn.ImportedScaling rnn.ImportedArtifacts",
          "rnn.kernel.LstmCell rnn.kernel.GruCell rnn.kernel.SimpleCell rnn.kernel.Cell",
          "rnn.kernel.vector.PanelMatrix rnn.kernel.vector.PairProjection rnn.kernel.vector.VectorArithmetic",
          "rnn.learn.LstmPass rnn.learn.GruPass rnn.learn.SimplePass rnn.learn.RecurrentPass",
          "rnn.learn.vector.VectorMatrix rnn.learn.vector.VectorProducts rnn.learn.vector.VectorBatchArithmetic",
          "score.IntervalPlan score.IntervalPool score.ErrorScale score.ConformalInterval",
          "score.ExpertMix score.MixPlan",
          "expert.StackedWorkspace expert.Stacked",
          "serde.JsonName serde.JsonBytes",
          "csv.TextVectors csv.CsvVectors",
          "train.SeriesRows train.TrainingSamples");

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

  /** What is kept knows nothing of who keeps it. */
  @Test
  void topologyState_code_needsNothingElseOfTopology() {
    check(
        noClasses()
            .that(resideInAnyPackage(packages("topology.state")))
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(packages("topology"))
                    .and(resideOutsideOfPackages(packages("topology.state")))));
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

  /** What nothing of ours calls, and why it stands all the same. */
  private static final Map<String, String> CALLED_BY_OTHERS =
      Map.of(
          "Main.main", "the JVM",
          "feature.FeatureSchema.ofNumbers", "tests of applications, beside the harness",
          "serde.Prediction.value", "tests of applications, which the harness gives it",
          "serde.Prediction.probability", "likewise",
          "model.StepInputs.withLevelAtEnd", "a test had to name its eleven other components",
          "rnn.learn.NetworkLearner.step",
              "tests learn at the rule's own rate; refreshes have many",
          "score.ConformalInterval.update", "a test had to name the pool that it has not",
          "topic.TopicContracts.get", "tests ask for one of nine");

  /**
   * What tests alone call stands beside them; the harness and the wire's form are for others, as
   * are types in the harness' signatures, of which {@link #CALLED_BY_OTHERS} names what we do not
   * call.
   */
  @Test
  void members_ofOurs_areCalledByOurs() {
    Map<String, String> left = new TreeMap<>(CALLED_BY_OTHERS);
    List<String> uncalled = new ArrayList<>();
    for (JavaClass owner : CLASSES.that(resideOutsideOfPackages(packages("harness wire")))) {
      for (JavaCodeUnit member : owner.getCodeUnits()) {
        String name = owner.getName().substring(ROOT.length() + 1) + "." + member.getName();
        if (!isCalled(member) && !isCalledUnseen(member) && left.remove(name) == null) {
          uncalled.add(member.getFullName());
        }
      }
    }
    assertThat(uncalled)
        .as("tests alone call these: give them to the tests, or name above who else does")
        .isEmpty();
    assertThat(left).as("called, or gone").isEmpty();
  }

  private static boolean isCalled(JavaCodeUnit member) {
    return member.getAccessesToSelf().stream()
        .anyMatch(access -> !access.getOrigin().equals(member));
  }

  /**
   * By the compiler's own code, through a supertype, by who makes objects of names, by picocli, or
   * by who writes JSON.
   */
  private static boolean isCalledUnseen(JavaCodeUnit member) {
    JavaClass owner = member.getOwner();
    boolean bare = member.getRawParameterTypes().isEmpty();
    return member.getModifiers().contains(JavaModifier.PRIVATE)
        || member.getModifiers().contains(JavaModifier.SYNTHETIC)
        || member instanceof JavaStaticInitializer
        || (member instanceof JavaConstructor && bare && owner.getConstructors().size() == 1)
        || (owner.isEnum() && Set.of("values", "valueOf").contains(member.getName()))
        || (owner.isRecord() && bare && owner.tryGetField(member.getName()).isPresent())
        || overrides(member)
        || member.isAnnotatedWith(CommandLine.Command.class)
        || (owner.getPackageName().equals(ROOT + ".rnn.dl4j")
            && bare
            && member.getName().matches("(get|is)[A-Z].*"));
  }

  private static boolean overrides(JavaCodeUnit member) {
    JavaClass owner = member.getOwner();
    return member instanceof JavaMethod
        && Stream.concat(
                owner.getAllRawSuperclasses().stream(), owner.getAllRawInterfaces().stream())
            .flatMap(above -> above.getMethods().stream())
            .anyMatch(
                above ->
                    above.getName().equals(member.getName())
                        && above.getRawParameterTypes().size()
                            == member.getRawParameterTypes().size());
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
