package io.tplus1.topology.forecast;

import io.tplus1.config.Expert;
import io.tplus1.config.ForecastSettings;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.ForecastStatus;
import io.tplus1.model.Forecaster;
import io.tplus1.model.LastValue;
import io.tplus1.model.LinearForecaster;
import io.tplus1.model.ModelRegistry;
import io.tplus1.topology.state.ForecastLayout;
import io.tplus1.topology.state.Learnt;
import io.tplus1.topology.state.Roster;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes one forecast of a series: asks the experts and the network, and has what they say mixed.
 * Owned by one stream thread.
 */
public final class SeriesForecast {
  /** Stands where a model's hash stands in forecasts that experts made without a network. */
  public static final String EXPERTS = "experts";

  /**
   * A forecast.
   *
   * @param values {@code float[horizon][outputWidth]}, row-major, raw units, finite
   * @param status what stands behind it
   * @param model hash of the network's artifact, {@link #EXPERTS}, or {@link LastValue#HASH}
   * @param experts what each expert of the roster said, null for nothing; an empty array where
   *     nothing is mixed
   * @param weights {@code float[groups][targets][experts]}, their weights by {@link
   *     io.tplus1.score.MixPlan}'s group of horizons; an empty array where nothing is mixed
   * @param kernel what computed the network; empty where none was asked
   * @param linear hash of what each shared linear expert had learnt, by expert
   * @param season the one that was found, in steps; 0 for none
   */
  public record Outcome(
      float[] values,
      ForecastStatus status,
      String model,
      float[][] experts,
      float[][][] weights,
      String kernel,
      Map<String, String> linear,
      int season) {}

  private final ForecastLayout layout;
  private final ForecastSettings settings;
  private final Roster roster;
  private final ModelRegistry registry;
  private final Experts experts;
  private Map<String, String> linearHashes = Map.of();
  private ModelRegistry.Serving serving;
  private Forecaster.Session session;

  public SeriesForecast(ForecastLayout layout, ModelRegistry registry, Experts experts) {
    this.layout = layout;
    this.settings = layout.settings();
    this.roster = layout.roster();
    this.registry = registry;
    this.experts = experts;
  }

  /**
   * Reads the registry, once per record, so that one record is served by one model.
   *
   * @return whether it is another one than at the last record
   */
  // One snapshot is one object; to compare what it holds would cost every record.
  @SuppressWarnings("ReferenceEquality")
  public boolean readModels() {
    ModelRegistry.Serving now = registry.serving();
    Forecaster before = serving == null ? null : serving.champion();
    boolean swapped = now.champion() != before;
    if (swapped) {
      session = now.champion() == null ? null : now.champion().newSession();
    }
    if (now != serving) {
      serving = now;
      linearHashes = linearHashes();
    }
    return swapped;
  }

  /** What the linear experts say; written into the window's newest row as well. */
  public float[][] trace(Learnt learnt, FeatureWindow window) {
    return experts.trace(serving, learnt, window);
  }

  /**
   * Forecasts what follows a window.
   *
   * @param traced what {@link #trace} returned for it, or whoever else is not to be asked said
   * @param season the one that was found, in steps; 0 for none
   * @param mixer asked when all others have spoken
   */
  public Outcome forecast(FeatureWindow window, float[][] traced, int season, Mixing.Mixer mixer) {
    boolean network = asksNetwork(window);
    float[] own = null;
    if (network) {
      own = new float[layout.outputLength()];
      session.forecast(window, own);
    }
    boolean failed = network && !isFinite(own);
    ForecastStatus status = failed ? ForecastStatus.MODEL_FAILED : status(window);
    String model = network ? serving.champion().modelHash() : nobody();
    String kernel = network ? serving.champion().kernel() : "";
    if (!roster.mixes()) {
      float[] values = own == null || failed ? experts.last(window) : own;
      return new Outcome(
          values, status, model, new float[0][], new float[0][][], kernel, Map.of(), 0);
    }
    experts.forecast(window, season, traced);
    if (network) {
      traced[roster.place(Expert.RNN)] = failed ? null : own;
    }
    Mixing.Mixed mixed = mixer.mix(traced, experts.last(window));
    return new Outcome(
        mixed.values(), status, model, traced, mixed.weights(), kernel, linearHashes, season);
  }

  private Map<String, String> linearHashes() {
    Map<String, String> hashes = new TreeMap<>();
    for (Map.Entry<String, LinearForecaster> part : serving.linear().entrySet()) {
      if (roster.has(part.getKey())) {
        hashes.put(part.getKey(), part.getValue().hash());
      }
    }
    return hashes;
  }

  private String nobody() {
    return roster.mixes() ? EXPERTS : LastValue.HASH;
  }

  private boolean asksNetwork(FeatureWindow window) {
    return roster.has(Expert.RNN) && session != null && serving.champion().isAskedWith(window);
  }

  private ForecastStatus status(FeatureWindow window) {
    boolean asked = roster.has(Expert.RNN);
    if (asked && !asksNetwork(window)) {
      return ForecastStatus.NO_MODEL;
    }
    if (asked && isStale(window.lastTimeMs())) {
      return ForecastStatus.STALE_MODEL;
    }
    if (layout.rows().isFilled(window, 0, window.steps())) {
      return ForecastStatus.GAP_FILLED;
    }
    return window.steps() < settings.windows().steps()
        ? ForecastStatus.COLD_START
        : ForecastStatus.OK;
  }

  /** Whether the newest sample that the champion learnt from is too old, if anybody said when. */
  private boolean isStale(long nowMs) {
    Optional<Duration> maxAge = settings.hygiene().modelMaxAge();
    return maxAge.isPresent()
        && serving.toMs().isPresent()
        && nowMs - serving.toMs().getAsLong() > maxAge.get().toMillis();
  }

  private static boolean isFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}
