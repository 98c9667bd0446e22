package io.tplus1.topic;

import java.util.Objects;
import java.util.stream.Stream;

/** What a failure came of. */
public final class Causes {
  /** They may stand in a ring. */
  private static final int MOST = 20;

  private Causes() {}

  /** The failure and its causes, the outermost first; none if it is null. */
  public static Stream<Throwable> of(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(MOST);
  }
}
