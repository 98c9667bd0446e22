package io.tplus1.rnn;

/**
 * Where a time stands in the day, the week and the year, UTC, as sine and cosine of a full turn
 * each: a network sees midnight beside 23:59.
 *
 * <p>The week begins on Monday. The year is the Gregorian one's mean length, so that its phase is
 * within a day of the calendar's.
 */
final class CalendarPhase {
  private static final long DAY_MS = 86_400_000L;
  private static final long WEEK_MS = 7 * DAY_MS;
  private static final long YEAR_MS = 31_556_952_000L; // 365.2425 days
  private static final long MONDAY_MS = 4 * DAY_MS; // 1970-01-05 was one

  private CalendarPhase() {}

  /** Writes four values: sine and cosine of the phase in the day, and in the week. */
  static void write(long timeMs, float[] out, int at) {
    turn(Math.floorMod(timeMs, DAY_MS), DAY_MS, out, at);
    turn(Math.floorMod(timeMs - MONDAY_MS, WEEK_MS), WEEK_MS, out, at + 2);
  }

  /** Writes two values: sine and cosine of the phase in the year. */
  static void writeYear(long timeMs, float[] out, int at) {
    turn(Math.floorMod(timeMs, YEAR_MS), YEAR_MS, out, at);
  }

  /** StrictMath, so that a forecast is the same on any machine. */
  private static void turn(long part, long whole, float[] out, int at) {
    double phase = 2 * Math.PI * part / whole;
    out[at] = (float) StrictMath.sin(phase);
    out[at + 1] = (float) StrictMath.cos(phase);
  }
}
