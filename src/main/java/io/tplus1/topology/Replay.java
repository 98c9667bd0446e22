package io.tplus1.topology;

import io.tplus1.config.Expert;
import io.tplus1.config.ForecastSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.SeriesVector;
import io.tplus1.feature.StepInterval;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.LastValue;
import io.tplus1.model.LinearForecaster;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.ModelRegistry;
import io.tplus1.score.ConformalInterval;
import io.tplus1.score.IntervalPlan;
import io.tplus1.serde.DecodedRecord;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.Receipt;
import io.tplus1.serde.VectorDecoder;
import io.tplus1.serde.VectorSerde;
import io.tplus1.topology.forecast.Experts;
import io.tplus1.topology.forecast.GivenForecasts;
import io.tplus1.topology.forecast.Mixing;
import io.tplus1.topology.forecast.Predictions;
import io.tplus1.topology.forecast.SeriesForecast;
import io.tplus1.topology.state.ForecastLayout;
import io.tplus1.topology.state.ForecastStores;
import io.tplus1.topology.state.Offsets;
import io.tplus1.topology.state.Roster;
import io.tplus1.topology.state.RowLayout;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Makes a forecast again from its receipt, through the classes that made it. Nothing of it is read
 * from a cluster here. For one thread.
 *
 * <p>Made again are the network's forecast, those of the experts that read the window alone, the
 * mix, the intervals and the target times. Weights, the intervals' state, and what experts said
 * that have learnt more since, are taken from the receipt; a shared linear part that is still there
 * is asked again, and held against that.
 */
public final class Replay {
  private final ForecastLayout layout;
  private final FeatureSchema schema;
  private final ForecastSettings settings;
  private final Roster roster;
  private final RowLayout rows;
  private final VectorSerde serde;
  private final GivenForecasts given;
  private final VectorDecoder decoder;
  private final EventTimeExtractor times;

  /**
   * A network to forecast with.
   *
   * @param forecaster it
   * @param manifest what its artifact says of itself
   */
  public record Model(Forecaster forecaster, ModelManifest manifest) {}

  /**
   * A forecast that was made again.
   *
   * @param prediction it, with a receipt of its own
   * @param origins where each expert's forecast came from, in the order of the mix; empty where
   *     nothing is mixed
   * @param contradictions what was made again and is not as the receipt says
   */
  public record Made(
      Prediction prediction, Map<String, String> origins, List<String> contradictions) {}

  /** By the settings of the application that made the forecast. */
  public Replay(ForecastPlan plan) {
    this.layout = plan.layout();
    this.schema = layout.schema();
    this.settings = layout.settings();
    this.roster = layout.roster();
    this.rows = layout.rows();
    this.serde = new VectorSerde(rows.features(), rows.targets(), rows.kinds());
    this.given = new GivenForecasts(layout);
    this.decoder = plan.decoder();
    // What lay too far ahead then need not now.
    this.times = new EventTimeExtractor(plan.timeSource(), Clock.systemUTC(), Optional.empty());
  }

  /** The settings that cannot be those that the forecast was made with; empty if all may be. */
  public List<String> misfits(Prediction published, Receipt receipt) {
    List<String> misfits = new ArrayList<>();
    int horizon = layout.horizon();
    if (published.targetTimesMs().length != horizon) {
      misfits.add(
          "forecast.horizon is %d, and %d horizons were forecast"
              .formatted(horizon, published.targetTimesMs().length));
    }
    List<String> mixed = roster.names();
    if (!receipt.experts().equals(mixed)) {
      misfits.add("experts are %s, and %s were mixed".formatted(mixed, receipt.experts()));
    }
    if (receipt.window().steps() > settings.windows().steps()) {
      misfits.add(
          "window.steps is %d, and the window had %d"
              .formatted(settings.windows().steps(), receipt.window().steps()));
    }
    return misfits;
  }

  /** Whether a network made the forecast, or tried to. */
  public static boolean isByNetwork(Prediction published) {
    return !published.model().equals(SeriesForecast.EXPERTS)
        && !published.model().equals(LastValue.HASH);
  }

  /** A row of the window store, of its bytes there: {@code float[…]}, the features first. */
  public float[] row(byte[] stored) {
    return serde.deserializer().deserialize(ForecastStores.VECTORS, stored);
  }

  /**
   * Whether rows hold what came in and nothing else, so that a window can be made of the records of
   * {@code features}.
   */
  public boolean rowsAreVectors() {
    return rows.width() == rows.features();
  }

  /** A vector older than the newest before it in its partition less this was dead-lettered. */
  public Duration maxLateness() {
    return settings.windows().maxLateness();
  }

  /** A record of {@code features} as the topology reads it; empty if it would not accept it. */
  public Optional<SeriesVector> vector(ConsumerRecord<byte[], byte[]> record) {
    DecodedRecord decoded = decoder.deserialize(record.topic(), record.value());
    times.settle(decoded, record.key(), record.timestamp(), 0);
    return decoded.isRejected()
        ? Optional.empty()
        : Optional.of(
            new SeriesVector(
                decoded.series(), new FeatureVector(decoded.timeMs(), decoded.values())));
  }

  /**
   * Makes a forecast again.
   *
   * @param published it, with its receipt
   * @param window the rows that it was made from
   * @param model the network that it names; empty if it names none
   * @param linear what shared linear experts had learnt, by expert; others than the receipt's are
   *     not asked
   * @throws InvalidArtifactException if the network does not fit the settings
   * @throws IllegalArgumentException if the receipt lacks something
   */
  public Made make(
      Prediction published,
      FeatureWindow window,
      Optional<Model> model,
      Map<String, LinearForecaster> linear)
      throws InvalidArtifactException {
    Receipt receipt = published.receipt().orElseThrow();
    ModelRegistry registry = new ModelRegistry(settings.fit(schema));
    if (model.isPresent()) {
      registry.serve(model.get().forecaster(), model.get().manifest(), Optional.empty());
    }
    Experts experts = new Experts(layout, null);
    SeriesForecast forecasts = new SeriesForecast(layout, registry, experts);
    Sources sources = new Sources(receipt, window, experts);
    float[][] said = sources.forecasts(registry, linear);
    forecasts.readModels();
    SeriesForecast.Outcome made =
        forecasts.forecast(
            window,
            said,
            GivenForecasts.season(receipt.given(), settings.windows().steps()),
            (all, last) -> sources.mix(all, last, published.values(), receipt.weights()));
    Prediction again = prediction(published, receipt, window, made);
    return new Made(again, sources.origins(model, made), sources.contradictions);
  }

  private Prediction prediction(
      Prediction published, Receipt receipt, FeatureWindow window, SeriesForecast.Outcome made) {
    double coverage = settings.experts().coverage();
    boolean intervals = receipt.intervals().length > 0 && coverage > 0;
    ConformalInterval held =
        intervals
            ? new IntervalPlan(schema, layout.horizon(), coverage)
                .read(ByteBuffer.wrap(receipt.intervals()))
            : null;
    Predictions predictions =
        new Predictions(layout, new StepInterval(settings.windows().interval()), null);
    Offsets offsets = new Offsets(2);
    offsets.add(window.timeMs(0), receipt.window().firstOffset());
    if (window.steps() > 1) {
      offsets.add(window.lastTimeMs(), receipt.window().lastOffset());
    }
    return predictions.of(
        published.key(),
        window,
        made,
        held,
        predictions.halfWidths(held),
        offsets,
        receipt.window().partition());
  }

  /** Where the parts of one forecast come from. */
  private final class Sources {
    private final Receipt receipt;
    private final FeatureWindow window;
    private final Experts experts;
    private final Map<String, String> origins = new LinkedHashMap<>();
    private final List<String> contradictions = new ArrayList<>();

    Sources(Receipt receipt, FeatureWindow window, Experts experts) {
      this.receipt = receipt;
      this.window = window;
      this.experts = experts;
    }

    /** What those said that read more than the window; null of the others. */
    float[][] forecasts(ModelRegistry registry, Map<String, LinearForecaster> linear)
        throws InvalidArtifactException {
      float[][] said = new float[roster.size()][];
      for (String expert : receipt.experts()) {
        if (given.isGiven(expert)) {
          float[] as = given.restore(expert, receipt.given().get(expert), window);
          said[roster.place(expert)] = as;
          origins.put(expert, as == null ? "had no forecast" : "as the receipt gives it");
        } else {
          origins.put(expert, "made again from the window");
        }
        String hash = receipt.linear().get(expert);
        if (hash != null) {
          LinearForecaster part = linear.get(expert);
          if (part == null || !part.hash().equals(hash)) {
            origins.put(expert, "as the receipt gives it: its part " + hash + " was replaced");
          } else {
            registry.serveLinear(expert, part);
            float[] again = experts.shared(part, window);
            origins.put(expert, "made again with its part " + hash);
            if (!isSame(again, said[roster.place(expert)])) {
              contradictions.add(
                  "%s forecasts %s with its part %s, and the receipt gives %s"
                      .formatted(
                          expert,
                          Arrays.toString(again),
                          hash,
                          Arrays.toString(said[roster.place(expert)])));
            }
            said[roster.place(expert)] = again;
          }
        }
      }
      return said;
    }

    /** What is not finite, a row holds as NaN. */
    private static boolean isSame(float[] one, float[] other) {
      for (int i = 0; i < one.length; i++) {
        float given = other == null ? Float.NaN : other[i];
        boolean nothing = !Float.isFinite(one[i]) && !Float.isFinite(given);
        if (!nothing && Float.compare(one[i], given) != 0) {
          return false;
        }
      }
      return true;
    }

    Mixing.Mixed mix(float[][] all, float[] last, float[] published, float[][][] weights) {
      if (receipt.experts().isEmpty()) {
        return new Mixing.Mixed(last, new float[0][][]);
      }
      Mixing mixing = new Mixing(layout, null);
      if (!mixing.takes(weights)) {
        throw new IllegalArgumentException(
            "the receipt gives weights of other groups of horizons, targets or experts than the settings have");
      }
      float[] values = mixing.mix(weights, all, last, () -> underflown(published));
      return new Mixing.Mixed(values, weights);
    }

    /** What a float cannot say of the weights, nobody can make again. */
    private float[] underflown(float[] published) {
      origins.put(
          "mix", "where weights are too small for floats, values are taken as they were published");
      return published;
    }

    Map<String, String> origins(Optional<Model> model, SeriesForecast.Outcome made) {
      String network = Expert.RNN.toString();
      if (origins.containsKey(network)) {
        origins.put(
            network,
            model.isEmpty()
                ? "had no forecast"
                : "made again with " + made.kernel() + " from its artifact and the window");
      }
      return origins;
    }
  }
}
