package io.tplus1.topology.state;

import io.tplus1.config.ForecastSettings;
import io.tplus1.feature.FeatureSchema;

/**
 * What a forecast is laid out by: the schema and the settings, and what follows from both, made
 * once, so that no two of them can be of different ones. Immutable.
 */
public final class ForecastLayout {
  private final FeatureSchema schema;
  private final ForecastSettings settings;
  private final Roster roster;
  private final RowLayout rows;
  private final StateLayout states;

  /**
   * What follows from a schema and settings.
   *
   * @throws org.apache.kafka.common.config.ConfigException if the experts do not fit the schema
   */
  public ForecastLayout(FeatureSchema schema, ForecastSettings settings) {
    this.schema = schema;
    this.settings = settings;
    this.roster = new Roster(schema, settings);
    this.rows = RowLayout.of(schema, settings);
    this.states = new StateLayout(schema, settings, roster);
  }

  /** Fields of a vector, in order. */
  public FeatureSchema schema() {
    return schema;
  }

  /** What is forecast, and how. */
  public ForecastSettings settings() {
    return settings;
  }

  /** Who forecasts. */
  public Roster roster() {
    return roster;
  }

  /** Where things stand in the rows of windows. */
  public RowLayout rows() {
    return rows;
  }

  /** What is kept of a series, and of all together. */
  public StateLayout states() {
    return states;
  }

  /** Steps of a forecast. */
  public int horizon() {
    return settings.windows().horizon();
  }

  /** Values of a forecast: {@code horizon × outputWidth}. */
  public int outputLength() {
    return horizon() * schema.outputWidth();
  }
}
