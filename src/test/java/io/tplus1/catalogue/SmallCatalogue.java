package io.tplus1.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelArtifact;
import io.tplus1.rnn.ConstantModels;
import io.tplus1.rnn.Zipped;
import io.tplus1.serde.ModelEvent;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A catalogue in the making, and models of which three are of its shape. */
public final class SmallCatalogue {
  private static final ConstantModels MODELS =
      new ConstantModels(FeatureSchema.ofNumbers("a", "b"), 2);

  public static final ModelArtifact A = MODELS.of(1);
  public static final ModelArtifact B = MODELS.of(2);
  public static final ModelArtifact C = MODELS.of(3);

  /** Of another shape. */
  public static final ModelArtifact OTHER =
      new ConstantModels(FeatureSchema.ofNumbers("x"), 2).of(4);

  private final ModelCatalogue.Builder builder =
      new ModelCatalogue.Builder("default", new ModelCatalogue.Shape(List.of("a", "b"), 2, 1));

  public ModelCatalogue.Builder builder() {
    return builder;
  }

  public void keep(ModelArtifact... artifacts) {
    for (ModelArtifact artifact : artifacts) {
      builder.artifact(artifact.hash(), artifact.toBytes());
    }
  }

  /** As a version of tplus1 that knows format 99 would write it. */
  public static byte[] newerThan(ModelArtifact artifact) {
    Map<String, byte[]> entries = Zipped.unzip(artifact.toBytes());
    entries.put(ModelArtifact.MANIFEST, "{\"format\":99,\"new\":{}}".getBytes(UTF_8));
    return Zipped.zip(entries);
  }

  public static ModelEvent event(
      ModelEvent.Kind kind, ModelArtifact artifact, Map<String, Double> figures) {
    return new ModelEvent(
        kind,
        5,
        Optional.of(artifact.hash()),
        Optional.empty(),
        Optional.empty(),
        "so it is",
        figures);
  }
}
