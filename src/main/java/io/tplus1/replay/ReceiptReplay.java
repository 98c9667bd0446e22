package io.tplus1.replay;

import io.tplus1.cluster.TopicReader;
import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.PredictionSerde;
import io.tplus1.serde.Receipt;
import io.tplus1.topic.Application;
import io.tplus1.topic.TopicContracts;
import io.tplus1.topology.ForecastPlan;
import io.tplus1.topology.Replay;
import io.tplus1.topology.state.ForecastStores;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Makes published forecasts of a running cluster again, from what the cluster holds, and compares.
 * Reads only. For one thread.
 */
public final class ReceiptReplay {
  private final FeatureSchema schema;
  private final Replay replay;
  private final PublishedForecasts forecasts;
  private final WindowSource windows;
  private final ModelSource models;
  private final Loader loader;

  /** Loads the network of an artifact. */
  @FunctionalInterface
  public interface Loader {
    /**
     * Loads one.
     *
     * @param kernel what computed it when the forecast was made
     * @throws InvalidArtifactException if the artifact is broken
     */
    Forecaster load(ModelArtifact artifact, String kernel) throws InvalidArtifactException;
  }

  /**
   * A replay of one application's forecasts.
   *
   * @param configuration the application's
   * @param schema the configuration's, complete with vocabularies
   * @param reader of the cluster's topics
   * @param loader picks the kernel
   * @param file what the setting {@code model.file} names; empty also where it is not there
   */
  public ReceiptReplay(
      Configuration configuration,
      FeatureSchema schema,
      TopicReader reader,
      Loader loader,
      Optional<ModelArtifact> file) {
    this.schema = schema;
    this.loader = loader;
    this.replay = new Replay(ForecastPlan.of(configuration, schema));
    this.forecasts =
        new PublishedForecasts(
            reader,
            configuration.topics().name(TopicContracts.PREDICTIONS),
            new PredictionSerde(schema).deserializer());
    this.windows =
        new WindowSource(
            reader,
            Application.changelog(configuration.forecastApplicationId(), ForecastStores.VECTORS),
            configuration.topics().name(TopicContracts.FEATURES),
            replay);
    this.models =
        new ModelSource(
            reader,
            configuration.topics().name(TopicContracts.MODELS),
            configuration.modelName(),
            configuration.retrain().keep().othersFor(),
            configuration.modelFile(),
            file);
  }

  /**
   * Makes the forecast again that was made at a time.
   *
   * @param timeMs event time of the newest vector of its window
   * @throws GoneException if one of its inputs, or it itself, is gone
   * @throws InvalidArtifactException if the model's bytes are broken
   * @throws IllegalArgumentException if there never was such a forecast, it has no receipt, or the
   *     settings are others than those that it was made with
   */
  public ReplayReport madeAt(String key, long timeMs)
      throws GoneException, InvalidArtifactException {
    return run(forecasts.madeAt(key, timeMs));
  }

  /**
   * Makes the newest forecast of a target time again; throws as {@link #madeAt}.
   *
   * @param horizon steps ahead of the forecast, from 1; empty for the fewest
   */
  public ReplayReport of(String key, long targetMs, Optional<Integer> horizon)
      throws GoneException, InvalidArtifactException {
    return run(forecasts.of(key, targetMs, horizon));
  }

  private ReplayReport run(PublishedForecasts.Found found)
      throws GoneException, InvalidArtifactException {
    Prediction published = found.prediction();
    Receipt receipt =
        published
            .receipt()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the forecast at %s has no receipt: tplus1 has not made it"
                            .formatted(found.at())));
    List<String> misfits = replay.misfits(published, receipt);
    if (!misfits.isEmpty()) {
      throw new IllegalArgumentException(
          "these settings are not those that the forecast was made with: "
              + String.join("; ", misfits));
    }
    ModelSource.Found model = models.find(published);
    WindowSource.Found window = windows.find(published);
    Optional<Replay.Model> loaded = Optional.empty();
    if (model.artifact().isPresent()) {
      ModelArtifact artifact = model.artifact().get();
      loaded =
          Optional.of(
              new Replay.Model(loader.load(artifact, receipt.kernel()), artifact.manifest()));
    }
    Replay.Made made = replay.make(published, window.window().copy(), loaded, model.linear());
    Prediction again = made.prediction();
    List<Check> checks = new ArrayList<>();
    checks.add(window(receipt, window, again));
    checks.addAll(windows.checkSource(published, window.window()));
    model
        .artifact()
        .ifPresent(
            artifact ->
                checks.add(
                    new Check(
                        "model",
                        artifact.hash().equals(published.model())
                            ? Check.Outcome.SAME
                            : Check.Outcome.DIFFERENT,
                        artifact.hash() + " in " + model.from())));
    checks.add(Check.of("status", published.status(), again.status()));
    checks.add(
        new Check(
            "target times",
            Arrays.equals(published.targetTimesMs(), again.targetTimesMs())
                ? Check.Outcome.SAME
                : Check.Outcome.DIFFERENT,
            times(again)));
    made.contradictions()
        .forEach(one -> checks.add(new Check("expert", Check.Outcome.DIFFERENT, one)));
    FeatureWindow rows = window.window();
    return new ReplayReport(
        published,
        again,
        found.at(),
        found.bytes(),
        ReplayReport.values(
            schema, rows, published, again, model.artifact().map(ModelArtifact::manifest)),
        List.copyOf(checks),
        made.origins());
  }

  private static Check window(Receipt receipt, WindowSource.Found window, Prediction again) {
    String hash = again.receipt().orElseThrow().window().hash();
    String found =
        "%s, %d rows from %s in %s"
            .formatted(
                hash,
                window.window().steps(),
                Instant.ofEpochMilli(window.window().timeMs(0)),
                window.from());
    return window.isSame()
        ? new Check("window", Check.Outcome.SAME, found)
        : new Check(
            "window",
            Check.Outcome.DIFFERENT,
            found
                + "; the receipt has "
                + receipt.window().hash()
                + ": "
                + (window.isReplaced() ? "a row was corrected since, or " : "")
                + "the settings are others (experts, gap.fill, missing.fill, missing.values)");
  }

  private static String times(Prediction prediction) {
    long[] times = prediction.targetTimesMs();
    if (times[0] == Prediction.UNKNOWN_TIME) {
      return "not known yet";
    }
    String first = Instant.ofEpochMilli(times[0]).toString();
    return times.length == 1
        ? first
        : first + " to " + Instant.ofEpochMilli(times[times.length - 1]);
  }
}
