package io.tplus1.topology.retrain;

import io.tplus1.model.ModelPointer;
import io.tplus1.serde.ModelPointerSerde;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The truth about the models of a model name: who serves, who served, which artifacts lie in {@code
 * models}, and the bytes of those to which one can go back. For the stream thread.
 *
 * <p>Keys of the store: {@code pointer}; {@code artifact/<hash>}, what is noted of an artifact:
 * sequence number that it learnt to (64 bits), whether it is in {@code models} and whether it came
 * from a file (8), since when nobody needs it, epoch milliseconds (64), its length (32); {@code
 * bytes/<hash>}, a {@link ChunkStore} value; {@code answered/<id>}, the running number of an
 * answered command (64); and {@code model}, see {@link StateOwner}.
 */
final class ModelHistory {
  /** Most commands whose ids are remembered. */
  static final int MOST_ANSWERED = 10_000;

  /**
   * Most bytes of artifacts that lie in {@code models} though nobody needs them: frequent refreshes
   * would fill every instance's disk within {@code models.keep.ms}.
   */
  static final long MOST_SPARE_BYTES = 256L << 20;

  private static final String POINTER = "pointer";
  private static final String NOTE = "artifact/";
  private static final String BYTES = "bytes/";
  private static final String ANSWERED = "answered/";
  private static final long NEEDED = Long.MAX_VALUE;

  /** What is written of an artifact, by bit: former releases read any of them as the first. */
  private static final int PUBLISHED = 1;

  private static final int GIVEN = 2;

  private final KeyValueStore<String, byte[]> store;
  private final ChunkStore chunks;
  private final int keep;
  private final ModelPointerSerde pointers = new ModelPointerSerde();
  private final Map<String, Note> notes = new TreeMap<>();
  private final Set<String> answered = new LinkedHashSet<>();
  private long answers;
  private ModelPointer pointer;

  /**
   * What is noted of an artifact.
   *
   * @param learntTo sequence number of the newest sample that it learnt from
   * @param published whether it lies in {@code models}
   * @param given whether it came from a file, from which another model name may have begun as well
   * @param spareSinceMs since when nobody needs it; {@link #NEEDED} while somebody does
   * @param bytes its length
   */
  private record Note(
      long learntTo, boolean published, boolean given, long spareSinceMs, int bytes) {

    Note spareSince(long ms) {
      return new Note(learntTo, published, given, ms, bytes);
    }
  }

  /**
   * @param keep former champions to which one can go back
   */
  ModelHistory(KeyValueStore<String, byte[]> store, int keep) {
    this.store = store;
    this.chunks = new ChunkStore(store);
    this.keep = keep;
    load();
  }

  private void load() {
    byte[] stored = store.get(POINTER);
    pointer = stored == null ? null : ModelPointerSerde.read(stored);
    Map<Long, String> inOrder = new TreeMap<>();
    // "answered/" < "artifact/", and nothing else lies between them.
    try (KeyValueIterator<String, byte[]> all = store.range(ANSWERED, NOTE + "g")) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> entry = all.next();
        ByteBuffer bytes = ByteBuffer.wrap(entry.value);
        if (entry.key.startsWith(NOTE)) {
          notes.put(entry.key.substring(NOTE.length()), read(bytes));
        } else if (entry.key.startsWith(ANSWERED)) {
          inOrder.put(bytes.getLong(), entry.key.substring(ANSWERED.length()));
        }
      }
    }
    inOrder.forEach(
        (number, id) -> {
          answered.add(id);
          answers = number;
        });
  }

  private static Note read(ByteBuffer bytes) {
    long learntTo = bytes.getLong();
    byte flags = bytes.get();
    return new Note(
        learntTo, (flags & PUBLISHED) != 0, (flags & GIVEN) != 0, bytes.getLong(), bytes.getInt());
  }

  /** Who serves; null while nobody does. */
  ModelPointer pointer() {
    return pointer;
  }

  /** Hash of the champion; null while there is none. */
  String champion() {
    return pointer == null ? null : pointer.champion();
  }

  /** Whether the champion's hash begins so. */
  boolean isChampion(String prefix) {
    return pointer != null && pointer.champion().startsWith(prefix);
  }

  /** Whether one can go back to it. */
  boolean isFormer(String hash) {
    return pointer != null && pointer.previous().contains(hash);
  }

  /** Why a command is not carried out whose sender saw another champion. */
  String whyNotSeen(String prefix) {
    return "it was given where %s was the champion, and %s: look at the models, and give it again"
        .formatted(
            prefix,
            pointer == null ? "there is none" : "%.12s is by now".formatted(pointer.champion()));
  }

  /** Bytes of an artifact that is kept; null if it is not. */
  byte[] bytes(String hash) {
    return chunks.get(BYTES + hash);
  }

  /** Sequence number of the newest sample that an artifact learnt from; 0 if nobody knows. */
  long learntTo(String hash) {
    Note note = notes.get(hash);
    return note == null ? 0 : note.learntTo;
  }

  /** Keeps a new artifact, which is not in {@code models} yet. */
  void keep(String hash, byte[] bytes, long learntTo) {
    Note before = notes.get(hash);
    boolean given = before != null && before.given;
    keep(hash, bytes, learntTo, given);
  }

  /**
   * Keeps an artifact that was given in a file. It stays in {@code models} for good, since other
   * model names may have begun with the same file: there it is one record.
   */
  void keepGiven(String hash, byte[] bytes) {
    keep(hash, bytes, 0, true);
  }

  private void keep(String hash, byte[] bytes, long learntTo, boolean given) {
    Note before = notes.get(hash);
    boolean published = before != null && before.published;
    note(hash, new Note(learntTo, published, given, NEEDED, bytes.length));
    chunks.put(BYTES + hash, bytes);
  }

  /** Notes that an artifact lies in {@code models} from now on. */
  void published(String hash) {
    Note note = notes.get(hash);
    note(hash, new Note(note.learntTo, true, note.given, note.spareSinceMs, note.bytes));
  }

  /**
   * Makes a kept artifact the champion.
   *
   * @param backTo a former champion that stays among those to which one can go back, however many
   *     came after it, and of three or more the one before it too; null for none
   * @return the pointer of now
   */
  ModelPointer promote(String hash, String backTo, String reason) {
    List<String> previous = new ArrayList<>();
    if (pointer != null) {
      previous.add(pointer.champion());
      previous.addAll(pointer.previous());
    }
    previous.removeIf(hash::equals);
    int place = previous.indexOf(backTo);
    int end = Math.min(previous.size(), place + (keep < 3 ? 1 : 2));
    List<String> last = place < 0 ? List.of() : previous.subList(place, end);
    List<String> kept = new ArrayList<>(previous.subList(0, Math.min(keep, previous.size())));
    if (!kept.containsAll(last)) {
      kept.subList(keep - last.size(), keep).clear();
      kept.addAll(last);
    }
    return point(hash, kept, isPinned(), reason);
  }

  /**
   * Makes a former champion the champion again; the one that served becomes the last to which one
   * can go back.
   */
  ModelPointer goBack(String hash, String reason) {
    List<String> previous = new ArrayList<>(pointer.previous());
    // Those that served after it did not prove themselves either: they come last, and of them the
    // one that is abandoned.
    int place = previous.indexOf(hash);
    List<String> newer = new ArrayList<>(List.of(pointer.champion()));
    newer.addAll(previous.subList(0, Math.max(0, place)));
    previous.removeAll(newer);
    previous.remove(hash);
    Collections.reverse(newer);
    previous.addAll(newer);
    return point(hash, previous.subList(0, Math.min(keep, previous.size())), isPinned(), reason);
  }

  /** Pins or unpins the champion, which stays so for the same reason. */
  ModelPointer pin(boolean pinned) {
    return point(pointer.champion(), pointer.previous(), pinned, pointer.reason());
  }

  boolean isPinned() {
    return pointer != null && pointer.pinned();
  }

  private ModelPointer point(
      String champion, List<String> previous, boolean pinned, String reason) {
    long epoch = pointer == null ? 1 : pointer.epoch() + 1;
    pointer = new ModelPointer(champion, previous, pinned, epoch, reason);
    store.put(POINTER, pointers.serializer().serialize("", pointer));
    return pointer;
  }

  /** The hashes of kept artifacts that begin so. */
  List<String> beginningWith(String prefix) {
    return notes.entrySet().stream()
        .filter(note -> note.getValue().spareSinceMs == NEEDED && note.getKey().startsWith(prefix))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Why a beginning is not that of one kept artifact, to be said where it is not. */
  String whyNotOne(String prefix) {
    int found = beginningWith(prefix).size();
    if (found > 1) {
      return "%s is the beginning of %d artifacts: give more of it".formatted(prefix, found);
    }
    return (isSpare(prefix) ? "%s is kept for replay alone" : "no kept artifact begins with %s")
        .concat(": %d former champions (models.keep) and the challenger can be promoted")
        .formatted(prefix, keep);
  }

  /** Whether there is an artifact that nobody needs: it lies in {@code models} for replay alone. */
  private boolean isSpare(String prefix) {
    return notes.entrySet().stream()
        .anyMatch(
            note -> note.getValue().spareSinceMs != NEEDED && note.getKey().startsWith(prefix));
  }

  /**
   * Drops the bytes of every artifact that is neither champion, former champion, nor in use.
   *
   * @param inUse others that are needed, such as a challenger
   * @param nowMs the clock, epoch milliseconds
   */
  void dropUnneeded(Set<String> inUse, long nowMs) {
    for (Map.Entry<String, Note> entry : new LinkedHashMap<>(notes).entrySet()) {
      String hash = entry.getKey();
      Note note = entry.getValue();
      boolean needed = inUse.contains(hash) || isReachable(hash);
      if (needed && note.spareSinceMs != NEEDED) {
        note(hash, note.spareSince(NEEDED));
      } else if (!needed && note.spareSinceMs == NEEDED) {
        chunks.delete(BYTES + hash);
        if (note.published) {
          note(hash, note.spareSince(nowMs));
        } else {
          forget(hash);
        }
      }
    }
  }

  private boolean isReachable(String hash) {
    return pointer != null && (pointer.champion().equals(hash) || isFormer(hash));
  }

  /**
   * Forgets the artifacts in {@code models} that nobody has needed for so long, or that are too
   * many, oldest first.
   *
   * @return hashes of those that are to be deleted: all but those that were given
   */
  List<String> takeExpired(long nowMs, long keepMs) {
    List<Map.Entry<String, Note>> spare =
        notes.entrySet().stream()
            .filter(note -> note.getValue().spareSinceMs != NEEDED)
            .sorted(Comparator.comparingLong(note -> note.getValue().spareSinceMs))
            .toList();
    long bytes = spare.stream().mapToLong(note -> note.getValue().bytes).sum();
    List<String> expired = new ArrayList<>();
    for (Map.Entry<String, Note> entry : spare) {
      Note note = entry.getValue();
      if (nowMs - note.spareSinceMs < keepMs && bytes <= MOST_SPARE_BYTES) {
        break;
      }
      bytes -= note.bytes;
      if (!note.given) {
        expired.add(entry.getKey());
      }
      forget(entry.getKey());
    }
    return expired;
  }

  private void note(String hash, Note note) {
    notes.put(hash, note);
    store.put(
        NOTE + hash,
        ByteBuffer.allocate(2 * Long.BYTES + 1 + Integer.BYTES)
            .putLong(note.learntTo)
            .put((byte) ((note.published ? PUBLISHED : 0) | (note.given ? GIVEN : 0)))
            .putLong(note.spareSinceMs)
            .putInt(note.bytes)
            .array());
  }

  private void forget(String hash) {
    notes.remove(hash);
    store.delete(NOTE + hash);
  }

  /** Whether a command was answered, or is being answered, before. */
  boolean isAnswered(String id) {
    return answered.contains(id);
  }

  /** Notes that a command is answered. */
  void answered(String id) {
    if (!answered.add(id)) {
      return;
    }
    answers++;
    store.put(ANSWERED + id, ByteBuffer.allocate(Long.BYTES).putLong(answers).array());
    if (answered.size() > MOST_ANSWERED) {
      String oldest = answered.iterator().next();
      answered.remove(oldest);
      store.delete(ANSWERED + oldest);
    }
  }
}
