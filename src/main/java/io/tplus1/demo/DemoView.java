package io.tplus1.demo;

/** Shows the outcome once a second, and at the end. */
public interface DemoView {

  /**
   * Shows a moment.
   *
   * @param second seconds since the stream began
   * @param outcome what came out so far
   * @param deadLettered records that were refused so far
   * @param lessons what was learnt so far
   * @param perSecond forecasts read per second since the last call
   */
  void show(long second, Outcome outcome, long deadLettered, Lessons lessons, double perSecond);

  /**
   * Shows the whole run.
   *
   * @param perSecond forecasts read per second over the run
   */
  void summary(Outcome outcome, long deadLettered, Lessons lessons, double perSecond);
}
