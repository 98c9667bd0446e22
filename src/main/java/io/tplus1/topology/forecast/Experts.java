package io.tplus1.topology.forecast;

import io.tplus1.config.ContextSettings;
import io.tplus1.config.Expert;
import io.tplus1.config.ForecastSettings;
import io.tplus1.expert.ContextCounts;
import io.tplus1.expert.Markov;
import io.tplus1.expert.SeasonalNaive;
import io.tplus1.expert.SeriesLinear;
import io.tplus1.expert.SymbolContext;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.WindowRing;
import io.tplus1.model.LastValue;
import io.tplus1.model.LinearForecaster;
import io.tplus1.model.ModelRegistry;
import io.tplus1.topology.state.ForecastLayout;
import io.tplus1.topology.state.Learnt;
import io.tplus1.topology.state.LearntWindow;
import io.tplus1.topology.state.Roster;
import io.tplus1.topology.state.RowLayout;
import io.tplus1.topology.state.Windows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The experts beside the network: what each says of a window, and what each learns. Owned by one
 * stream thread.
 *
 * <p>A forecast is {@code float[horizon][outputWidth]}, row-major, raw units; NaN where the expert
 * has nothing to say, such as a linear one of a category; null where it says nothing at all.
 */
public final class Experts {
  private final FeatureSchema schema;
  private final ForecastLayout layout;
  private final Roster roster;
  private final RowLayout rows;
  private final Windows windows;
  private final LearntWindow learntWindow;
  private final LastValue lastValue;
  private final List<SeasonalNaive> seasonals;
  private final SeriesLinear.Workspace workspace;
  private final List<Markov> markovs = new ArrayList<>();
  private final int symbolVectors;
  private final ContextCounts contexts;

  /**
   * @param contexts where counts of symbols live; null where nothing counts them
   */
  public Experts(ForecastLayout layout, ContextCounts contexts) {
    this.layout = layout;
    this.schema = layout.schema();
    this.roster = layout.roster();
    this.rows = layout.rows();
    this.contexts = contexts;
    ForecastSettings settings = layout.settings();
    this.windows = layout.windows();
    this.learntWindow = layout.learntWindow();
    int horizon = layout.horizon();
    this.lastValue = new LastValue(schema, settings.windows().steps(), horizon);
    this.seasonals =
        roster.has(Expert.SEASONAL)
            ? settings.experts().seasons().stream()
                .map(season -> new SeasonalNaive(schema, season, horizon))
                .toList()
            : List.of();
    this.workspace = roster.series().map(SeriesLinear.Workspace::new).orElse(null);
    this.symbolVectors =
        roster.contexts().stream().mapToInt(SymbolContext::vectors).max().orElse(1);
    if (contexts != null) {
      boolean text = ContextSettings.areOfText(settings.experts().contexts());
      for (int target : schema.targets()) {
        if (schema.feature(target).isCategory()) {
          markovs.add(new Markov(schema, target, roster.contexts(), text, horizon));
        }
      }
    }
  }

  /**
   * Learns which symbol follows a window. Not of one that ends with a step that was made up: none
   * is forecast from, and its last symbol is from before the gap.
   *
   * @param window what can stand in one with the vector
   * @param actual {@code float[targets]} of the vector; NaN where nothing came
   */
  public void learnSymbols(FeatureWindow window, float[] actual) {
    if (rows.isMadeUp(window, window.steps() - 1)) {
      return;
    }
    int next = 0;
    for (int i = 0; i < actual.length && !markovs.isEmpty(); i++) {
      if (schema.targetFeatures().get(i).isCategory()) {
        Markov markov = markovs.get(next++);
        if (!Float.isNaN(actual[i])) {
          markov.learn(window, actual[i], contexts);
        }
      }
    }
  }

  /**
   * Lets the series' own linear expert learn the window whose whole horizon is now in the ring. Not
   * one that ends with a step that was made up: none is forecast from, and {@code gap.fill=linear}
   * puts it on the way to the answer.
   */
  public void learnLinear(Learnt learnt, WindowRing ring) {
    int horizon = layout.horizon();
    if (learnt.linear() == null || ring.count() <= horizon) {
      return;
    }
    FeatureWindow held = ring.window();
    int end = held.steps() - horizon;
    if (rows.isTargetFilled(held, end, horizon) || rows.isMadeUp(held, end - 1)) {
      return;
    }
    int from = learntWindow.from(held, windows.start(held, end), end);
    learnt.linear().add(workspace, held.part(from, end - from), held.part(end, horizon));
  }

  /**
   * Lets what finds a series' season learn the vector that came last.
   *
   * @param window in which it is the newest
   * @param actual {@code float[targets]} of the vector; NaN where nothing came
   */
  public void learnSeason(Learnt learnt, FeatureWindow window, float[] actual) {
    if (learnt.season() != null) {
      learnt.season().learn(window, actual);
    }
  }

  /**
   * What the linear experts forecast, which is also written into the window's newest row.
   *
   * @param window whose arrays the caller owns
   * @return a forecast, or null, for each expert of the roster; of the others null
   */
  float[][] trace(ModelRegistry.Serving serving, Learnt learnt, FeatureWindow window) {
    float[][] forecasts = new float[roster.size()][];
    FeatureWindow taught = rows.traced().isEmpty() ? window : learntWindow.of(window);
    for (int traced = 0; traced < rows.traced().size(); traced++) {
      Expert expert = rows.traced().get(traced);
      float[] forecast = linear(expert, serving, learnt, taught);
      if (roster.has(expert)) {
        forecasts[roster.place(expert)] = forecast;
      }
      writeTrace(window, traced, forecast);
    }
    return forecasts;
  }

  private float[] linear(
      Expert expert, ModelRegistry.Serving serving, Learnt learnt, FeatureWindow taught) {
    if (!roster.has(expert)) {
      return null;
    }
    if (expert.isShared()) {
      LinearForecaster shared = serving.linear(expert.toString());
      return shared == null ? null : ofShared(shared, taught);
    }
    float[] forecast = new float[layout.outputLength()];
    if (!learnt.linear().forecast(workspace, taught, forecast)) {
      return null;
    }
    leaveOutCategories(forecast);
    return forecast;
  }

  /** What a linear expert that all series share forecasts. */
  public float[] shared(LinearForecaster part, FeatureWindow window) {
    return ofShared(part, learntWindow.of(window));
  }

  private float[] ofShared(LinearForecaster part, FeatureWindow taught) {
    float[] forecast = new float[layout.outputLength()];
    part.forecast(taught, forecast);
    leaveOutCategories(forecast);
    return forecast;
  }

  private void writeTrace(FeatureWindow window, int traced, float[] forecast) {
    int row = window.offset() + (window.steps() - 1) * window.features();
    for (int target = 0; target < rows.targets(); target++) {
      float value = forecast == null ? Float.NaN : forecast[schema.outputAt(target)];
      window.buffer()[row + rows.trace(traced, target)] = Float.isFinite(value) ? value : Float.NaN;
    }
  }

  /**
   * Adds what the other experts but the network forecast.
   *
   * @param season the one that was found, in steps; 0 for none
   */
  void forecast(FeatureWindow window, int season, float[][] forecasts) {
    int length = layout.outputLength();
    if (roster.has(Expert.LAST)) {
      forecasts[roster.place(Expert.LAST)] = last(window);
    }
    for (int i = 0; i < seasonals.size(); i++) {
      forecasts[roster.place(Expert.SEASONAL) + i] = seasonal(seasonals.get(i), window);
    }
    if (season > 0) {
      SeasonalNaive found = new SeasonalNaive(schema, season, layout.horizon());
      forecasts[roster.place(Expert.SEASONAL)] = seasonal(found, window);
    }
    if (!markovs.isEmpty()) {
      symbols(window, forecasts, length);
    }
  }

  private float[] seasonal(SeasonalNaive seasonal, FeatureWindow window) {
    float[] forecast = new float[layout.outputLength()];
    seasonal.forecast(window, forecast);
    leaveOutCategories(forecast);
    return forecast;
  }

  /** The last value, at every horizon. */
  float[] last(FeatureWindow window) {
    float[] forecast = new float[layout.outputLength()];
    lastValue.forecast(window, forecast);
    return forecast;
  }

  /** Counts tell the next symbol, and those without a context what follows it. */
  private void symbols(FeatureWindow window, float[][] forecasts, int length) {
    int first = roster.place(Expert.MARKOV);
    int experts = markovs.get(0).experts();
    FeatureWindow asked = windows.besideNext(window, symbolVectors);
    for (int e = 0; e < experts; e++) {
      forecasts[first + e] = new float[length];
      Arrays.fill(forecasts[first + e], Float.NaN);
    }
    int next = 0;
    for (int target = 0; target < rows.targets(); target++) {
      Feature feature = schema.targetFeatures().get(target);
      if (feature.isCategory()) {
        int at = schema.outputAt(target);
        Markov markov = markovs.get(next++);
        float[][] probabilities = new float[experts][feature.width()];
        float[][] beyond = new float[layout.horizon() - 1][feature.width()];
        markov.forecast(asked, contexts, probabilities, beyond);
        for (int e = 0; e < experts; e++) {
          System.arraycopy(probabilities[e], 0, forecasts[first + e], at, feature.width());
        }
        for (int h = 0; h < beyond.length; h++) {
          int later = at + (h + 1) * schema.outputWidth();
          System.arraycopy(beyond[h], 0, forecasts[first], later, feature.width());
        }
      }
    }
  }

  private void leaveOutCategories(float[] forecast) {
    for (int h = 0; h < forecast.length; h += schema.outputWidth()) {
      for (int target = 0; target < rows.targets(); target++) {
        Feature feature = schema.targetFeatures().get(target);
        if (feature.isCategory()) {
          int at = h + schema.outputAt(target);
          Arrays.fill(forecast, at, at + feature.width(), Float.NaN);
        }
      }
    }
  }
}
