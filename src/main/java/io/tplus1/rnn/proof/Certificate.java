package io.tplus1.rnn.proof;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.model.ArtifactJson;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was measured of an artifact: how far the kernels are from DL4J (or from the forward pass of
 * the learner that made it, or from a pass in doubles where DL4J cannot compute it), and from
 * golden results.
 *
 * <p>An artifact of a few steps of learning, as they are made every few dozen records, is held
 * against its learner alone: that is an implementation of its own, which takes milliseconds where
 * DL4J takes seconds, and is itself held to DL4J (where that has such layers) and to a pass in
 * doubles by the tests of {@code rnn.learn}. Where the two differ by more than {@link #TOLERANCE}
 * of a window's largest value, a pass in doubles decides; if the kernel is off, DL4J serves until
 * the next artifact.
 *
 * <p>An error is the largest difference of two outputs, in scaled units, by the size of its column
 * where that is larger than 1 ({@link Agreement}).
 *
 * @param model hash of the artifact that it speaks of
 * @param kernels versions of the kernels that were measured, whatever the width of their vectors;
 *     the errors are of the worst
 * @param dl4j version of DL4J that it was held against, but for values that overflow there alone;
 *     empty where that was the learner, or a pass in doubles
 * @param learner name of the learner's arithmetic that it was held against, such as {@code
 *     vector-1}; empty where that was another
 * @param refusal why DL4J cannot compute this network; empty if it can
 * @param windows number of windows on which both ran and gave something finite; 0 with a refusal
 *     where none did, or by a release that held such a network against nothing
 * @param maxError largest error on them
 * @param tolerance largest error with which the kernel serves: {@link #TOLERANCE}, or more where
 *     float32 itself makes more of this network
 * @param goldens how it did on golden results
 */
public record Certificate(
    String model,
    List<String> kernels,
    String dl4j,
    String learner,
    String refusal,
    int windows,
    double maxError,
    double tolerance,
    List<GoldenResult> goldens) {

  /** Largest error with which the kernel serves, whatever the network. */
  public static final double TOLERANCE = 1e-5;

  /** Largest error that is put down to float32. */
  static final double MOST_TOLERANCE = 1e-4;

  private static final int FORMAT = 1;

  /**
   * How the kernel did on one set of golden results.
   *
   * @param name where they come from
   * @param outputs number of windows
   * @param maxError largest error
   * @param tolerance largest error that is none
   */
  public record GoldenResult(String name, int outputs, double maxError, double tolerance) {
    public boolean agrees() {
      return maxError <= tolerance;
    }
  }

  public Certificate {
    kernels = List.copyOf(kernels);
    goldens = List.copyOf(goldens);
  }

  /** What the kernels were held against, for people. */
  public String reference() {
    if (windows == 0) {
      return "nothing";
    }
    if (!learner.isEmpty()) {
      return "the learner's forward pass (" + learner + ")";
    }
    return isAgainstDoubles() ? "a pass in doubles" : "DL4J " + dl4j;
  }

  private boolean isAgainstDoubles() {
    return dl4j.isEmpty() && learner.isEmpty() && windows > 0;
  }

  /** Whether there was nothing to hold the kernels against: no error says nothing then. */
  public boolean isOfNothing() {
    return !refusal.isEmpty() && windows == 0;
  }

  /** Whether the kernel computes what the reference does, as far as that can tell. */
  public boolean agrees() {
    return maxError <= tolerance;
  }

  /** Whether the kernel computes what the golden results say, as far as there are any. */
  public boolean goldensAgree() {
    return goldens.stream().allMatch(GoldenResult::agrees);
  }

  /**
   * Whether the kernel is right. Golden results are the model that was meant: what gives these is,
   * even if DL4J computes something else.
   */
  public boolean isRight() {
    return agrees() || (!goldens.isEmpty() && goldensAgree());
  }

  /** Whether the kernel serves: where it is right, and where DL4J cannot. */
  public boolean kernelServes() {
    return isRight() || !refusal.isEmpty();
  }

  /** As this, held against passes in doubles, which gave this error, and what is granted there. */
  Certificate inDoubles(double error, double granted) {
    return new Certificate(model, kernels, "", "", refusal, windows, error, granted, goldens);
  }

  /** As this, with one golden result more. */
  public Certificate and(GoldenResult golden) {
    List<GoldenResult> all = new ArrayList<>(goldens);
    all.add(golden);
    return new Certificate(
        model, kernels, dl4j, learner, refusal, windows, maxError, tolerance, all);
  }

  /** What is granted where float32 makes {@code loss}. */
  public static double tolerance(double loss) {
    return Math.max(TOLERANCE, Math.min(loss, MOST_TOLERANCE));
  }

  /** Largest error on golden results; 0 without any. */
  public double goldenError() {
    return goldens.stream().mapToDouble(GoldenResult::maxError).max().orElse(0);
  }

  /** The form that {@link #of} reads. */
  public byte[] toJson() {
    ObjectNode root = ArtifactJson.object();
    root.put("format", FORMAT);
    root.put("model", model);
    ArrayNode names = root.putArray("kernels");
    kernels.forEach(names::add);
    root.put("dl4j", dl4j);
    if (!learner.isEmpty()) {
      root.put("learner", learner);
    }
    root.put("refusal", refusal);
    if (isAgainstDoubles()) {
      root.put("reference", reference());
    }
    root.put("windows", windows);
    root.put("maxError", maxError);
    putTolerance(root, tolerance);
    ArrayNode array = root.putArray("goldens");
    for (GoldenResult golden : goldens) {
      ObjectNode result =
          array
              .addObject()
              .put("name", golden.name())
              .put("outputs", golden.outputs())
              .put("maxError", golden.maxError());
      putTolerance(result, golden.tolerance());
    }
    return ArtifactJson.write(root);
  }

  /**
   * The artifact's certificate; empty without one, or with one of another format.
   *
   * @throws InvalidArtifactException if it cannot be read, or speaks of other contents
   */
  public static Optional<Certificate> of(ModelArtifact artifact) throws InvalidArtifactException {
    byte[] json = artifact.entry(ModelArtifact.CERTIFICATE);
    if (json == null) {
      return Optional.empty();
    }
    Certificate certificate;
    try {
      JsonNode root = ArtifactJson.read(json);
      if (root.path("format").asInt() != FORMAT) {
        return Optional.empty();
      }
      List<String> kernels = new ArrayList<>();
      root.path("kernels").forEach(kernel -> kernels.add(kernel.asText()));
      List<GoldenResult> goldens = new ArrayList<>();
      for (JsonNode golden : root.path("goldens")) {
        goldens.add(
            new GoldenResult(
                golden.path("name").asText(),
                golden.path("outputs").asInt(),
                error(golden.path("maxError")),
                tolerance(golden.path("tolerance").asDouble())));
      }
      certificate =
          new Certificate(
              root.path("model").asText(),
              kernels,
              root.path("dl4j").asText(),
              root.path("learner").asText(),
              root.path("refusal").asText(),
              root.path("windows").asInt(),
              error(root.path("maxError")),
              tolerance(root.path("tolerance").asDouble()),
              goldens);
    } catch (JacksonException e) {
      throw new InvalidArtifactException(
          "the certificate is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new InvalidArtifactException("the certificate cannot be read: " + e.getMessage(), e);
    }
    if (!certificate.model().equals(artifact.hash())) {
      throw new InvalidArtifactException(
          "the certificate speaks of the model %s, and these are the contents of %s: they were changed after it was certified"
              .formatted(certificate.model(), artifact.hash()));
    }
    return Optional.of(certificate);
  }

  /** Certificates of every other network are as they always were. */
  private static void putTolerance(ObjectNode node, double tolerance) {
    if (tolerance > TOLERANCE) {
      node.put("tolerance", tolerance);
    }
  }

  /** A number that is missing proves nothing. */
  private static double error(JsonNode node) {
    return node.isNumber() ? node.doubleValue() : Double.MAX_VALUE;
  }
}
