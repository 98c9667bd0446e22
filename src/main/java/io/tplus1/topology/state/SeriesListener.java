package io.tplus1.topology.state;

/** Told what the stores of a task do with its series. Called by the task's stream thread. */
public interface SeriesListener {
  /**
   * A task keeps series from now on.
   *
   * @param count how many; it goes on counting
   */
  void keeps(SeriesCount count);

  /** The task has given its series up. */
  void keepsNoMore(SeriesCount count);

  /** A window was read from the store because it was not on the heap. */
  void rebuilt();

  /** The store had no more of a window than what is older than its newest vector, or nothing. */
  void lost();

  /**
   * The state of a series that fell silent was dropped.
   *
   * @param waiting forecasts that were given up with it
   */
  void dropped(int waiting);
}
