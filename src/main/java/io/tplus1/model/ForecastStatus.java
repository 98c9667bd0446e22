package io.tplus1.model;

/**
 * What stands behind a forecast. Where more than one holds, the first of these is said: {@code
 * MODEL_FAILED}, {@code NO_MODEL}, {@code STALE_MODEL}, {@code GAP_FILLED}, {@code COLD_START}.
 */
public enum ForecastStatus {
  /** The champion forecast from a full window. */
  OK(0),
  /** The champion forecast from fewer vectors than a full window has. */
  COLD_START(1),
  /** There is no network yet, or it wants a full window: the other experts, or persistence. */
  NO_MODEL(2),
  /** The champion's forecast was not finite: the other experts, or persistence. */
  MODEL_FAILED(3),
  /** The champion forecast from a window in which steps or features were filled. */
  GAP_FILLED(4),
  /** The champion forecast, and the newest sample that it learnt from is too old. */
  STALE_MODEL(5);

  private final byte code;

  ForecastStatus(int code) {
    this.code = (byte) code;
  }

  /** The number that stands for the status in stored state; never given to another one. */
  public byte code() {
    return code;
  }

  /**
   * The status of a code.
   *
   * @throws IllegalArgumentException if no status has it
   */
  public static ForecastStatus ofCode(byte code) {
    for (ForecastStatus status : values()) {
      if (status.code == code) {
        return status;
      }
    }
    throw new IllegalArgumentException("no forecast status has the code " + code);
  }
}
