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
 * <p>A restart begins with the samples that are kept. What came before, of which not all are, may
 * tell as well, as far as {@link Milestones} say: each series begins with that, too, until its time
 * is past or H − 1 samples of its own have come.
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

  /** Sequence number of the answer that stands for those of before a restart. */
  private static final long LOST = 0;

  private final Map<String, ArrayDeque<Answer>> bySeries = new LinkedHashMap<>();

  /**
   * What stands for those that are not known: of before a restart, then of series that are
   * forgotten; empty while there are none.
   */
  private final ArrayDeque<Answer> forgotten = new ArrayDeque<>(2);

  private int size;

  /** Sequence number of the newest sample that is lost; 0 if none is. */
  private long lostTo;

  /** How far event time had come; goes on with the samples that come. Null if none is lost. */
  private Milestones milestones;

  /**
   * What is remembered of a sample.
   *
   * @param toMs event time of the last vector that followed, epoch milliseconds
   * @param ofForgotten whether it stands for samples that are not known
   */
  private record Answer(long sequence, long toMs, boolean ofForgotten) {
    boolean isLost() {
      return sequence == LOST;
    }
  }

  /**
   * Of the samples so far not all are known, those that were added included.
   *
   * @param to sequence number of the newest of them
   * @param toMs latest event time of what followed any of them, epoch milliseconds
   * @param milestones of all of them; shared, and goes on with the samples that come
   */
  void lose(long to, long toMs, Milestones milestones) {
    bySeries.clear();
    size = 0;
    forgotten.clear();
    forgotten.addFirst(new Answer(LOST, toMs, true));
    lostTo = to;
    this.milestones = milestones;
  }

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
    boolean known =
        !answers.isEmpty()
            && answers.peekFirst().ofForgotten
            && own(answers) >= most - 1; // And this one.
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

  private static long own(ArrayDeque<Answer> answers) {
    return answers.stream().filter(answer -> !answer.ofForgotten).count();
  }

  private static int samples(String series, ArrayDeque<Answer> answers) {
    return SERIES + LongKey.bytes(series) / ANSWER_BYTES + answers.size();
  }

  /*
   * Of series that take turns, the one that was forgotten last began to tell last as well. The
   * earliest of all such beginnings would never be past, and no model would ever be clean again.
   */
  private void forget(ArrayDeque<Answer> answers) {
    answers.removeIf(Answer::isLost); // Which each series begins with anyway.
    long sequence = answers.peekFirst().sequence;
    long toMs = answers.stream().mapToLong(Answer::toMs).max().orElseThrow();
    if (!forgotten.isEmpty() && !forgotten.peekLast().isLost()) {
      Answer last = forgotten.removeLast();
      sequence = Math.max(sequence, last.sequence);
      toMs = Math.max(toMs, last.toMs);
    }
    forgotten.addLast(new Answer(sequence, toMs, true));
  }

  /**
   * From which sequence number on samples tell what followed this one; see {@link
   * SampleBuffer#tellsFrom}.
   */
  long tellFrom(TrainingSample sample) {
    if (sample.following().steps() == 1) {
      return Long.MAX_VALUE;
    }
    long timeMs = sample.window().lastTimeMs();
    for (Answer answer : bySeries.getOrDefault(sample.series(), forgotten)) {
      long sequence = answer.isLost() ? milestones.tellsFrom(timeMs) : answer.sequence;
      if (answer.toMs > timeMs && (!answer.isLost() || sequence <= lostTo)) {
        return sequence;
      }
    }
    return Long.MAX_VALUE;
  }
}
