package io.tplus1;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaStaticInitializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** That what is in main is there for main. */
class MembersTest {
  /** What nothing of ours calls, and why it stands all the same. */
  private static final Map<String, String> CALLED_BY_OTHERS =
      Map.of(
          "Main.main", "the JVM",
          "feature.FeatureSchema.ofNumbers", "tests of applications, beside the harness",
          "serde.Prediction.value", "tests of applications, which the harness gives it",
          "serde.Prediction.probability", "likewise",
          "serde.Prediction.lower", "likewise",
          "serde.Prediction.upper", "likewise",
          "rnn.learn.NetworkLearner.step",
              "tests learn at the rule's own rate; refreshes have many",
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
    for (JavaClass owner :
        ArchitectureTest.CLASSES.that(
            resideOutsideOfPackages(ArchitectureTest.packages("harness wire")))) {
      for (JavaCodeUnit member : owner.getCodeUnits()) {
        String name =
            owner.getName().substring(ArchitectureTest.ROOT.length() + 1) + "." + member.getName();
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
        || (owner.getPackageName().equals(ArchitectureTest.ROOT + ".rnn.dl4j")
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
}
