package io.tplus1.train;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/**
 * Watches a new champion on what has matured since its promotion, and says whether it must go. For
 * one thread.
 *
 * <p>Two things end its service. The former champion, which still forecasts every sample in shadow,
 * did clearly better on the same samples; or the network's own live errors, as the forecasts report
 * them, are in sum by more than {@value #LEAST} of it above those of the last value, which a
 * network that is as good seldom comes to by chance where both err alike, and it is not clearly
 * better than the former champion either, to which one would go back. The first needs as many
 * samples as the setting says, the other as many scores, and a few samples to compare.
 *
 * <p>"Clearly" is a paired test ({@link PairedEvidence}), in which samples of many series at one
 * event time count as one. It says little of fewer than {@value PairedEvidence#FEWEST} event times,
 * so that probation lasts that long at least, however many series there are, unless fewer scores
 * are asked for. Nor can it decide before four times H event times, of which it tells {@value
 * PairedEvidence#MOST} apart at most: until then, whoever is far worse than the other is the worse
 * one. Live errors must be of as many event times at which something changes: while all series
 * stand still, any network is worse than the last value.
 *
 * <p>A restart keeps the sums, and how many event times there were, and how long each is; only the
 * sums of single event times begin anew. So neither does probation pass at once after it, nor do
 * restarts, however many, keep it from ending: each adds one event time too many at most.
 *
 * <p>Champions that follow each other faster than a probation lasts, as light refreshes do, are
 * judged together against the one that served before the first of them.
 */
public final class Probation {
  static final double LEAST = 0.05;

  /** Samples that tell whether the former champion is the better one to go back to. */
  private static final int FEWEST = 10;

  /** What a live error may be larger by and means nothing, as where hardly anything changes. */
  private static final double NOTHING = 0.001;

  /** How often the scores asked for may pass before live scores are no longer waited for. */
  private static final int PATIENCE = 4;

  private final int scores;
  private final int horizon;
  private boolean running;
  private boolean hasFormer;
  private long samples;
  private double weight;
  private double champion;
  private double former;
  private final PairedEvidence evidence = new PairedEvidence();
  private long live;
  private double liveNetwork;
  private double livePersistence;

  /** Asked only at how many event times the last value erred, live or in a sample. */
  private final PairedEvidence moving = new PairedEvidence();

  /** That of all samples, since live scores do not say theirs. */
  private final UsualStep usualStep = new UsualStep();

  /** How it ends. */
  public enum Verdict {
    /** It goes on, or none is running. */
    OPEN,
    PASSED,
    WORSE_THAN_FORMER,
    WORSE_THAN_PERSISTENCE
  }

  /**
   * @param scores matured scores before there is a verdict
   * @param horizon H, steps that a sample's forecast covers
   */
  public Probation(int scores, int horizon) {
    this.scores = scores;
    this.horizon = horizon;
  }

  /**
   * Begins.
   *
   * @param withFormer whether there was a champion before
   */
  public void start(boolean withFormer) {
    stop();
    running = true;
    hasFormer = withFormer;
  }

  /** Ends without a verdict, as when a command says who serves. */
  public void stop() {
    running = false;
    samples = 0;
    weight = 0;
    champion = 0;
    former = 0;
    evidence.clear();
    forgetLive();
  }

  /** Lets live scores count from here. */
  public void forgetLive() {
    live = 0;
    liveNetwork = 0;
    livePersistence = 0;
    moving.clear();
  }

  public boolean isRunning() {
    return running;
  }

  /**
   * Takes one sample into account, which neither has learnt from.
   *
   * @param timeMs event time of the newest vector it was held against, as that of live scores is,
   *     epoch milliseconds
   * @param stepMs usual time between two vectors of its series, milliseconds
   * @param sampleWeight how many samples it stands for
   * @param championError of what serves; a sample where an error is NaN counts nothing
   * @param formerError of the champion before
   * @param moved how far the last value was from what came, 0 where no target changed
   */
  public void sample(
      long timeMs,
      long stepMs,
      double sampleWeight,
      double championError,
      double formerError,
      double moved) {
    usualStep.add(stepMs);
    double d = championError - formerError;
    if (!running || !hasFormer || Double.isNaN(d)) {
      return;
    }
    samples++;
    weight += sampleWeight;
    champion += sampleWeight * championError;
    former += sampleWeight * formerError;
    evidence.add(timeMs, stepMs, sampleWeight * d);
    if (moved > NOTHING) {
      moved(timeMs, stepMs);
    }
  }

  private void moved(long timeMs, long stepMs) {
    if (moving.clusters() == 0) {
      moving.span(usualStep.ms());
    }
    moving.add(timeMs, stepMs, 0);
  }

  /**
   * Takes matured live scores of what serves into account.
   *
   * @param toMs newest event time of them, epoch milliseconds: they count as one, in any order
   * @param count number of scores
   * @param network sum of the network's own errors
   * @param persistence sum of the last value's errors
   */
  public void live(long toMs, long count, double network, double persistence) {
    if (running && count > 0 && Double.isFinite(network) && Double.isFinite(persistence)) {
      live += count;
      liveNetwork += network;
      livePersistence += persistence;
      if (usualStep.ms() > 0 && persistence > NOTHING * count) {
        moved(toMs, usualStep.ms());
      }
    }
  }

  /** What the scores so far say. */
  public Verdict verdict() {
    if (!running) {
      return Verdict.OPEN;
    }
    // Who would be gone back to may be worse still, and live scores come faster than samples.
    int few = Math.min(FEWEST, scores);
    int fewestTimes = Math.min(PairedEvidence.FEWEST, scores);
    boolean testable = evidence.clusters() >= fewestTimes;
    double sure = evidence.evidence(horizon);
    boolean rescued = samples >= few && champion < (1 - Gate.CLEARLY) * former;
    // Of n event times evidence is √(n / H) at most.
    boolean decidable =
        testable && evidence.clusters() > PairedEvidence.LIMIT * PairedEvidence.LIMIT * horizon;
    boolean better =
        decidable ? (samples >= scores || rescued) && sure < -PairedEvidence.LIMIT : rescued;
    boolean compared = !hasFormer || samples >= few || live >= (long) PATIENCE * scores;
    boolean behind = liveNetwork > (1 + LEAST) * livePersistence + NOTHING * live;
    boolean beaten = live >= scores && behind && compared && !better;
    // Where a record of scores is of many event times, as in a replay, samples count them.
    if (beaten && moving.clusters() >= fewestTimes) {
      return Verdict.WORSE_THAN_PERSISTENCE;
    }
    boolean tested = samples >= scores && testable;
    boolean worse =
        decidable
            ? sure > PairedEvidence.LIMIT && champion > (1 + LEAST) * former
            : champion > (1 + Gate.CLEARLY) * former;
    // By how much both miss what stands still says little, unless it is much.
    if (tested && worse && (!beaten || champion > former + Gate.CLEARLY * weight)) {
      return Verdict.WORSE_THAN_FORMER;
    }
    boolean liveDone = live >= scores || samples >= (long) PATIENCE * scores;
    return liveDone && !beaten && (tested || !hasFormer) ? Verdict.PASSED : Verdict.OPEN;
  }

  /** The mean errors and their counts, by name. */
  public Map<String, Double> figures() {
    Map<String, Double> figures = new TreeMap<>();
    figures.put("probationSamples", (double) samples);
    if (samples > 0) {
      figures.put("probationChampion", champion / weight);
      figures.put("probationFormer", former / weight);
      figures.put("probationEvidence", evidence.evidence(horizon));
    }
    figures.put("liveScores", (double) live);
    if (live > 0) {
      figures.put("liveNetwork", liveNetwork / live);
      figures.put("livePersistence", livePersistence / live);
      figures.put("liveEventTimes", (double) moving.clusters());
    }
    return figures;
  }

  /** Bytes that {@link #write} writes. */
  public static final int BYTES = 2 + 2 * Long.BYTES + 7 * Double.BYTES;

  /** Bytes that {@link #writeEvidence} writes. */
  public static final int EVIDENCE_BYTES = PairedEvidence.BYTES;

  /** Writes the sums, big-endian. */
  public void write(ByteBuffer bytes) {
    bytes.put((byte) (running ? 1 : 0)).put((byte) (hasFormer ? 1 : 0));
    bytes.putLong(samples).putLong(live);
    bytes.putDouble(weight).putDouble(champion).putDouble(former);
    bytes.putDouble(evidence.sum()).putDouble(evidence.squares());
    bytes.putDouble(liveNetwork).putDouble(livePersistence);
  }

  /** Goes on with what {@link #write} wrote; event times count from here. */
  public void read(ByteBuffer bytes) {
    running = bytes.get() != 0;
    hasFormer = bytes.get() != 0;
    samples = bytes.getLong();
    live = bytes.getLong();
    weight = bytes.getDouble();
    champion = bytes.getDouble();
    former = bytes.getDouble();
    evidence.goOn(bytes.getDouble(), bytes.getDouble(), 0);
    liveNetwork = bytes.getDouble();
    livePersistence = bytes.getDouble();
    moving.clear();
  }

  /** Writes what is evident, with all its event times, big-endian. */
  public void writeEvidence(ByteBuffer bytes) {
    evidence.write(bytes);
  }

  /** Goes on with what {@link #writeEvidence} wrote, after {@link #read}. */
  public void readEvidence(ByteBuffer bytes) {
    evidence.read(bytes);
  }

  /** Bytes that {@link #writeLive} writes. */
  public static final int LIVE_BYTES = PairedEvidence.BYTES + Long.BYTES;

  /**
   * Writes at how many event times something changed, and the step by which they are told apart.
   */
  public void writeLive(ByteBuffer bytes) {
    moving.write(bytes);
    bytes.putLong(usualStep.ms());
  }

  /** Goes on with what {@link #writeLive} wrote, after {@link #read}. */
  public void readLive(ByteBuffer bytes) {
    moving.read(bytes);
    usualStep.goOn(bytes.getLong());
    moving.span(usualStep.ms());
  }

  /** Bytes that {@link #writeSpans} writes. */
  public static final int SPANS_BYTES = 2 * PairedEvidence.SPAN_BYTES;

  /** Writes how long event times are, of samples and where something changed. */
  public void writeSpans(ByteBuffer bytes) {
    evidence.writeSpan(bytes);
    moving.writeSpan(bytes);
  }

  /**
   * Goes on with what {@link #writeSpans} wrote, after {@link #readEvidence} and {@link #readLive}.
   */
  public void readSpans(ByteBuffer bytes) {
    evidence.readSpan(bytes);
    moving.readSpan(bytes);
  }
}
