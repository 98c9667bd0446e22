package io.tplus1.train;

import io.tplus1.expert.LinearModel;
import io.tplus1.expert.LinearShape;
import io.tplus1.expert.LinearSums;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.LastValue;
import io.tplus1.model.LinearForecaster;
import io.tplus1.model.TrainingSample;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Learns one shared linear expert from the stream, and says which of its solutions may serve. For
 * one thread.
 *
 * <p>Every sample goes into the running sums; every so many of them the sums are solved. A new
 * solution then forecasts the next {@value #TESTS} samples (or until the next solution, if that is
 * sooner) beside the serving one, each before it is learnt, and serves unless its error is by more
 * than {@value #CLEARLY} of it above that of the serving one, or of the last value while none
 * serves. Where that one is of another tuning, it is held against whichever errs more: the serving
 * one may err less for as long as this tuning stands, or have come to err more than the last value.
 * Until then it goes on being compared, and the next solution replaces it. No more is needed, since
 * the forecasts mix experts by their errors: the guard is against a solution that went astray.
 *
 * <p>Sums take samples by what they weigh beside {@linkplain UsualWeight others}: what rows bound,
 * and how many there must be, goes by their number, not by how far the stream was thinned.
 *
 * <p>Adding the same samples after {@link #read} leads to the same state.
 */
public final class LinearLine {
  /** Samples on which a solution is compared before it may serve. */
  static final int TESTS = 8;

  /** Part by which a solution's error may be larger. */
  static final double CLEARLY = 0.25;

  /** Part of the last value's error by which errors may differ and mean nothing. */
  static final double NOTHING = 0.01;

  private static final byte VERSION = 1;

  private final int every;
  private final UsualChanges usual;
  private final RelativeError errors;
  private final UsualWeight weights;
  private final LastValue persistence;
  private final float[] output;
  private final LinearSums sums;
  private long sequence;
  private int sinceSolution;
  private LinearModel serving;
  private LinearModel candidate;
  private int tested;
  private double candidateError;
  private double servingError;
  private double lastValueError;

  /**
   * A line that has learnt nothing.
   *
   * @param every samples between two solutions, at least 1
   */
  public LinearLine(LinearShape shape, int every) {
    this(new LinearSums(shape), every);
  }

  private LinearLine(LinearSums sums, int every) {
    FeatureSchema schema = sums.shape().schema();
    this.every = every;
    this.usual = UsualChanges.ofAll(schema);
    this.errors = RelativeError.ofNumbers(schema, usual);
    this.weights = new UsualWeight(sums.shape().forgetting());
    this.persistence = new LastValue(schema, sums.shape().steps(), sums.shape().horizon());
    this.output = new float[sums.shape().outputLength()];
    this.sums = sums;
  }

  /**
   * Learns one sample.
   *
   * @param number the sample's sequence number
   * @param sample finite, of the shape's schema and horizon
   * @return a solution that serves from now on, if there is a new one
   */
  public Optional<LinearModel> add(long number, TrainingSample sample) {
    boolean wins = test(sample);
    sequence = number;
    usual.add(sample);
    sums.add(sample.window(), sample.following(), weights.relative(sample.weight()));
    sinceSolution++;
    Optional<LinearModel> published = Optional.empty();
    if (wins) {
      serving = candidate;
      candidate = null;
      published = Optional.of(serving);
    }
    if (sinceSolution >= every && (candidate == null || isJudged())) {
      sinceSolution = 0;
      candidate = sums.solve().orElse(null);
      tested = 0;
      candidateError = 0;
      servingError = 0;
      lastValueError = 0;
    }
    return published;
  }

  private boolean test(TrainingSample sample) {
    if (candidate == null) {
      return false;
    }
    double last = ofLastValue(sample);
    double before = serving == null ? last : of(serving, sample);
    double error = of(candidate, sample);
    if (!Double.isNaN(before) && !Double.isNaN(error)) {
      tested++;
      lastValueError += sample.weight() * last;
      servingError += sample.weight() * before;
      candidateError += sample.weight() * error;
    }
    boolean tuned = serving != null && !serving.shape().equals(candidate.shape());
    double most = tuned ? Math.max(servingError, lastValueError) : servingError;
    return isJudged() && candidateError <= (1 + CLEARLY) * most + NOTHING * lastValueError;
  }

  /** Samples in which nothing moves say nothing, so it may take many. */
  private boolean isJudged() {
    return tested >= Math.min(TESTS, every);
  }

  private double of(LinearForecaster model, TrainingSample sample) {
    model.forecast(sample.window(), output);
    return errors.of(sample, output);
  }

  private double ofLastValue(TrainingSample sample) {
    persistence.forecast(sample.window(), output);
    return errors.of(sample, output);
  }

  /** Whether the sums have just been solved: a good time to keep {@link #toBytes}. */
  public boolean isSolved() {
    return sinceSolution == 0;
  }

  /** Sequence number of the newest sample that was learnt; 0 before the first. */
  public long sequence() {
    return sequence;
  }

  /** What serves; empty while nothing does. */
  public Optional<LinearModel> serving() {
    return Optional.ofNullable(serving);
  }

  /** Whether what serves was solved under another tuning than the next solution is. */
  public boolean isRetuned() {
    return serving != null && !serving.shape().equals(sums.shape());
  }

  /**
   * The state, big-endian: version, sequence, counters, then sums and solutions with lengths, and
   * the usual changes and weight.
   */
  public byte[] toBytes() {
    byte[] summed = sums.toBytes();
    byte[] serves = serving == null ? new byte[0] : serving.toBytes();
    byte[] tries = candidate == null ? new byte[0] : candidate.toBytes();
    ByteBuffer bytes =
        ByteBuffer.allocate(
            HEADER
                + summed.length
                + serves.length
                + tries.length
                + usual.bytes()
                + UsualWeight.BYTES);
    bytes
        .put(VERSION)
        .putLong(sequence)
        .putInt(sinceSolution)
        .putInt(tested)
        .putDouble(candidateError)
        .putDouble(servingError)
        .putDouble(lastValueError)
        .putInt(summed.length)
        .putInt(serves.length)
        .putInt(tries.length)
        .put(summed)
        .put(serves)
        .put(tries);
    usual.write(bytes);
    weights.write(bytes);
    return bytes.array();
  }

  private static final int HEADER = 1 + Long.BYTES + 5 * Integer.BYTES + 3 * Double.BYTES;

  /**
   * Goes on with what {@link #toBytes} wrote, where the shape is that one, but for {@link
   * LinearShape#tunedAs}: what was solved before serves until there is another solution.
   *
   * @throws InvalidArtifactException if the bytes are none, or of another shape
   */
  public static LinearLine read(byte[] stored, LinearShape shape, int every)
      throws InvalidArtifactException {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(stored);
      byte version = bytes.get();
      if (version > VERSION) {
        throw InvalidArtifactException.ofNewerFormat(
            "a linear expert's state in version %d was expected, found %d"
                .formatted(VERSION, version));
      }
      if (version != VERSION) {
        throw new InvalidArtifactException(
            "a linear expert's state in version %d was expected, found %d"
                .formatted(VERSION, version));
      }
      long sequence = bytes.getLong();
      int sinceSolution = bytes.getInt();
      int tested = bytes.getInt();
      double candidateError = bytes.getDouble();
      double servingError = bytes.getDouble();
      double lastValueError = bytes.getDouble();
      byte[] summed = new byte[bytes.getInt()];
      byte[] serves = new byte[bytes.getInt()];
      byte[] tries = new byte[bytes.getInt()];
      bytes.get(summed).get(serves).get(tries);
      LinearLine line = new LinearLine(LinearSums.read(summed, shape), every);
      line.sequence = sequence;
      line.sinceSolution = sinceSolution;
      line.tested = tested;
      line.candidateError = candidateError;
      line.servingError = servingError;
      line.lastValueError = lastValueError;
      line.serving = serves.length == 0 ? null : LinearModel.read(serves);
      line.candidate = tries.length == 0 ? null : LinearModel.read(tries);
      if (bytes.hasRemaining()) { // Former builds knew none.
        line.usual.read(bytes);
      }
      if (bytes.hasRemaining()) {
        line.weights.read(bytes);
      } else { // Nor these: their sums hold what samples weighed.
        line.sums.weighByRows();
      }
      return line;
    } catch (BufferUnderflowException | NegativeArraySizeException e) {
      throw new InvalidArtifactException("a linear expert's state that is cut short", e);
    }
  }
}
