package io.tplus1.topology.retrain;

import io.tplus1.config.RetrainSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.Trainer;
import io.tplus1.score.Drift;
import io.tplus1.train.Doubt;
import io.tplus1.train.Gate;
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
import java.util.List;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Where the side topology stands: everything small that a restart must find again. For the stream
 * thread.
 *
 * <p>Stored under {@code progress}, big-endian: version, mode, numbers, texts and lists with their
 * lengths, then schedule, gate, probation, drift, doubt and standing as they write themselves, the
 * traced experts, the usual changes, the schema's fingerprint (32 bits), the evidence of gate and
 * probation, how far samples and scores have been counted, drift's unfinished event times, and the
 * event times of probation's live scores.
 */
final class RetrainProgress {
  private static final String KEY = "progress";
  private static final byte VERSION = 1;

  /**
   * Most commands that wait: all stand in one record of the changelog, written with each sample.
   */
  private static final int MOST_ASKED = 1_000;

  /** Most chars of their ids, which take 3 bytes at most. */
  private static final int MOST_ASKED_CHARS = 40_000;

  private static final int PARTS =
      RetrainSchedule.BYTES + Gate.BYTES + Probation.BYTES + Drift.BYTES;

  private final RetrainSettings.Mode mode;
  private final String traced;
  private final FeatureSchema schema;

  /** The schema's, which takes a while to compute. */
  private final int fingerprint;

  private boolean readable = true;
  private boolean otherMode;
  private byte[] saved;
  final RetrainSchedule schedule;
  final Gate gate;
  final Probation probation;
  final Drift drift;
  final Doubt doubt = new Doubt();
  final Standing standing;
  final Reached samples = new Reached();
  final Reached scores = new Reached();
  UsualChanges usual;

  /** Samples that have ever been kept; the sequence number of the newest. */
  long sequence;

  /** Trainings that have ever begun. */
  long runs;

  /** Newest event time of a sample, epoch milliseconds. */
  long eventMs;

  /** Event time of the oldest vector that the line learnt from, epoch milliseconds. */
  long lineFromMs = Long.MAX_VALUE;

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

  /** Ids of commands that wait for a training to end. */
  List<String> asked = new ArrayList<>();

  /**
   * Nothing yet.
   *
   * @param task shapes of the stream's samples
   * @param traced experts whose forecasts networks read beside the vectors in samples' rows, in
   *     order; samples with those of others are dropped. Empty if networks read none
   */
  RetrainProgress(RetrainSettings settings, Trainer.Task task, List<String> traced) {
    this.traced = String.join(",", traced);
    this.schema = task.schema();
    this.fingerprint = schema.fingerprint();
    this.mode = settings.mode();
    this.drift = new Drift(settings.drift());
    this.schedule = new RetrainSchedule(settings.schedule());
    this.gate =
        new Gate(
            settings.refreshes() ? Gate.Kind.LINE : Gate.Kind.CHALLENGER,
            settings.gate(),
            task.horizon());
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
            "the side topology's progress in version %d was expected, found %d: it was written by another version of tplus1"
                .formatted(VERSION, version));
      }
      RetrainSettings.Mode before = RetrainSettings.Mode.valueOf(in.readUTF());
      sequence = in.readLong();
      runs = in.readLong();
      eventMs = in.readLong();
      lineFromMs = in.readLong();
      line = in.readUTF();
      newest = in.readUTF();
      against = in.readUTF();
      former = in.readUTF();
      onProbation = readTexts(in);
      asked = readTexts(in);
      ByteBuffer parts = ByteBuffer.wrap(in.readNBytes(PARTS));
      schedule.read(parts);
      gate.read(parts);
      probation.read(parts);
      drift.read(parts);
      if (in.available() >= Doubt.BYTES) { // Former builds knew none.
        doubt.read(ByteBuffer.wrap(in.readNBytes(Doubt.BYTES)));
      }
      if (in.available() >= Standing.BYTES) { // Nor this.
        standing.read(ByteBuffer.wrap(in.readNBytes(Standing.BYTES)));
      }
      String tracedBefore = in.available() == 0 ? traced : in.readUTF(); // Nor this.
      readable = traced.isEmpty() || tracedBefore.equals(traced);
      ByteBuffer rest = ByteBuffer.wrap(in.readAllBytes());
      if (rest.hasRemaining()) { // Nor this.
        usual.read(rest);
      }
      if (rest.hasRemaining() && rest.getInt() != fingerprint) { // Nor this.
        readable = false;
        usual = UsualChanges.bySeries(schema);
      }
      if (rest.remaining() >= Gate.EVIDENCE_BYTES) { // Nor this.
        gate.readEvidence(rest);
      }
      if (rest.remaining() >= Probation.EVIDENCE_BYTES) { // Nor this.
        probation.readEvidence(rest);
      }
      if (rest.remaining() >= 2 * Reached.BYTES) { // Nor this.
        samples.read(rest);
        scores.read(rest);
      }
      if (rest.remaining() >= Drift.UNFINISHED_BYTES) {
        drift.readUnfinished(rest);
      } else { // Former builds counted samples, not event times.
        drift.reset();
      }
      if (rest.remaining() >= Probation.LIVE_BYTES) {
        probation.readLive(rest);
      } else { // Former builds had live errors in another unit.
        probation.forgetLive();
      }
      otherMode = before != mode;
      if (otherMode) {
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

  /**
   * Whether the rows of kept samples are of these features, targets and words, and hold what these
   * experts forecast: their width does not always tell.
   */
  boolean rowsAreReadable() {
    return readable;
  }

  /** Whether what was loaded had come about under another mode. */
  boolean isOfOtherMode() {
    return otherMode;
  }

  /**
   * Notes a command that waits for a training to end.
   *
   * @return whether there is room for it
   */
  boolean ask(String id) {
    int chars = asked.stream().mapToInt(String::length).sum() + id.length();
    return asked.size() < MOST_ASKED && chars <= MOST_ASKED_CHARS && asked.add(id);
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
      out.writeLong(lineFromMs);
      out.writeUTF(line);
      out.writeUTF(newest);
      out.writeUTF(against);
      out.writeUTF(former);
      writeTexts(out, onProbation);
      writeTexts(out, asked);
      ByteBuffer parts = ByteBuffer.allocate(PARTS + Doubt.BYTES + Standing.BYTES);
      schedule.write(parts);
      gate.write(parts);
      probation.write(parts);
      drift.write(parts);
      doubt.write(parts);
      standing.write(parts);
      out.write(parts.array());
      out.writeUTF(traced);
      ByteBuffer rest =
          ByteBuffer.allocate(
              usual.bytes()
                  + Integer.BYTES
                  + Gate.EVIDENCE_BYTES
                  + Probation.EVIDENCE_BYTES
                  + 2 * Reached.BYTES
                  + Drift.UNFINISHED_BYTES
                  + Probation.LIVE_BYTES);
      usual.write(rest);
      rest.putInt(fingerprint);
      gate.writeEvidence(rest);
      probation.writeEvidence(rest);
      samples.write(rest);
      scores.write(rest);
      drift.writeUnfinished(rest);
      probation.writeLive(rest);
      out.write(rest.array());
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
