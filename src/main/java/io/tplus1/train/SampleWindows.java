package io.tplus1.train;

import java.time.Duration;

/**
 * Which windows samples are made of, and what follows them.
 *
 * @param steps N, vectors of a full window
 * @param horizon H, vectors that follow
 * @param minimum fewest vectors of a window
 * @param maxAge vectors older than this before the newest are not in the window
 * @param heldBack behind a vector that comes so much later than the last one, the window begins
 *     anew, and nothing follows what was before
 */
public record SampleWindows(
    int steps, int horizon, int minimum, Duration maxAge, Duration heldBack) {}
