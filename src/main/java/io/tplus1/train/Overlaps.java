package io.tplus1.train;

import io.tplus1.model.TrainingSample;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Of every series, the last samples whose answers may tell part of the next one's: with H steps, H
 * − 1 of them at most. They are remembered whether or not the samples are still kept, since a model
 * may have learnt from them. For one thread.
 *
 * <p>Memory is bounded: beyond some hundred thousand, series of which nothing has come for longest
 * are forgotten.
 */
final class Overlaps {
  /** Most samples that are remembered, about 40 bytes each. */
  private static final int MOST = 1 << 19;

  /** What a series takes, in such samples. */
  private static final int SERIES = 4;

  private final Map<String, ArrayDeque<Answer>> bySeries = new LinkedHashMap<>();
  private int size;

  /**
   * What is remembered of a sample.
   *
   * @param toMs event time of the last vector that followed, epoch milliseconds
   */
  private record Answer(long sequence, long toMs) {}

  /** Remembers a sample, the newest of its series. */
  void add(long sequence, TrainingSample sample) {
    if (sample.following().steps() == 1) {
      return; // No later window ends before its only step.
    }
    ArrayDeque<Answer> answers = bySeries.remove(sample.series());
    if (answers == null) {
      answers = new ArrayDeque<>(2);
    } else {
      size -= SERIES + answers.size();
      while (!answers.isEmpty() && answers.peekFirst().toMs <= sample.window().lastTimeMs()) {
        answers.removeFirst();
      }
    }
    answers.addLast(new Answer(sequence, sample.following().lastTimeMs()));
    bySeries.put(sample.series(), answers); // Last: its series is the one to be forgotten last.
    size += SERIES + answers.size();
    Iterator<ArrayDeque<Answer>> longestAgo = bySeries.values().iterator();
    while (size > MOST) {
      size -= SERIES + longestAgo.next().size();
      longestAgo.remove();
    }
  }

  /**
   * From which sequence number on samples tell what followed this one; see {@link
   * SampleBuffer#tellsFrom}.
   */
  long tellFrom(TrainingSample sample) {
    ArrayDeque<Answer> answers = bySeries.get(sample.series());
    if (answers != null) {
      for (Answer answer : answers) {
        if (answer.toMs > sample.window().lastTimeMs()) {
          return answer.sequence;
        }
      }
    }
    return Long.MAX_VALUE;
  }
}
