package io.tplus1.model;

/** Turns an artifact into a forecaster. */
@FunctionalInterface
public interface ModelLoader {
  /**
   * Loads a model.
   *
   * @throws InvalidArtifactException if the artifact's contents do not make a network that fits its
   *     manifest
   */
  Forecaster load(ModelArtifact artifact) throws InvalidArtifactException;

  /** Told that what was loaded of an artifact serves from now on. */
  default void served(ModelArtifact artifact) {}
}
