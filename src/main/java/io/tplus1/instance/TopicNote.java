package io.tplus1.instance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Notes on the disk which topic a store was read from, by the brokers' id of it. Not thread-safe.
 *
 * <p>Kafka Streams keep with a store how far its topic was read, and know no topic but by its name.
 * Of one that was deleted and made again they would pass over what lies before that place, if it
 * has grown beyond it.
 */
final class TopicNote {
  private final Path file;

  /** Touches nothing yet. */
  TopicNote(Path file) {
    this.file = file;
  }

  /**
   * Whether the store has a place in another topic of this name, or was read from others since.
   * What an earlier release kept, which does not say, counts as this one's.
   *
   * @param topic its name
   * @param id as the brokers know it; empty if there is none
   */
  boolean isOfAnother(String topic, Optional<String> id) throws IOException {
    Map<String, String> read = read();
    String before = read.get(topic);
    List<String> names = List.copyOf(read.keySet());
    boolean isNewest = before != null && names.get(names.size() - 1).equals(topic);
    return before != null && !(isNewest && id.equals(Optional.of(before)));
  }

  /**
   * Notes the topic that is read from now on, once what was of another is deleted.
   *
   * @param id as the brokers know it; empty if there is none yet, and whichever is made is it
   * @param anew whether what was read before counts no more
   */
  void isReadFrom(String topic, Optional<String> id, boolean anew) throws IOException {
    Map<String, String> read = anew ? new LinkedHashMap<>() : read();
    read.remove(topic);
    id.ifPresent(now -> read.put(topic, now));
    StateFiles.note(
        file, read.entrySet().stream().map(one -> one.getKey() + " " + one.getValue()).toList());
  }

  /** Ids by names, the one that was read last behind all others. */
  private Map<String, String> read() throws IOException {
    Map<String, String> read = new LinkedHashMap<>();
    for (String line : StateFiles.lines(file)) {
      int blank = line.indexOf(' ');
      if (blank > 0) {
        read.put(line.substring(0, blank), line.substring(blank + 1));
      }
    }
    return read;
  }
}
