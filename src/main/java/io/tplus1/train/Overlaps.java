package io.tplus1.train;

import io.tplus1.feature.LongKey;
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
 * <p>Memory is bounded, to about 20 MB: 10,000 series with H = 48, 100,000 with H = 2, fewer if
 * keys are long. Those of which nothing has come for longest are forgotten, and one answer stands
 * for all of them. A series that is not known may be one of them, so it begins with that answer,
 * until its time is past or H − 1 samples of its own have come.
 */
final class Overlaps {
  private static final int ANSWER_BYTES = 40;

  /** Most samples that are remembered, of so many bytes each. */
  private static final int MOST = 1 << 19;

  /** What a series takes, in such samples, but for a long key. */
  private static final int SERIES = 4;

  private final Map<String, ArrayDeque<Answer>> bySeries = new LinkedHashMap<>();

  /** What stands for those that are forgotten; empty while there are none. */
  private final ArrayDeque<Answer> forgotten = new ArrayDeque<>(1);

  private int size;

  /**
   * What is remembered of a sample.
   *
   * @param toMs event time of the last vector that followed, epoch milliseconds
   * @param ofForgotten whether it stands for series that are forgotten
   */
  private record Answer(long sequence, long toMs, boolean ofForgotten) {}

  /** Remembers a sample, the newest of its series. */
  void add(long sequence, TrainingSample sample) {
    int most = sample.following().steps() - 1;
    if (most == 0) {
      return; // No later window ends before its only step.
    }
    ArrayDeque<Answer> answers = bySeries.remove(sample.series());
    if (answers == null) {
      answers = new ArrayDeque<>(forgotten);
    } else {
      size -= samples(sample.series(), answers);
    }
    boolean known = answers.size() >= most;
    while (!answers.isEmpty()
        && ((known && answers.peekFirst().ofForgotten)
            || answers.peekFirst().toMs <= sample.window().lastTimeMs())) {
      answers.removeFirst();
    }
    answers.addLast(new Answer(sequence, sample.following().lastTimeMs(), false));
    bySeries.put(sample.series(), answers); // Last: its series is the one to be forgotten last.
    size += samples(sample.series(), answers);
    Iterator<Map.Entry<String, ArrayDeque<Answer>>> longestAgo = bySeries.entrySet().iterator();
    while (size > MOST) {
      Map.Entry<String, ArrayDeque<Answer>> longest = longestAgo.next();
      size -= samples(longest.getKey(), longest.getValue());
      forget(longest.getValue());
      longestAgo.remove();
    }
  }

  private static int samples(String series, ArrayDeque<Answer> answers) {
    return SERIES + LongKey.bytes(series) / ANSWER_BYTES + answers.size();
  }

  /*
   * Of series that take turns, the one that was forgotten last began to tell last as well. The
   * earliest of all such beginnings would never be past, and no model would ever be clean again.
   */
  private void forget(ArrayDeque<Answer> answers) {
    long sequence = answers.peekFirst().sequence;
    long toMs = answers.stream().mapToLong(Answer::toMs).max().orElseThrow();
    if (!forgotten.isEmpty()) {
      Answer before = forgotten.removeFirst();
      sequence = Math.max(sequence, before.sequence);
      toMs = Math.max(toMs, before.toMs);
    }
    forgotten.addFirst(new Answer(sequence, toMs, true));
  }

  /**
   * From which sequence number on samples tell what followed this one; see {@link
   * SampleBuffer#tellsFrom}.
   */
  long tellFrom(TrainingSample sample) {
    for (Answer answer : bySeries.getOrDefault(sample.series(), forgotten)) {
      if (answer.toMs > sample.window().lastTimeMs()) {
        return answer.sequence;
      }
    }
    return Long.MAX_VALUE;
  }
}
