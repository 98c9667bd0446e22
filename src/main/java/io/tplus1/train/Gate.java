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
 * for.
 *
 * <p>There are two kinds. A {@link Kind#CHALLENGER} is one artifact: the gate begins anew with it,
 * promotes it once it is below the others by more than chance ({@link PairedEvidence}), and gives
 * it up if it is clearly worse, which fewer than {@value PairedEvidence#FEWEST} event times do not
 * tell. Its patience is over after {@value #PATIENCE} times the samples asked for, at as many event
 * times at least, or H if there are more steps, however many series there are. Then a mean that is
 * below and a little evidence ({@value #LEANING}) are enough, or it is given up. Were the first
 * moment enough at which the mean is below, half of those that are 10 % worse would win. All its
 * errors count alike: of many series, means that fade would be of the last hour alone. A {@link
 * Kind#LINE} is learnt on all the time: each refresh replaces the snapshot before it, and each
 * sample is forecast by the newest snapshot that has not learnt from it, against the model that
 * served, or would serve, without that snapshot. The gate judges the line: its errors go on when a
 * snapshot is replaced, and when one is promoted, and older ones fade. While the line wins, its
 * snapshots are promoted; one that waits can win later. One that is clearly worse of late is given
 * up; where there is no champion yet, only if it is worse all in all as well, at as many event
 * times. So calm hours end no line that has been ahead, as one may be whose snapshot is in doubt;
 * one that never was goes in the first of them. Were it to be worse by a quarter all in all, more
 * lines that are a little worse than persistence would stay until they win by chance.
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

  /** Figure: the weaker of both tests of a challenger, below 0 where it is better. */
  private static final String EVIDENCE = "gateEvidence";

  /** How often the samples asked for a challenger may take. */
  static final int PATIENCE = 4;

  /** Part by which errors are larger where one is clearly worse. */
  static final double CLEARLY = 0.25;

  /** Evidence that is enough in the end: twice as likely as not, it is the better one. */
  static final double LEANING = 0.5;

  private final Kind kind;
  private final Settings settings;
  private final int horizon;
  private final PairedEvidence againstIncumbent = new PairedEvidence();
  private final PairedEvidence againstPersistence = new PairedEvidence();
  private long count;
  private boolean hasIncumbent;
  private double weight;
  private double challenger;
  private double incumbent;
  private double persistence;

  /** What is judged. */
  public enum Kind {
    CHALLENGER,
    LINE
  }

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

  /**
   * @param horizon H, steps that a sample's forecast covers
   */
  public Gate(Kind kind, Settings settings, int horizon) {
    this.kind = kind;
    this.settings = settings;
    this.horizon = horizon;
  }

  /**
   * Takes one sample into account, which none of the models has learnt from.
   *
   * @param timeMs event time at which it was forecast, epoch milliseconds
   * @param stepMs usual time between two vectors of its series, milliseconds
   * @param sampleWeight how many samples it stands for
   * @param challengerError of the challenger
   * @param incumbentError of the champion that is to be replaced; NaN if there is none, in which
   *     case persistence alone is to be beaten; see {@link #hold}
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
    hold(has);
    count++;
    double decay = kind == Kind.LINE ? settings.decay : 1;
    weight = weight * decay + sampleWeight;
    challenger = challenger * decay + sampleWeight * challengerError;
    persistence = persistence * decay + sampleWeight * persistenceError;
    incumbent = incumbent * decay + (has ? sampleWeight * incumbentError : 0);
    double part = 1 - settings.margin;
    if (kind == Kind.CHALLENGER || !has) {
      againstPersistence.add(
          timeMs, stepMs, sampleWeight * (challengerError - part * persistenceError));
    }
    if (kind == Kind.CHALLENGER && has) {
      againstIncumbent.add(
          timeMs, stepMs, sampleWeight * (challengerError - part * incumbentError));
    }
  }

  /**
   * Whether there is a champion to be beaten: where there was none before, the gate begins anew.
   */
  public void hold(boolean incumbent) {
    if (incumbent != hasIncumbent) {
      reset();
      hasIncumbent = incumbent;
    }
  }

  /** What the samples so far say. */
  public Decision decide() {
    if (count < settings.samples) {
      return Decision.WAIT;
    }
    double best = hasIncumbent ? Math.min(incumbent, persistence) : persistence;
    boolean rescues =
        hasIncumbent
            && incumbent > persistence
            && challenger < (1 - Math.max(settings.margin, CLEARLY)) * incumbent;
    boolean patient = isPatient();
    boolean ahead = challenger < (1 - settings.margin) * best;
    boolean telling = kind == Kind.LINE || againstPersistence.clusters() >= fewestTimes();
    if ((rescues && telling) || (ahead && isEvident(patient ? PairedEvidence.LIMIT : leaning()))) {
      return Decision.PROMOTE;
    }
    if (kind == Kind.CHALLENGER) {
      boolean worse = telling && challenger > (1 + CLEARLY) * best;
      return !patient || worse ? Decision.REJECT : Decision.WAIT;
    }
    // A line that is about as good as the champion only waits, as long as that may take; with no
    // champion, until its errors are larger by a quarter for as long as they take to fade.
    double served = hasIncumbent ? incumbent : persistence;
    boolean worse = challenger > (1 + CLEARLY) * served && (hasIncumbent || isWorseAllInAll());
    return !patient && worse ? Decision.REJECT : Decision.WAIT;
  }

  /** Whether persistence is better not only of late, as in one hour in which many stand still. */
  private boolean isWorseAllInAll() {
    return againstPersistence.clusters() >= fewestTimes() && againstPersistence.sum() > 0;
  }

  /** Event times below which not even far larger or smaller errors tell anything. */
  private int fewestTimes() {
    return Math.min(PairedEvidence.FEWEST, settings.samples);
  }

  /** Event times that a challenger is given: of fewer than H, evidence is little at most. */
  private int patientTimes() {
    return Math.min(PairedEvidence.MOST / 2, Math.max(fewestTimes(), horizon));
  }

  private boolean isPatient() {
    return count < (long) PATIENCE * settings.samples
        || (kind == Kind.CHALLENGER && againstPersistence.clusters() < patientTimes());
  }

  /** Evidence that is enough in the end: {@link #LEANING}, or half of what there can be at most. */
  private double leaning() {
    return Math.min(LEANING, .5 * Math.sqrt(patientTimes() / (double) horizon));
  }

  /** Whether a challenger is below all that it is held against by more than so much; a line is. */
  private boolean isEvident(double limit) {
    return kind == Kind.LINE || evidence() < -limit;
  }

  /** Of both tests the weaker: below 0 where the challenger is better. */
  private double evidence() {
    double persistent = againstPersistence.evidence(horizon);
    return hasIncumbent ? Math.max(persistent, againstIncumbent.evidence(horizon)) : persistent;
  }

  /**
   * Whether persistence is clearly better than the challenger, in all the time that it is given.
   */
  public boolean isBehindPersistence() {
    return count >= (long) PATIENCE * settings.samples && challenger > (1 + CLEARLY) * persistence;
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

  /**
   * The mean errors, those of a line decayed, their count, and of a challenger how sure it is, by
   * name.
   */
  public Map<String, Double> figures() {
    Map<String, Double> figures = new TreeMap<>();
    figures.put(SAMPLES, (double) count);
    if (count > 0) {
      figures.put(CHALLENGER_ERROR, challenger / weight);
      figures.put(PERSISTENCE_ERROR, persistence / weight);
      if (hasIncumbent) {
        figures.put(CHAMPION_ERROR, incumbent / weight);
      }
      if (kind == Kind.CHALLENGER) {
        figures.put(EVIDENCE, evidence());
      }
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
}
