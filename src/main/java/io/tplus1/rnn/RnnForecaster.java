package io.tplus1.rnn;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.Strategy;
import io.tplus1.rnn.kernel.Kernel;

/** A network between the scalings of its artifact. Immutable; a session belongs to one thread. */
final class RnnForecaster implements Forecaster {
  private final String hash;
  private final ModelManifest manifest;
  private final Kernel kernel;
  private final InputEncoder encoder;
  private final OutputLayout layout;
  private final ForecastRows rows;
  private final int first;
  private final boolean alone;

  /**
   * Owner of the projections that are kept at windows: not this, which a silent series would keep.
   */
  private final Object projections = new Object();

  /**
   * @param kernel reads {@code encoder.columns()} values a step; what it puts out ends with the
   *     forecast, however short the window is
   * @param rows which of its values are the forecast
   * @param alone whether nobody else forecasts from the same windows: members of an ensemble would
   *     drive each other's projections out
   */
  RnnForecaster(
      String hash,
      ModelManifest manifest,
      Kernel kernel,
      InputEncoder encoder,
      OutputLayout layout,
      ForecastRows rows,
      boolean alone) {
    this.hash = hash;
    this.manifest = manifest;
    this.kernel = kernel;
    this.encoder = encoder;
    this.layout = layout;
    this.rows = rows;
    this.first = kernel.outputs() - rows.values();
    this.alone = alone;
  }

  @Override
  public String modelHash() {
    return hash;
  }

  @Override
  public FeatureSchema schema() {
    return manifest.schema();
  }

  @Override
  public int steps() {
    return manifest.steps();
  }

  @Override
  public int fewestSteps() {
    return rows.fewestSteps();
  }

  @Override
  public int horizon() {
    return manifest.horizon();
  }

  @Override
  public String kernel() {
    return kernel.name();
  }

  @Override
  public Session newSession() {
    if (manifest.strategy() == Strategy.RECURSIVE) {
      return new Recursive();
    }
    return alone
            && kernel.projectionsPay()
            && ProjectedWindow.fits(manifest.steps(), kernel.projectionWidth())
        ? new Projected()
        : new Direct();
  }

  private void decode(float[] values, float[] output) {
    for (int h = 0; h < rows.horizons(); h++) {
      layout.decode(values, first + h * rows.width(), output, h * layout.width());
    }
  }

  /** All horizons from one pass. */
  private final class Direct implements Session {
    private final Kernel.Scratch scratch = kernel.newScratch();
    private final float[] window = new float[manifest.steps() * encoder.columns()];
    private final float[] values = new float[kernel.outputs()];

    @Override
    public void forecast(FeatureWindow vectors, float[] output) {
      int steps = Math.min(vectors.steps(), manifest.steps());
      encoder.encodeNewest(vectors, steps, window, 0);
      kernel.forward(window, 0, steps, scratch, values);
      decode(values, output);
    }
  }

  /**
   * As {@link Direct}, bit for bit, but what the first layer makes of a vector stays at a window
   * that has room for it, and is computed once.
   */
  private final class Projected implements Session {
    private final Kernel.Scratch scratch = kernel.newScratch();
    private final Direct direct = new Direct();
    private final float[] vector = new float[encoder.columns()];
    private final float[] values = new float[kernel.outputs()];

    @Override
    public void forecast(FeatureWindow vectors, float[] output) {
      ProjectedWindow kept =
          ProjectedWindow.at(vectors, projections, manifest.steps(), kernel.projectionWidth());
      if (kept == null) {
        direct.forecast(vectors, output);
        return;
      }
      int steps = Math.min(vectors.steps(), manifest.steps());
      int older = vectors.steps() - steps;
      for (int s = kept.follow(vectors, steps); s < steps; s++) {
        encoder.encode(vectors, older + s, vector, 0);
        kernel.project(vector, 0, scratch, kept.rows(), kept.at(s));
      }
      kernel.forwardProjected(kept.rows(), kept.at(0), steps, scratch, values);
      decode(values, output);
    }
  }

  /**
   * One pass a horizon, each forecast standing behind the window as its next vector.
   *
   * <p>A recursive model's inputs are its targets, all numbers: so a forecast in the units of the
   * targets becomes an input by going through raw units.
   */
  private final class Recursive implements Session {
    private final Kernel.Scratch scratch = kernel.newScratch();
    private final int columns = encoder.columns();
    private final float[] window = new float[(manifest.steps() + manifest.horizon()) * columns];
    private final float[] values = new float[kernel.outputs()];

    @Override
    public void forecast(FeatureWindow vectors, float[] output) {
      int steps = Math.min(vectors.steps(), manifest.steps());
      encoder.encodeNewest(vectors, steps, window, 0);
      int end = steps;
      for (int h = 0; h < manifest.horizon(); h++) {
        kernel.forward(window, (end - steps) * columns, steps, scratch, values);
        int at = h * layout.width();
        layout.decode(values, first, output, at);
        for (int i = 0; i < columns; i++) {
          window[end * columns + i] = encoder.number(i, output[at + i]);
        }
        end++;
        steps = Math.min(steps + 1, manifest.steps());
      }
    }
  }
}
