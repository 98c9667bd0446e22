package io.tplus1.backtest;

/** The last forecasts of one number of one series, for a plot. For one thread. */
final class BandTail {
  private static final int MOST = 100;

  private final String series;
  private final String feature;
  private final long[] timesMs = new long[MOST];
  private final float[][] points = new float[MOST][];
  private long count;

  BandTail(String series, String feature) {
    this.series = series;
    this.feature = feature;
  }

  void add(long timeMs, float actual, float forecast, float halfWidth) {
    int at = (int) (count++ % MOST);
    timesMs[at] = timeMs;
    points[at] = new float[] {actual, forecast, forecast - halfWidth, forecast + halfWidth};
  }

  BacktestReport.Band band() {
    int size = (int) Math.min(MOST, count);
    long[] times = new long[size];
    float[][] values = new float[size][];
    for (int i = 0; i < size; i++) {
      int at = (int) ((count - size + i) % MOST);
      times[i] = timesMs[at];
      values[i] = points[at];
    }
    return new BacktestReport.Band(series, feature, times, values);
  }
}
