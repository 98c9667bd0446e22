package io.tplus1.rnn;

import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.rnn.network.NetworkCodec;
import io.tplus1.rnn.proof.Certificate;
import java.util.Comparator;
import java.util.OptionalDouble;

/**
 * What an artifact's certificate says, for people.
 *
 * @param ok whether the kernel computes what the golden results say or, without any, what DL4J, the
 *     learner or a pass in doubles does, within what float32 allows
 * @param golden whether it computes what the golden results say, if there are any; what does not is
 *     not the model that they are of
 * @param maxAbsError largest error on golden results or, without any, against what it was held
 *     against, in scaled units, by the size of its column; empty where it was held against nothing
 * @param servedBy {@code kernel} or {@code dl4j}
 * @param reason what the figures stand on, or what is wrong
 */
public record Verdict(
    boolean ok, boolean golden, OptionalDouble maxAbsError, String servedBy, String reason) {

  /** The verdict on an artifact. */
  public static Verdict of(ModelArtifact artifact) throws InvalidArtifactException {
    Certificate certificate = Certificate.of(artifact).orElse(null);
    boolean plain = artifact.entry(NetworkCodec.ARCHITECTURE) != null;
    String alone = plain ? "" : "DL4J alone: " + StoredNetworks.read(artifact).noKernel();
    if (certificate == null) {
      return new Verdict(
          !plain,
          true,
          OptionalDouble.empty(),
          plain ? "kernel" : "dl4j",
          plain ? "no certificate" : alone);
    }
    int goldens = certificate.goldens().stream().mapToInt(Certificate.GoldenResult::outputs).sum();
    String against = plain ? against(certificate) : alone;
    String reason =
        goldens == 0
            ? against
            : "%s, %d golden outputs: %s".formatted(against, goldens, figures(certificate));
    boolean asKnown = certificate.goldensAgree();
    boolean compared = goldens > 0 || certificate.windows() > 0;
    return new Verdict(
        certificate.isRight() && asKnown,
        asKnown,
        compared
            ? OptionalDouble.of(goldens > 0 ? certificate.goldenError() : certificate.maxError())
            : OptionalDouble.empty(),
        plain && certificate.kernelServes() ? "kernel" : "dl4j",
        reason);
  }

  private static String against(Certificate certificate) {
    if (certificate.windows() == 0) {
      return "the kernel alone: "
          + (certificate.refusal().isEmpty()
              ? "no probe gave anything finite"
              : certificate.refusal());
    }
    return "%s on %d windows: %s%s"
        .formatted(
            certificate.reference(),
            certificate.windows(),
            figure(certificate.maxError(), certificate.tolerance()),
            certificate.refusal().isEmpty() ? "" : ", for " + certificate.refusal());
  }

  private static String figures(Certificate certificate) {
    return certificate.goldens().stream()
        .max(Comparator.comparingDouble(golden -> golden.maxError() / golden.tolerance()))
        .map(worst -> figure(worst.maxError(), worst.tolerance()))
        .orElse("");
  }

  private static String figure(double error, double tolerance) {
    return tolerance > Certificate.TOLERANCE
        ? "%.1e of %.1e that float32's rounding may make".formatted(error, tolerance)
        : "%.1e".formatted(error);
  }
}
