package io.tplus1.model;

/** What stands behind a forecast. Stored by position: new ones go to the end. */
public enum ForecastStatus {
  /** The champion forecast from a full window. */
  OK,
  /** The champion forecast from fewer vectors than a full window has. */
  COLD_START,
  /** There is no model yet: persistence. */
  NO_MODEL,
  /** The champion's forecast was not finite: persistence. */
  MODEL_FAILED
}
