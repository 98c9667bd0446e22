package io.tplus1.train;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/**
 * Test, then train: holds a challenger against the champion and against persistence, on samples
 * that it has not learnt from. For one thread.
 *
 * <p>Every new sample is first forecast by all three, and only then learnt from, so that no data is
 * held back. The gate sums their errors ({@link RelativeError}), weighted by what a sample stands
 * for. What wins by them, and what is given up, its {@link Rule} says: {@link ChallengerRule} of
 * one artifact, {@link LineRule} of what is learnt on all the time.
 */
public final class Gate {
  /** Figure: mean error of what is judged. */
  public static final String CHALLENGER_ERROR = "gateChallenger";

  /** Figure: mean error of the champion on the same samples. */
  public static final String CHAMPION_ERROR = "gateChampion";

  /** Figure: mean error of persistence on the same samples. */
  public static final String PERSISTENCE_ERROR = "gatePersistence";

  /** Figure: number of those samples. */
  public static final String SAMPLES = "gateSamples";

  /** How often the samples asked for may take. */
  static final int PATIENCE = 4;

  /** Part by which errors are larger where one is clearly worse. */
  static final double CLEARLY = 0.25;

  /** Below 0 where the challenger is better. */
  final PairedEvidence againstIncumbent = new PairedEvidence();

  final PairedEvidence againstPersistence = new PairedEvidence();
  private final Settings settings;
  private final Rule rule;
  private long count;
  private boolean hasIncumbent;
  private double weight;
  private double challenger;
  private double incumbent;
  private double persistence;

  /** What is to be done. */
  public enum Decision {
    WAIT,
    PROMOTE,
    REJECT
  }

  /**
   * When a challenger wins.
   *
   * @param samples fewest unseen samples
   * @param margin part by which its error must be below both others
   * @param decay what an error's weight is multiplied with at each newer sample of a line
   */
  public record Settings(int samples, double margin, double decay) {
    public Settings {
      if (samples < 1 || !(margin >= 0 && margin < 1) || !(decay > 0 && decay <= 1)) {
        throw new IllegalArgumentException(
            "samples of at least 1, a margin in [0, 1) and a decay in (0, 1] are needed, found %d, %s, %s"
                .formatted(samples, margin, decay));
      }
    }
  }

  /** What wins, and what is given up. */
  public interface Rule {
    /** What an error's weight is multiplied with at each newer sample. */
    double decay(Settings settings);

    /**
     * Takes what speaks against the challenger as evidence, below 0 where it is better.
     *
     * @param besideIncumbent NaN if there is none
     */
    void weigh(
        Gate gate, long timeMs, long stepMs, double besidePersistence, double besideIncumbent);

    /** What the samples say once there are as many as are asked for. */
    Decision judge(Gate gate);

    /** Adds figures of its own to those of a gate that has samples. */
    default void addTo(Map<String, Double> figures, Gate gate) {}
  }

  public Gate(Settings settings, Rule rule) {
    this.settings = settings;
    this.rule = rule;
  }

  /**
   * Takes one sample into account, which none of the models has learnt from.
   *
   * @param timeMs event time at which it was forecast, epoch milliseconds
   * @param stepMs usual time between two vectors of its series, milliseconds
   * @param sampleWeight how many samples it stands for
   * @param challengerError of the challenger
   * @param incumbentError of the champion that is to be replaced; NaN if there is none, in which
   *     case persistence alone is to be beaten; see {@link #hold}. Once there was one, a sample
   *     where it is NaN counts nothing
   * @param persistenceError of the last value; a sample where it is NaN counts nothing
   */
  public void add(
      long timeMs,
      long stepMs,
      double sampleWeight,
      double challengerError,
      double incumbentError,
      double persistenceError) {
    if (Double.isNaN(persistenceError) || Double.isNaN(challengerError)) {
      return;
    }
    boolean has = !Double.isNaN(incumbentError);
    if (!has && hasIncumbent) {
      // Of a snapshot of before the first champion, which is tested by turns with one of after it.
      return;
    }
    hold(has);
    count++;
    double decay = rule.decay(settings);
    weight = weight * decay + sampleWeight;
    challenger = challenger * decay + sampleWeight * challengerError;
    persistence = persistence * decay + sampleWeight * persistenceError;
    incumbent = incumbent * decay + (has ? sampleWeight * incumbentError : 0);
    double part = 1 - settings.margin;
    rule.weigh(
        this,
        timeMs,
        stepMs,
        sampleWeight * (challengerError - part * persistenceError),
        sampleWeight * (challengerError - part * incumbentError));
  }

  /** Whether there is a champion to be beaten: where that changes, the gate begins anew. */
  public void hold(boolean incumbent) {
    if (incumbent != hasIncumbent) {
      reset();
      hasIncumbent = incumbent;
    }
  }

  /** What the samples so far say. */
  public Decision decide() {
    return count < settings.samples ? Decision.WAIT : rule.judge(this);
  }

  /** Whether its mean error is below all others' by the margin. */
  boolean isAhead() {
    return challenger < (1 - settings.margin) * best();
  }

  /** Whether it is clearly better than a champion that persistence beats. */
  boolean rescues() {
    return hasIncumbent
        && incumbent > persistence
        && challenger < (1 - Math.max(settings.margin, CLEARLY)) * incumbent;
  }

  /** Whether its mean error is larger than the smallest of the others' by a quarter. */
  boolean isClearlyWorseThanBest() {
    return challenger > (1 + CLEARLY) * best();
  }

  /** The same of whoever serves, or persistence where nobody does. */
  boolean isClearlyWorseThanServed() {
    return challenger > (1 + CLEARLY) * (hasIncumbent ? incumbent : persistence);
  }

  private double best() {
    return hasIncumbent ? Math.min(incumbent, persistence) : persistence;
  }

  boolean hasIncumbent() {
    return hasIncumbent;
  }

  /** Whether it has been given as many samples as it may take. */
  boolean isOutOfSamples() {
    return count >= (long) PATIENCE * settings.samples;
  }

  /** Event times below which not even far larger or smaller errors tell anything. */
  int fewestTimes() {
    return Math.min(PairedEvidence.FEWEST, settings.samples);
  }

  /**
   * Whether persistence is clearly better than the challenger, in all the time that it is given.
   */
  public boolean isBehindPersistence() {
    return isOutOfSamples() && challenger > (1 + CLEARLY) * persistence;
  }

  /** What the challenger has won by, for people, as in "it beat persistence". */
  public String merit() {
    if (!hasIncumbent) {
      return "beat persistence";
    }
    return challenger < persistence
        ? "beat the champion and persistence"
        : "is clearly better than the champion, which is worse than persistence (%.2f against %.2f),"
            .formatted(incumbent / weight, persistence / weight);
  }

  /** Forgets everything, as for a new challenger or a line that begins anew. */
  public void reset() {
    count = 0;
    hasIncumbent = false;
    weight = 0;
    challenger = 0;
    incumbent = 0;
    persistence = 0;
    againstIncumbent.clear();
    againstPersistence.clear();
  }

  /** Samples so far. */
  public long count() {
    return count;
  }

  /** The mean errors, those of a line decayed, and their count, by name. */
  public Map<String, Double> figures() {
    Map<String, Double> figures = new TreeMap<>();
    figures.put(SAMPLES, (double) count);
    if (count > 0) {
      figures.put(CHALLENGER_ERROR, challenger / weight);
      figures.put(PERSISTENCE_ERROR, persistence / weight);
      if (hasIncumbent) {
        figures.put(CHAMPION_ERROR, incumbent / weight);
      }
      rule.addTo(figures, this);
    }
    return figures;
  }

  /** Bytes that {@link #write} writes. */
  public static final int BYTES = Long.BYTES + 1 + 4 * Double.BYTES;

  /** Bytes that {@link #writeEvidence} writes. */
  public static final int EVIDENCE_BYTES = 2 * PairedEvidence.BYTES;

  /** Writes the sums of errors, big-endian. */
  public void write(ByteBuffer bytes) {
    bytes.putLong(count).put((byte) (hasIncumbent ? 1 : 0));
    bytes.putDouble(weight).putDouble(challenger).putDouble(incumbent).putDouble(persistence);
  }

  /** Goes on with what {@link #write} wrote; evidence begins anew. */
  public void read(ByteBuffer bytes) {
    count = bytes.getLong();
    hasIncumbent = bytes.get() != 0;
    againstIncumbent.clear();
    againstPersistence.clear();
    weight = bytes.getDouble();
    challenger = bytes.getDouble();
    incumbent = bytes.getDouble();
    persistence = bytes.getDouble();
  }

  /** Writes what is evident, big-endian: former releases knew nothing of it. */
  public void writeEvidence(ByteBuffer bytes) {
    againstIncumbent.write(bytes);
    againstPersistence.write(bytes);
  }

  /** Goes on with what {@link #writeEvidence} wrote, after {@link #read}. */
  public void readEvidence(ByteBuffer bytes) {
    againstIncumbent.read(bytes);
    againstPersistence.read(bytes);
  }

  /** Bytes that {@link #writeSpans} writes. */
  public static final int SPANS_BYTES = 2 * PairedEvidence.SPAN_BYTES;

  /** Writes how long event times are, of either test. */
  public void writeSpans(ByteBuffer bytes) {
    againstIncumbent.writeSpan(bytes);
    againstPersistence.writeSpan(bytes);
  }

  /** Goes on with what {@link #writeSpans} wrote, after {@link #readEvidence}. */
  public void readSpans(ByteBuffer bytes) {
    againstIncumbent.readSpan(bytes);
    againstPersistence.readSpan(bytes);
  }
}
