package io.tplus1.topology.models;

import io.tplus1.expert.LinearModel;
import io.tplus1.model.LinearForecaster;
import io.tplus1.model.ModelLoader;
import io.tplus1.model.ModelRegistry;

/**
 * What the store of models works with: whose models are served, and how.
 *
 * @param modelName setting {@code model.name}; pointers and linear parts of others are kept and not
 *     served
 * @param registry is told what serves
 * @param loader makes forecasters of artifacts
 * @param linear reads linear parts
 * @param counters told what happens
 */
public record ModelTools(
    String modelName,
    ModelRegistry registry,
    ModelLoader loader,
    LinearForecaster.Decoder linear,
    ModelCounters counters) {

  /** Of one application's models. */
  public static ModelTools of(
      String modelName, ModelRegistry registry, ModelLoader loader, ModelCounters counters) {
    return new ModelTools(modelName, registry, loader, LinearModel::read, counters);
  }
}
