package io.tplus1.train;

import io.tplus1.model.TrainingSample;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * A bounded memory of training samples: the newest ones, and a reservoir of older ones that is even
 * over series. For one thread; a {@link Snapshot} may go to another.
 *
 * <p>What is kept depends only on the samples and their sequence numbers, so that a buffer that is
 * filled again with what it kept, in order, is the same buffer.
 */
public final class SampleBuffer {
  /*
   * The reservoir. Each sample has a priority: a hash of its series and time, which looks drawn
   * from [0, 2^64). A sample that is no longer among the newest enters the reservoir; if that is
   * over its size, the series that has most samples in it loses the one of lowest priority. So
   * series have as many as each other, as far as they have them, and within a series every old
   * sample is as likely to stay as any other: those of highest hash are a sample drawn without
   * replacement ("bottom-k"; Cohen and Kaplan, Summarizing Data using Bottom-k Sketches, 2007). Of
   * series with equally many, the one whose lowest priority is lowest loses.
   */
  private final int newestSize;
  private final int reservoirSize;
  private long mostBytes;
  private final ArrayDeque<Entry> newest = new ArrayDeque<>();
  private final Overlaps overlaps = new Overlaps();
  private final TreeMap<Long, Entry> reservoir = new TreeMap<>();
  private final Map<String, Share> shares = new HashMap<>();
  private final TreeSet<Share> byShare = new TreeSet<>(SHARES);
  private long bytes;

  private static final Comparator<Entry> PRIORITIES =
      ((Comparator<Entry>) (a, b) -> Long.compareUnsigned(a.priority, b.priority))
          .thenComparingLong(entry -> entry.sequence);

  private static final Comparator<Share> SHARES =
      Comparator.comparingInt((Share share) -> -share.entries.size())
          .thenComparing(share -> share.entries.first(), PRIORITIES);

  private record Entry(long sequence, TrainingSample sample, long priority) {}

  /** What one series has in the reservoir; never empty while it is in {@link #byShare}. */
  private static final class Share {
    private final TreeSet<Entry> entries = new TreeSet<>(PRIORITIES);
  }

  /**
   * @param newest newest samples that are kept, at least 1
   * @param reservoir older samples that are kept
   * @param mostBytes of all together, by estimate; where they need more, fewer of both are kept, in
   *     the same proportion
   */
  public SampleBuffer(int newest, int reservoir, long mostBytes) {
    if (newest < 1 || reservoir < 0) {
      throw new IllegalArgumentException(
          "a buffer keeps at least 1 newest and 0 older samples, found %d and %d"
              .formatted(newest, reservoir));
    }
    this.newestSize = newest;
    this.reservoirSize = reservoir;
    this.mostBytes = mostBytes;
  }

  /**
   * Keeps a sample.
   *
   * @param sequence larger than of every sample before
   * @return sequence numbers of the samples that had to go, which are this one's never
   */
  public List<Long> add(long sequence, TrainingSample sample) {
    if (!newest.isEmpty() && sequence <= newest.peekLast().sequence) {
      throw new IllegalArgumentException(
          "a sequence number above %d was expected, found %d"
              .formatted(newest.peekLast().sequence, sequence));
    }
    Entry entry =
        new Entry(sequence, sample, priority(sample.series(), sample.window().lastTimeMs()));
    newest.addLast(entry);
    overlaps.add(sequence, sample);
    bytes += bytes(sample);
    if (newest.size() > newestSize) {
      enterReservoir(newest.removeFirst());
    }
    boolean over = reservoir.size() > reservoirSize;
    if (!over && bytes <= mostBytes) {
      return List.of();
    }
    List<Long> gone = new ArrayList<>();
    if (over) {
      gone.add(dropFromReservoir());
    }
    shrink(gone);
    return gone;
  }

  /**
   * Lets all together take other bytes than before, from now on.
   *
   * @param mostBytes by estimate; one sample stays, whatever it takes
   * @return sequence numbers of the samples that had to go, which are the newest one's never
   */
  public List<Long> limit(long mostBytes) {
    this.mostBytes = mostBytes;
    List<Long> gone = new ArrayList<>();
    shrink(gone);
    return gone;
  }

  private void shrink(List<Long> gone) {
    while (size() > 1 && bytes > mostBytes) {
      gone.add(dropOne());
    }
  }

  /**
   * Drops one of all. The reservoir is given its share first, from the newest: whichever of the two
   * a sample was in, the same one goes, so that it does in a buffer that is filled again.
   */
  private long dropOne() {
    long share = (long) size() * reservoirSize / ((long) newestSize + reservoirSize);
    while (reservoir.size() < Math.max(1, share)) {
      enterReservoir(newest.removeFirst());
    }
    return dropFromReservoir();
  }

  private void enterReservoir(Entry entry) {
    reservoir.put(entry.sequence, entry);
    Share share = shares.computeIfAbsent(entry.sample.series(), key -> new Share());
    byShare.remove(share);
    share.entries.add(entry);
    byShare.add(share);
  }

  private long dropFromReservoir() {
    Share largest = byShare.pollFirst();
    Entry loser = largest.entries.pollFirst();
    if (largest.entries.isEmpty()) {
      shares.remove(loser.sample.series());
    } else {
      byShare.add(largest);
    }
    reservoir.remove(loser.sequence);
    bytes -= bytes(loser.sample);
    return loser.sequence;
  }

  /** Number of samples that are kept. */
  public int size() {
    return newest.size() + reservoir.size();
  }

  /** Estimate of the heap that the samples take, in bytes. */
  public long bytes() {
    return bytes;
  }

  /**
   * From which sequence number on samples of the same series, kept or not, tell what followed this
   * one: a model that has learnt from that sample knows part of the answer. Of those that are not
   * known any more, see {@link #lose}, it may be an earlier one.
   *
   * @param sample not yet added, its series in time order
   * @return {@link Long#MAX_VALUE} if no sample tells anything
   */
  public long tellsFrom(TrainingSample sample) {
    return overlaps.tellFrom(sample);
  }

  /**
   * Notes, as the buffer is filled again, that of the samples so far not all were kept.
   *
   * @param to sequence number of the newest of them
   * @param toMs latest event time of what followed any sample before the restart
   * @param milestones of the samples so far; shared, and goes on with those that come
   */
  public void lose(long to, long toMs, Milestones milestones) {
    overlaps.lose(to, toMs, milestones);
  }

  /** What is kept now, unchanged by what comes later. */
  public Snapshot snapshot() {
    List<TrainingSample> samples = new ArrayList<>(size());
    reservoir.values().forEach(entry -> samples.add(entry.sample));
    newest.forEach(entry -> samples.add(entry.sample));
    return new Snapshot(samples, bytes, newest.isEmpty() ? 0 : newest.peekLast().sequence);
  }

  /**
   * Kept samples, for a thread that learns from them. Immutable.
   *
   * @param samples older ones first, in the order in which they came
   * @param bytes estimate of the heap that they take
   * @param lastSequence sequence number of the newest; 0 if there is none
   */
  public record Snapshot(List<TrainingSample> samples, long bytes, long lastSequence) {
    public Snapshot {
      samples = List.copyOf(samples);
    }

    /**
     * Draws a batch with replacement: the first half of it, rounded up, from the newest samples,
     * the other from all.
     *
     * @param batch number of samples
     * @param recent how many samples are the newest
     * @throws IllegalStateException if there is no sample
     */
    public List<TrainingSample> draw(int batch, int recent, RandomGenerator random) {
      if (samples.isEmpty()) {
        throw new IllegalStateException("a batch is drawn from at least one sample, found none");
      }
      List<TrainingSample> drawn = new ArrayList<>(batch);
      int newest = Math.min(recent, samples.size());
      for (int i = 0; i < batch; i++) {
        int back = i < (batch + 1) / 2 ? newest : samples.size();
        drawn.add(samples.get(samples.size() - 1 - random.nextInt(back)));
      }
      return drawn;
    }

    /** The newest samples, oldest first. */
    public List<TrainingSample> newest(int count) {
      return samples.subList(Math.max(0, samples.size() - count), samples.size());
    }
  }

  /** Estimate of the heap that one sample takes, in bytes. */
  static long bytes(TrainingSample sample) {
    // A key of its own per sample.
    return 2L * sample.series().length()
        + bytes(
            sample.window().steps(),
            sample.window().features(),
            sample.following().steps(),
            sample.following().features());
  }

  /**
   * The same but for its series' name.
   *
   * @param steps vectors of the window
   * @param width numbers of a row of the window
   * @param horizon vectors that followed
   * @param features numbers of each of them
   */
  public static long bytes(int steps, int width, int horizon, int features) {
    // Objects, array headers, the buffer's own entry.
    return 400 + steps * (8 + 4L * width) + horizon * (8 + 4L * features);
  }

  /** FNV-1a over series and time, then the finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
  private static long priority(String series, long timeMs) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : series.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    for (int shift = 0; shift < 64; shift += 8) {
      hash = (hash ^ ((timeMs >>> shift) & 0xff)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return hash ^ (hash >>> 31);
  }
}
