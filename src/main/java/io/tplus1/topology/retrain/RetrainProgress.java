package io.tplus1.topology.retrain;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tplus1.config.RetrainSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.KeptState;
import io.tplus1.model.Trainer;
import io.tplus1.score.Drift;
import io.tplus1.train.ChallengerRule;
import io.tplus1.train.Doubt;
import io.tplus1.train.Gate;
import io.tplus1.train.LineRule;
import io.tplus1.train.Milestones;
import io.tplus1.train.Probation;
import io.tplus1.train.RetrainSchedule;
import io.tplus1.train.Standing;
import io.tplus1.train.UsualChanges;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Where the side topology stands: everything small that a restart must find again. For the stream
 * thread.
 *
 * <p>Stored under {@code progress}, big-endian: version, mode, numbers, texts and lists with their
 * lengths, then schedule, gate, probation and drift as they write themselves. That is all that the
 * first build of 0.1.0 wrote, and all that it reads. Behind it stand {@link Part}s in any order.
 */
final class RetrainProgress {
  /** How the role does without what its stores hold; the forecasts' state is none of it. */
  static final String BEGIN_ANEW =
      "take another model.name in both roles: the role that retrains begins anew with it, and forecasts keep their state "
          + KeptState.CHANGING;

  private static final String KEY = "progress";
  private static final byte VERSION = 1;

  private static final int FIRST_PARTS =
      RetrainSchedule.BYTES + Gate.BYTES + Probation.BYTES + Drift.BYTES;

  /** Says that parts follow. Builds between releases wrote something else here, or nothing. */
  private static final byte TAGGED = 'P';

  /**
   * What was added since: its tag (8 bits), its length (32) and its bytes. One that is absent
   * begins anew, one of a later build is passed over.
   */
  private record Part(
      int tag, int length, Consumer<ByteBuffer> writer, Consumer<ByteBuffer> reader) {
    void write(DataOutputStream out) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate(length);
      writer.accept(bytes);
      out.writeByte(tag);
      out.writeInt(length);
      out.write(bytes.array());
    }
  }

  private static final int DOUBT = 1;
  private static final int STANDING = 2;
  private static final int TRACED = 3;
  private static final int USUAL = 4;
  private static final int SCHEMA = 5;
  private static final int GATE_EVIDENCE = 6;
  private static final int PROBATION_EVIDENCE = 7;
  private static final int SAMPLES_REACHED = 8;
  private static final int SCORES_REACHED = 9;
  private static final int DRIFT_UNFINISHED = 10;
  static final int PROBATION_LIVE = 11;
  static final int EVIDENCE_SPANS = 12;
  static final int MILESTONES = 13;
  static final int BEGUN = 14;
  static final int LINE_MISSED = 15;
  static final int ROW_KINDS = 16;
  static final int FIRST_FROM = 17;

  private final RetrainSettings.Mode mode;
  private final byte[] traced;

  /** As {@link #traced}, of the samples that are kept. */
  private byte[] tracedOfKept;

  private final FeatureSchema schema;

  /** The schema's, which takes a while to compute. */
  private final int fingerprint;

  private int madeUnder;
  private boolean readable = true;
  private RetrainSettings.Mode before;
  private byte[] saved;
  final RetrainSchedule schedule;
  final Gate gate;
  final Probation probation;
  final Drift drift;
  final Doubt doubt = new Doubt();
  final Standing standing;
  final Reached samples = new Reached();
  final Reached scores = new Reached();
  final Milestones milestones = new Milestones();
  final RowKinds rowKinds = new RowKinds();
  UsualChanges usual;

  /** Samples that have ever been kept; the sequence number of the newest. */
  long sequence;

  /** Trainings that have ever begun. */
  long runs;

  /** Newest event time of a sample, epoch milliseconds. */
  long eventMs;

  /** Samples that had come before the line began, less those that its artifact had learnt from. */
  long lineMissed;

  /** The artifact from which the line goes on; empty to begin anew. */
  String line = "";

  /** The newest snapshot or challenger; empty if there is none. */
  String newest = "";

  /** The champion that it is held against; empty if there is none. */
  String against = "";

  /** The champion before probation; empty if there is none. */
  String former = "";

  /** Who has served since probation began. */
  List<String> onProbation = new ArrayList<>();

  /** Commands that wait for a training to end. */
  final Asked asked = new Asked();

  /**
   * Nothing yet.
   *
   * @param task shapes of the stream's samples
   * @param traced experts whose forecasts networks read beside the vectors in samples' rows, in
   *     order; samples with those of others are dropped. Empty if networks read none
   */
  RetrainProgress(RetrainSettings settings, Trainer.Task task, List<String> traced) {
    this.traced = String.join(",", traced).getBytes(UTF_8);
    this.tracedOfKept = this.traced;
    this.schema = task.schema();
    this.fingerprint = schema.fingerprint();
    this.madeUnder = fingerprint;
    this.mode = settings.mode();
    this.before = mode;
    this.drift = new Drift(settings.drift(), task.horizon());
    this.schedule = new RetrainSchedule(settings.schedule());
    this.gate =
        new Gate(
            settings.gate(),
            settings.refreshes() ? new LineRule() : new ChallengerRule(task.horizon()));
    this.standing = new Standing(settings.gate());
    this.probation = new Probation(settings.probationScores(), task.horizon());
    this.usual = UsualChanges.bySeries(schema);
  }

  /** Goes on with what was stored, if anything was. */
  void load(KeyValueStore<String, byte[]> store) {
    byte[] stored = store.get(KEY);
    saved = stored == null ? toBytes() : stored;
    if (stored == null) {
      return;
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(stored))) {
      byte version = in.readByte();
      if (version != VERSION) {
        throw new IllegalStateException(
            KeptState.ofAnotherVersion(
                "the side topology's progress in version %d was expected, found %d"
                    .formatted(VERSION, version),
                BEGIN_ANEW));
      }
      before = RetrainSettings.Mode.valueOf(in.readUTF());
      sequence = in.readLong();
      runs = in.readLong();
      eventMs = in.readLong();
      in.readLong(); // Of former builds; artifacts say it.
      line = in.readUTF();
      newest = in.readUTF();
      against = in.readUTF();
      former = in.readUTF();
      onProbation = readTexts(in);
      asked.read(readTexts(in));
      ByteBuffer first = ByteBuffer.wrap(in.readNBytes(FIRST_PARTS));
      schedule.read(first);
      gate.read(first);
      probation.read(first);
      drift.read(first);
      readParts(in);
      if (isOfOtherMode()) {
        // Errors of a line and of a single challenger are not the same thing.
        newest = "";
        against = "";
        gate.reset();
        doubt.clear();
      }
    } catch (IOException e) {
      throw new IllegalStateException("the side topology's progress is cut short", e);
    }
  }

  private void readParts(DataInputStream in) throws IOException {
    Map<Integer, ByteBuffer> stored = new HashMap<>();
    if (in.read() == TAGGED) {
      while (in.available() > 0) {
        int tag = in.readByte();
        stored.put(tag, ByteBuffer.wrap(in.readNBytes(in.readInt())));
      }
    }
    for (Part part : parts()) {
      if (stored.containsKey(part.tag)) {
        part.reader.accept(stored.get(part.tag));
      }
    }
    if (!stored.containsKey(DRIFT_UNFINISHED)) {
      drift.reset(); // It counted samples, not event times.
    }
    if (!stored.containsKey(PROBATION_LIVE)) {
      probation.forgetLive(); // Live errors were in another unit.
    }
  }

  private List<Part> parts() {
    return List.of(
        new Part(DOUBT, Doubt.BYTES, doubt::write, doubt::read),
        new Part(STANDING, Standing.BYTES, standing::write, standing::read),
        new Part(USUAL, usual.bytes(), usual::write, usual::read),
        new Part(TRACED, tracedOfKept.length, bytes -> bytes.put(tracedOfKept), this::readTraced),
        new Part(SCHEMA, Integer.BYTES, bytes -> bytes.putInt(fingerprint), this::readSchema),
        new Part(GATE_EVIDENCE, Gate.EVIDENCE_BYTES, gate::writeEvidence, gate::readEvidence),
        new Part(
            PROBATION_EVIDENCE,
            Probation.EVIDENCE_BYTES,
            probation::writeEvidence,
            probation::readEvidence),
        new Part(SAMPLES_REACHED, Reached.BYTES, samples::write, samples::read),
        new Part(SCORES_REACHED, Reached.BYTES, scores::write, scores::read),
        new Part(
            DRIFT_UNFINISHED,
            Drift.UNFINISHED_BYTES,
            drift::writeUnfinished,
            drift::readUnfinished),
        new Part(PROBATION_LIVE, Probation.LIVE_BYTES, probation::writeLive, probation::readLive),
        new Part(
            EVIDENCE_SPANS,
            Gate.SPANS_BYTES + Probation.SPANS_BYTES,
            this::writeSpans,
            this::readSpans),
        new Part(MILESTONES, milestones.bytes(), milestones::write, milestones::read),
        new Part(BEGUN, Asked.BYTES, asked::write, asked::read),
        new Part(
            LINE_MISSED,
            Long.BYTES,
            bytes -> bytes.putLong(lineMissed),
            stored -> lineMissed = stored.getLong()),
        new Part(ROW_KINDS, rowKinds.bytes(), rowKinds::write, rowKinds::read),
        new Part(
            FIRST_FROM, RetrainSchedule.FIRST_BYTES, schedule::writeFirst, schedule::readFirst));
  }

  private void writeSpans(ByteBuffer bytes) {
    gate.writeSpans(bytes);
    probation.writeSpans(bytes);
  }

  /** After all evidence. */
  private void readSpans(ByteBuffer stored) {
    gate.readSpans(stored);
    probation.readSpans(stored);
  }

  private void readTraced(ByteBuffer stored) {
    tracedOfKept = new byte[stored.remaining()];
    stored.get(tracedOfKept);
    readable &= traced.length == 0 || Arrays.equals(tracedOfKept, traced);
  }

  /** After the usual changes, which are of the features that it tells. */
  private void readSchema(ByteBuffer stored) {
    madeUnder = stored.getInt();
    if (madeUnder != fingerprint) {
      readable = false;
      usual = UsualChanges.bySeries(schema);
    }
  }

  /**
   * Fingerprint of the features, targets and words under which all this came about; that of now
   * where nothing is stored, or, as former releases wrote it, does not say.
   */
  int madeUnder() {
    return madeUnder;
  }

  /**
   * Whether the rows of kept samples are of these features, targets and words, and hold what these
   * experts forecast: their width does not always tell.
   */
  boolean rowsAreReadable() {
    return readable;
  }

  /** Whether what was loaded had come about under other features, targets or words. */
  boolean isOfOtherSchema() {
    return madeUnder != fingerprint;
  }

  /** Notes that the rows of the samples that are kept from now on hold what these experts say. */
  void rowsAreOfNow() {
    tracedOfKept = traced;
  }

  /** Whether what was loaded had come about under another mode. */
  boolean isOfOtherMode() {
    return before != mode;
  }

  /** Whether what was loaded had come about where nothing was trained: few samples were kept. */
  boolean wasOff() {
    return before == RetrainSettings.Mode.OFF;
  }

  /** Stores it, if anything has changed: a task without records writes nothing. */
  void save(KeyValueStore<String, byte[]> store) {
    byte[] now = toBytes();
    if (!Arrays.equals(now, saved)) {
      store.put(KEY, now);
      saved = now;
    }
  }

  private byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeUTF(mode.name());
      out.writeLong(sequence);
      out.writeLong(runs);
      out.writeLong(eventMs);
      out.writeLong(Long.MAX_VALUE);
      out.writeUTF(line);
      out.writeUTF(newest);
      out.writeUTF(against);
      out.writeUTF(former);
      writeTexts(out, onProbation);
      writeTexts(out, asked.ids());
      ByteBuffer first = ByteBuffer.allocate(FIRST_PARTS);
      schedule.write(first);
      gate.write(first);
      probation.write(first);
      drift.write(first);
      out.write(first.array());
      out.writeByte(TAGGED);
      for (Part part : parts()) {
        part.write(out);
      }
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory could not be written", e);
    }
    return bytes.toByteArray();
  }

  private static List<String> readTexts(DataInputStream in) throws IOException {
    int count = in.readInt();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(in.readUTF());
    }
    return texts;
  }

  private static void writeTexts(DataOutputStream out, List<String> texts) throws IOException {
    out.writeInt(texts.size());
    for (String text : texts) {
      out.writeUTF(text);
    }
  }
}
